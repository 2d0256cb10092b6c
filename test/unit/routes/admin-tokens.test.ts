import { afterEach, describe, expect, it, vi } from 'vitest';

import { adminAs, aToken } from '../support/access.ts';
import { ADMIN_TOKEN, admin, anIntegrationOf, ask, aSource, problemOf } from '../support/api.ts';
import { foundIn, kvAtRest, objectsAtRest } from '../support/at-rest.ts';

type List = { data: { id: string }[]; next_cursor: string | null };

describe('a token', () => {
  it('is created for named sources, and shown once', async () => {
    const { id: sourceId } = await aSource();

    const response = await admin('/tokens', {
      body: { name: 'Agency', role: 'editor', source_ids: [sourceId], expires_at: '2036-01-31T01:00:00+01' },
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

  it('is stored as a hash', async () => {
    const { token } = await aToken('owner');
    await adminAs(token, '/session');

    expect(foundIn(`${await objectsAtRest()}${await kvAtRest()}`, [token, ADMIN_TOKEN])).toEqual([]);
  });

  it('stops working at once when it is revoked', async () => {
    const { id, token } = await aToken('owner');

    const before = await adminAs(token, '/sources');
    const revoked = await admin(`/tokens/${id}`, { method: 'DELETE' });
    const after = await adminAs(token, '/sources');
    const again = await admin(`/tokens/${id}`, { method: 'DELETE' });

    expect([before.status, revoked.status]).toEqual([200, 204]);
    expect(await problemOf(after)).toMatchObject({ status: 401, code: 'token_invalid' });
    expect(await problemOf(again)).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('shows when it was last used, to the hour', async () => {
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
    ['/expires_at', { name: 'x', role: 'owner', expires_at: '2036-02-30T00:00:00Z' }],
    ['/token', { name: 'x', role: 'owner', token: 'of my own' }],
  ])("isn't created with a wrong %s", async (pointer, body) => {
    expect(await problemOf(await admin('/tokens', { body }))).toMatchObject({ status: 400, pointer });
  });

  it('of an editor lists only their sources and integrations', async () => {
    const [own, other] = [await aSource(), await aSource()];
    const [ownIntegration] = [await anIntegrationOf(own), await anIntegrationOf(other)];
    const { token } = await aToken('editor', { source_ids: [own.id] });

    const sources = await (await adminAs(token, '/sources')).json<List>();
    const integrations = await (await adminAs(token, '/integrations')).json<List>();
    const ofOther = await (await adminAs(token, `/integrations?source_id=${other.id}`)).json<List>();

    expect(sources.data.map(({ id }) => id)).toEqual([own.id]);
    expect(integrations.data.map(({ id }) => id)).toEqual([ownIntegration.id]);
    expect(ofOther.data).toEqual([]);
  });

  it('of an editor creates integrations for their own source only', async () => {
    const [own, other] = [await aSource(), await aSource()];
    const { token } = await aToken('editor', { source_ids: [own.id] });
    const make = (sourceId: string) =>
      adminAs(token, '/integrations', { body: { source_id: sourceId, config: { account_id: '100' } } });

    expect((await make(own.id)).status).toBe(201);
    expect(await problemOf(await make(other.id))).toMatchObject({ status: 400, pointer: '/source_id' });
  });

  it('sees nothing of a new source that reuses the ID of a deleted one', async () => {
    const { id } = await aSource();
    const { token } = await aToken('viewer', { source_ids: [id] });
    await admin(`/sources/${id}`, { method: 'DELETE' });
    await aSource({ id });

    const response = await adminAs(token, `/sources/${id}`);

    expect(response.status).toBe(404);
  });
});

describe('wrong tokens', () => {
  afterEach(() => vi.useRealTimers());

  const guess = (address: string, token = `adm_${crypto.randomUUID()}`) =>
    adminAs(token, '/session', { headers: { 'CF-Connecting-IP': address } });

  // T13: twenty wrong tokens from an office's address shut every valid viewer and editor there out for 15 minutes.
  it("from one address have to wait after twenty, and a valid token from there doesn't", async () => {
    const { id: sourceId } = await aSource();
    const right = [
      ADMIN_TOKEN,
      ...(await Promise.all(
        (['viewer', 'editor', 'owner'] as const).map(async (role) => {
          const of = role === 'owner' ? {} : { source_ids: [sourceId] };
          return (await aToken(role, of)).token;
        }),
      )),
    ];
    const statuses = new Map<number, number>();
    const answers = new Set<number>();
    for (let round = 0; round < 300; round += 1) {
      const { status } = await guess('203.0.113.9');
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const token = right[round % right.length];
      if (round % 10 === 0) answers.add((await guess('203.0.113.9', token)).status);
    }
    const wrong = await guess('203.0.113.9');

    // A few more are counted when these take longer than the first waits.
    expect(statuses.get(401)).toBeLessThanOrEqual(26);
    expect(statuses.get(429)).toBeGreaterThanOrEqual(274);
    expect([...answers]).toEqual([200]);
    expect(Number(wrong.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(await problemOf(wrong)).toMatchObject({ status: 429, code: 'too_many_guesses' });
  });

  it('lock out nobody at that address, neither at sign-in nor in a session', async () => {
    for (let round = 0; round < 30; round += 1) await guess('198.51.100.7');
    const headers = { 'CF-Connecting-IP': '198.51.100.7' };

    const signIn = await admin('/session', { method: 'POST', headers });
    const cookie = signIn.headers.get('Set-Cookie')?.split(';')[0] ?? '';
    const signedIn = await ask('/v1/admin/session', { headers: { Cookie: cookie, ...headers } });

    expect([signIn.status, signedIn.status]).toEqual([201, 200]);
  });

  it('get the reason if they have expired, and have to wait if they were revoked', async () => {
    const made = await Promise.all([
      aToken('owner', { expires_at: new Date(Date.now() + 60_000).toISOString() }),
      aToken('owner'),
    ]);
    await admin(`/tokens/${made[1].id}`, { method: 'DELETE' });
    for (let round = 0; round < 25; round += 1) await guess('198.51.100.30');
    vi.useFakeTimers({ now: Date.now() + 60_001, toFake: ['Date'] });
    for (let round = 0; round < 5; round += 1) await guess('198.51.100.30');

    const [expired, revoked] = [
      await guess('198.51.100.30', made[0].token),
      await guess('198.51.100.30', made[1].token),
    ];

    expect(await problemOf(expired)).toMatchObject({ status: 401, code: 'token_expired' });
    expect(revoked.status).toBe(429);
  });

  // T17: a clock that was ahead leaves no wait longer than the maximum.
  it('that were counted while the clock was ahead wait no longer than others', async () => {
    const now = Date.now();
    vi.useFakeTimers({ now: now + 30 * 24 * 60 * 60_000, toFake: ['Date'] });
    for (let round = 0; round < 30; round += 1) await guess('198.51.100.40');
    vi.setSystemTime(now);
    const first = await guess('198.51.100.40');
    vi.setSystemTime(now + 15 * 60_000 + 1_000);
    const later = await guess('198.51.100.40');

    expect(first.status).toBe(429);
    expect(Number(first.headers.get('Retry-After'))).toBeLessThanOrEqual(15 * 60);
    expect(later.status).toBe(401);
  });

  it('from one IPv6 network are counted together', async () => {
    for (let round = 0; round < 30; round += 1) await guess(`2001:db8:1:2::${round + 1}`);

    expect((await guess('2001:db8:1:2:ffff::1')).status).toBe(429);
    expect((await guess('2001:db8:1:3::1')).status).toBe(401);
  });
});
