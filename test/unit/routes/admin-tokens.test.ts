import { afterEach, describe, expect, it, vi } from 'vitest';

import { adminAs, aToken } from '../support/access.ts';
import { ADMIN_TOKEN, admin, anIntegrationOf, ask, aSource, problemOf } from '../support/api.ts';
import { foundIn, kvAtRest, objectsAtRest } from '../support/at-rest.ts';

type List = { data: { id: string }[]; next_cursor: string | null };

describe('a token', () => {
  it('is made for named sources, and shown once', async () => {
    const { id: sourceId } = await aSource();

    const response = await admin('/tokens', {
      body: { name: 'Agency', role: 'editor', source_ids: [sourceId], expires_at: '2036-01-31T01:00:00+01:00' },
    });

    const made = await response.json<{ id: string; token: string }>();
    expect(response.status).toBe(201);
    expect(made).toEqual({
      id: expect.stringMatching(/^tok_[a-z0-9]{24}$/),
      name: 'Agency',
      role: 'editor',
      source_ids: [sourceId],
      last4: made.token.slice(-4),
      created_at: expect.any(String),
      expires_at: '2036-01-31T00:00:00.000Z',
      last_used_at: null,
      token: expect.stringMatching(/^adm_[a-z0-9]{43}$/),
    });
    const listed = await (await admin('/tokens?limit=200')).json<List>();
    const { token: _token, ...shown } = made;
    expect(listed.data).toContainEqual(shown);
    expect(JSON.stringify(listed)).not.toContain(made.token);
  });

  it('is kept as its hash', async () => {
    const { token } = await aToken('owner');
    await adminAs(token, '/session');

    expect(foundIn(`${await objectsAtRest()}${await kvAtRest()}`, [token, ADMIN_TOKEN])).toEqual([]);
  });

  it('ends when it is revoked, at once', async () => {
    const { id, token } = await aToken('owner');

    const before = await adminAs(token, '/sources');
    const revoked = await admin(`/tokens/${id}`, { method: 'DELETE' });
    const after = await adminAs(token, '/sources');
    const again = await admin(`/tokens/${id}`, { method: 'DELETE' });

    expect([before.status, revoked.status]).toEqual([200, 204]);
    expect(await problemOf(after)).toMatchObject({ status: 401, code: 'token_invalid' });
    expect(await problemOf(again)).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('says when it was used, to the hour', async () => {
    const { id, token } = await aToken('owner');

    await adminAs(token, '/sources');

    const { data } = await (await admin('/tokens?limit=200')).json<{ data: { id: string; last_used_at: unknown }[] }>();
    expect(data.find((listed) => listed.id === id)).toMatchObject({ last_used_at: expect.any(String) });
  });

  it.each([
    ['/name', { name: ' ', role: 'owner' }],
    ['/role', { name: 'x', role: 'admin' }],
    ['/source_ids', { name: 'x', role: 'editor' }],
    ['/source_ids', { name: 'x', role: 'viewer', source_ids: [] }],
    ['/source_ids', { name: 'x', role: 'owner', source_ids: ['src_x'] }],
    ['/source_ids/0', { name: 'x', role: 'viewer', source_ids: ['src_nobody'] }],
    ['/source_ids/0', { name: 'x', role: 'viewer', source_ids: ['../x'] }],
    ['/expires_at', { name: 'x', role: 'owner', expires_at: 'tomorrow' }],
    ['/expires_at', { name: 'x', role: 'owner', expires_at: '2020-01-01T00:00:00Z' }],
    ['/token', { name: 'x', role: 'owner', token: 'of my own' }],
  ])('is not made with a wrong %s', async (pointer, body) => {
    expect(await problemOf(await admin('/tokens', { body }))).toMatchObject({ status: 400, pointer });
  });

  it('of an editor lists his sources and integrations only', async () => {
    const [his, other] = [await aSource(), await aSource()];
    const [hisIntegration] = [await anIntegrationOf(his), await anIntegrationOf(other)];
    const { token } = await aToken('editor', { source_ids: [his.id] });

    const sources = await (await adminAs(token, '/sources')).json<List>();
    const integrations = await (await adminAs(token, '/integrations')).json<List>();
    const ofOther = await (await adminAs(token, `/integrations?source_id=${other.id}`)).json<List>();

    expect(sources.data.map(({ id }) => id)).toEqual([his.id]);
    expect(integrations.data.map(({ id }) => id)).toEqual([hisIntegration.id]);
    expect(ofOther.data).toEqual([]);
  });

  it("of an editor makes integrations of his source, and of nobody else's", async () => {
    const [his, other] = [await aSource(), await aSource()];
    const { token } = await aToken('editor', { source_ids: [his.id] });
    const make = (sourceId: string) =>
      adminAs(token, '/integrations', { body: { source_id: sourceId, config: { account_id: '100' } } });

    expect((await make(his.id)).status).toBe(201);
    expect(await problemOf(await make(other.id))).toMatchObject({ status: 400, pointer: '/source_id' });
  });

  it('sees nothing of a source that was made anew under an id it once saw', async () => {
    const { id } = await aSource();
    const { token } = await aToken('viewer', { source_ids: [id] });
    await admin(`/sources/${id}`, { method: 'DELETE' });
    await aSource({ id });

    const response = await adminAs(token, `/sources/${id}`);

    expect(response.status).toBe(404);
  });
});

describe('a thousand guesses', () => {
  afterEach(() => vi.useRealTimers());

  const guess = (address: string, token = `adm_${crypto.randomUUID()}`) =>
    adminAs(token, '/session', { headers: { 'CF-Connecting-IP': address } });

  it('from one address are slowed: after twenty hardly one is even compared, and the right one neither', async () => {
    const statuses = new Map<number, number>();
    for (let round = 0; round < 1_000; round += 1) {
      const { status } = await guess('203.0.113.9');
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    const right = await guess('203.0.113.9', ADMIN_TOKEN);

    // A few more are compared when the thousand take longer than the first waits.
    expect(statuses.get(401)).toBeLessThanOrEqual(26);
    expect(statuses.get(429)).toBeGreaterThanOrEqual(974);
    expect(Number(right.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(await problemOf(right)).toMatchObject({ status: 429, code: 'too_many_guesses' });
  });

  it('shut nobody else out, and no session', async () => {
    const session = await admin('/session', { method: 'POST', headers: { 'CF-Connecting-IP': '198.51.100.9' } });
    const cookie = session.headers.get('Set-Cookie')?.split(';')[0] ?? '';
    for (let round = 0; round < 30; round += 1) await guess('198.51.100.7');

    const blocked = await guess('198.51.100.7', ADMIN_TOKEN);
    const elsewhere = await guess('198.51.100.8', ADMIN_TOKEN);
    const signedIn = await ask('/v1/admin/session', {
      headers: { Cookie: cookie, 'CF-Connecting-IP': '198.51.100.7' },
    });

    expect([blocked.status, elsewhere.status, signedIn.status]).toEqual([429, 200, 200]);
  });

  it('make an owner wait for a second at most where he was before, and nobody else', async () => {
    const { token } = await aToken('viewer', { source_ids: [(await aSource()).id] });
    await guess('198.51.100.20', ADMIN_TOKEN);
    await guess('198.51.100.21', token);
    const guessEverywhere = () => Promise.all(['198.51.100.20', '198.51.100.21'].map((address) => guess(address)));
    for (let round = 0; round < 22; round += 1) await guessEverywhere();
    // A third wait: it would be four seconds for those who are not known.
    vi.useFakeTimers({ now: Date.now() + 2_000, toFake: ['Date'] });
    await guessEverywhere();
    vi.setSystemTime(Date.now() + 1_000);

    const [owner, viewer] = [await guess('198.51.100.20', ADMIN_TOKEN), await guess('198.51.100.21', token)];

    expect([owner.status, viewer.status]).toEqual([200, 429]);
  });

  it('from one IPv6 network count together', async () => {
    for (let round = 0; round < 30; round += 1) await guess(`2001:db8:1:2::${round + 1}`);

    expect((await guess('2001:db8:1:2:ffff::1')).status).toBe(429);
    expect((await guess('2001:db8:1:3::1')).status).toBe(401);
  });

  it('let the right one in again, an hour later at the latest', async () => {
    for (let round = 0; round < 30; round += 1) await guess('192.0.2.1');
    vi.useFakeTimers({ now: Date.now() + 60 * 60_000, toFake: ['Date'] });

    expect((await guess('192.0.2.1', ADMIN_TOKEN)).status).toBe(200);
  });
});
