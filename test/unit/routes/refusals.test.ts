import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { createApp } from '../../../worker/app.ts';
import type { Env } from '../../../worker/env.ts';
import type { Refusals } from '../../../worker/schema/events/refusal.ts';
import type { Finding } from '../../../worker/schema/reports/finding.ts';
import { admin, anIntegrationOf, aRequest, aServerKey, ask, aSource, problemOf, send, SITE } from '../support/api.ts';
import type { Call, MadeSource } from '../support/api.ts';

const aLead = { type: 'track', event: 'Lead Generated' };
const WRONG = 'http://localhost:45872';

async function refusals({ id }: MadeSource, query = ''): Promise<Refusals> {
  return (await admin(`/sources/${id}/refusals${query}`)).json<Refusals>();
}

/** Refusals are counted after the answer, and quickly repeated ones a few seconds later. */
async function counted(source: MadeSource, totals: Refusals['totals']): Promise<Refusals> {
  return vi.waitFor(
    async () => {
      const seen = await refusals(source);
      expect(seen.totals).toEqual(totals);
      return seen;
    },
    { timeout: 15_000, interval: 100 },
  );
}

/** Calls the Worker with other bindings than those of wrangler.toml. */
async function askWith(bindings: Partial<Env>, path: string, call: Parameters<typeof aRequest>[1]): Promise<Response> {
  return createApp().fetch(aRequest(path, call), { ...env, ...bindings });
}

async function lostConnection(): Promise<never> {
  throw new TypeError('Network connection lost.');
}

afterEach(() => vi.restoreAllMocks());

// Refused traffic is visible to the source's owner.
describe('the counts of what the collector refuses', () => {
  it("show an origin that isn't allowed, with its number of requests and events", async () => {
    const source = await aSource({ allowed_origins: [SITE] });
    const batch = Array.from({ length: 3 }, () => aLead);
    for (let more = 0; more < 4; more += 1) await send(source, batch, { headers: { Origin: WRONG } });

    const { data } = await counted(source, { origin_not_allowed: 12 });

    expect(data).toEqual([
      {
        hour: new Date().toISOString().slice(0, 13),
        reason: 'origin_not_allowed',
        requests: 4,
        events: 12,
        origins: [WRONG],
        by_origin: [{ origin: WRONG, requests: 4, events: 12, now: 'can_be_allowed' }],
        last_at: expect.any(String),
      },
    ]);
  });

  it('cover every path of the collector', async () => {
    const source = await aSource({ allowed_origins: [SITE] });
    const body = { writeKey: source.write_key, event: 'Seen', batch: [aLead] };
    // A CRM calls a hook without an origin and a write key; its signature is checked instead.
    const others = ['/v1/admin', '/v1/hooks/'];
    const posts = createApp().routes.filter(
      ({ method, path }) => method === 'POST' && !others.some((other) => path.startsWith(other)),
    );
    const paths = new Set(posts.map(({ path }) => path));
    for (const path of paths) await ask(path, { body, headers: { Origin: WRONG } });

    expect(paths.size).toBeGreaterThan(10);
    await counted(source, { origin_not_allowed: paths.size });
  });

  it('say that an origin is allowed by now', async () => {
    const source = await aSource({ allowed_origins: [SITE] });
    await send(source, [aLead], { headers: { Origin: WRONG } });
    await counted(source, { origin_not_allowed: 1 });

    await admin(`/sources/${source.id}`, { method: 'PATCH', body: { allowed_origins: [SITE, WRONG] } });

    expect((await send(source, [aLead], { headers: { Origin: WRONG } })).status).toBe(200);
    expect((await refusals(source)).data[0]?.by_origin).toMatchObject([{ origin: WRONG, now: 'allowed' }]);
  });

  it('say that an origin with a dot at its end is allowed by now', async () => {
    const source = await aSource({ allowed_origins: [SITE] });
    const dotted = { headers: { Origin: 'https://shop.example.com.' } };
    await send(source, [aLead], dotted);
    const before = await counted(source, { origin_not_allowed: 1 });
    const [refused] = before.data[0]?.by_origin ?? [];

    await admin(`/sources/${source.id}`, {
      method: 'PATCH',
      body: { allowed_origins: [SITE, refused?.origin] },
    });

    const after = await refusals(source);
    expect(refused).toMatchObject({ origin: 'https://shop.example.com.', now: 'can_be_allowed' });
    expect(after.data[0]?.by_origin).toMatchObject([{ origin: 'https://shop.example.com.', now: 'allowed' }]);
  });

  it('show when a source that requires an origin gets a request without one', async () => {
    const source = await aSource({ require_origin: true });
    await send(source, [aLead]);

    const { data } = await counted(source, { origin_not_allowed: 1 });

    expect(data[0]).toMatchObject({ origins: [], by_origin: [{ origin: '(none)', now: 'cannot_be_allowed' }] });
  });

  // Case S8.
  it('include a request with only invalid events, with the fields', async () => {
    const source = await aSource();
    await send(source, [
      { ...aLead, timestamp: '9999-12-31' },
      { ...aLead, timestamp: '9998-12-31T00:00:00Z' },
      { type: 'track', event: 'x'.repeat(300) },
    ]);

    const { data } = await counted(source, { event_invalid: 3 });

    expect(data[0]).toMatchObject({
      requests: 1,
      events: 3,
      fields: expect.arrayContaining(['/timestamp', '/event']),
      by_field: expect.arrayContaining([{ field: '/timestamp', requests: 1, events: 2 }]),
    });
  });

  it('include the invalid events beside valid ones', async () => {
    const source = await aSource();
    const response = await send(source, [aLead, { type: 'track' }]);

    expect(response.status).toBe(200);
    const { data } = await counted(source, { event_invalid: 1 });
    expect(data[0]).toMatchObject({ requests: 1, events: 1, fields: ['/event'] });
  });

  it('give an event that is too large and an invalid one their own reasons', async () => {
    const source = await aSource();
    await send(source, [{ ...aLead, userId: 'x'.repeat(100_000) }, { type: 'nonsense' }]);

    await counted(source, { event_too_large: 1, event_invalid: 1 });
  });

  it.each<[string, Call & { path?: string }, number]>([
    ['body_too_large', { body: { writeKey: 'KEY', event: 'x', properties: { text: 'x'.repeat(600 * 1024) } } }, 1],
    ['body_too_large', { body: JSON.stringify('x'.repeat(5 * 1024 * 1024)) }, 1],
    ['body_not_json', { body: '{' }, 1],
    ['body_not_an_object', { body: '[]' }, 1],
    ['body_empty', { body: '' }, 1],
    ['body_too_deep', { body: `${'['.repeat(100)}${']'.repeat(100)}` }, 1],
    ['content_type_unsupported', { body: '{}', headers: { 'Content-Type': 'text/html' } }, 1],
    ['content_encoding_unsupported', { body: '{}', headers: { 'Content-Encoding': 'br' } }, 1],
    ['batch_invalid', { body: { batch: 'none' }, path: '/v1/batch' }, 1],
    ['too_many_events', { body: { batch: Array.from({ length: 501 }, () => aLead) }, path: '/v1/batch' }, 501],
  ])(
    'include a request that is refused as %s',
    async (reason, { path = '/v1/track', headers = {}, ...call }, events) => {
      const source = await aSource();
      const response = await ask(path, {
        ...call,
        headers: { Authorization: `Bearer ${source.write_key}`, ...headers },
      });

      expect((await problemOf(response)).code).toBe(reason);
      await counted(source, { [reason]: events });
    },
  );

  it('include floods, whichever limit stops them', async () => {
    const source = await aSource({ max_events_per_minute: 1 });
    const limit = { limit: () => Promise.resolve({ success: false }) };
    const one = { body: { writeKey: source.write_key, event: 'Seen' } };

    for (let more = 0; more < 50; more += 1) await askWith({ COLLECTOR_LIMIT: limit }, '/v1/track', one);
    await send(source, [aLead]);
    await send(source, [aLead, aLead]);

    await counted(source, { rate_limited: 52 });
  });

  it('include a full outbox, an unreachable one, and our own faults', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const source = await aSource();
    await anIntegrationOf(source, { config: { conversion_rule_id: { Seen: '1001' } } });
    const one = { body: { writeKey: source.write_key, event: 'Seen' } };
    const full = { getByName: () => ({ enqueue: async () => ({ kind: 'full' }) }) };

    // @ts-expect-error -- Has only the method of the outbox that the collector calls.
    await askWith({ OUTBOX: full }, '/v1/track', one);
    // @ts-expect-error -- The same.
    await askWith({ OUTBOX: { getByName: () => ({ enqueue: lostConnection }) } }, '/v1/track', one);
    // @ts-expect-error -- The same, with an answer that the outbox never gives.
    await askWith({ OUTBOX: { getByName: () => ({ enqueue: async () => null }) } }, '/v1/track', one);

    await counted(source, { outbox_full: 1, outbox_unavailable: 1, internal_error: 1 });
  });

  it('exclude unknown keys, and accepted events', async () => {
    const source = await aSource();
    await send({ ...source, write_key: 'wk_nobodys' }, [aLead]);
    await ask('/v1/track', { body: '{' });
    await send(source, [aLead]);
    await send(source, [{ type: 'track' }]);

    await counted(source, { event_invalid: 1 });
  });

  it('include a request with only a refusal of consent as one without events', async () => {
    const source = await aSource({ allowed_origins: [SITE] });
    await send(source, [], { headers: { Origin: WRONG }, beside: { consent: { advertising: false } } });

    const { data } = await vi.waitFor(async () => {
      const seen = await refusals(source);
      expect(seen.data).toHaveLength(1);
      return seen;
    });
    expect(data[0]).toMatchObject({ requests: 1, events: 0 });
  });
});

describe('the doctor', () => {
  it('reports the refusals of the last day, worst first', async () => {
    const linkedIn = vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ elements: [] }));
    const source = await aSource({ allowed_origins: [SITE] });
    const { id } = await anIntegrationOf(source);
    await send(source, [aLead], { headers: { Origin: WRONG } });
    await send(source, [{ type: 'track' }], { headers: { Origin: SITE } });
    await counted(source, { origin_not_allowed: 1, event_invalid: 1 });

    const { findings } = await (
      await admin(`/integrations/${id}/doctor`, { method: 'POST' })
    ).json<{ findings: Finding[] }>();

    expect(linkedIn).toHaveBeenCalled();
    expect(findings.filter(({ code }) => code.startsWith('refused_'))).toMatchObject([
      { code: 'refused_origin', severity: 'warning', detail: `1 in the last 24 hours: ${WRONG}.` },
      { code: 'refused_invalid', severity: 'warning', detail: '1 in the last 24 hours: /event.' },
    ]);
  });
});

describe('a revoked key', () => {
  const rotate = (id: string) => admin(`/sources/${id}/write-keys`, { method: 'POST' });
  const revoke = (id: string, key: string) => admin(`/sources/${id}/write-keys/${key}`, { method: 'DELETE' });

  it('is still counted for its source: a write key', async () => {
    const source = await aSource();
    await rotate(source.id);
    await revoke(source.id, source.write_key);

    expect(await problemOf(await send(source, [aLead, aLead]))).toMatchObject({ status: 401, code: 'key_unknown' });
    await counted(source, { key_revoked: 2 });
  });

  it('is still counted for its source: a server key', async () => {
    const source = await aSource();
    const key = await aServerKey(source);
    const { server_keys: keys } = await (
      await admin(`/sources/${source.id}`)
    ).json<{ server_keys: { id: string }[] }>();
    await admin(`/sources/${source.id}/server-keys/${keys[0]?.id}`, { method: 'DELETE' });

    const response = await ask('/v1/track', { body: aLead, headers: { Authorization: `Bearer ${key}` } });

    expect(response.status).toBe(401);
    await counted(source, { key_revoked: 1 });
  });

  it('is remembered if it is among the last twenty', async () => {
    const source = await aSource();
    const keys = [source.write_key];
    for (let more = 0; more < 21; more += 1) {
      const { key } = await (await rotate(source.id)).json<{ key: string }>();
      await revoke(source.id, keys.at(-1) ?? '');
      keys.push(key);
    }

    const kept = await runInDurableObject(env.REGISTRY.getByName('registry'), (_, { storage }) =>
      storage.sql.exec('SELECT config_key FROM revoked_keys WHERE source_id = ?', source.id).toArray(),
    );
    const published = await env.CONFIG.list({ prefix: 'config:wk_' });

    expect(kept).toHaveLength(20);
    expect(published.keys.map(({ name }) => name)).not.toContain(`config:${keys[0]}`);
    expect(published.keys.map(({ name }) => name)).toContain(`config:${keys[1]}`);
  });

  it('becomes unknown when its source is deleted, and another source may then use it', async () => {
    const source = await aSource();
    await rotate(source.id);
    await revoke(source.id, source.write_key);

    const other = await aSource({ write_key: source.write_key });
    await admin(`/sources/${source.id}`, { method: 'DELETE' });

    expect((await send(other, [aLead])).status).toBe(200);
  });
});

describe('the counts of refusals', () => {
  const refusalsOf = ({ id }: MadeSource) => env.REFUSALS.getByName(id);
  const tooFast = [{ reason: 'rate_limited' as const, requests: 1, events: 2, names: [] }];

  afterEach(() => vi.useRealTimers());
  const at = (iso: string) => vi.useFakeTimers({ now: Date.parse(iso), toFake: ['Date'] });

  it('name a page with one request every few seconds, even after made-up origins with two each', async () => {
    const source = await aSource({ allowed_origins: [SITE] });
    const from = (origin: string, requests = 1) => [
      {
        reason: 'origin_not_allowed' as const,
        requests,
        events: requests,
        names: [{ name: origin, requests, events: requests }],
      },
    ];
    for (let more = 0; more < 20; more += 1) await refusalsOf(source).add(from(`https://x${more}.example`, 2));

    for (let more = 0; more < 15; more += 1) await refusalsOf(source).add(from(WRONG));

    const { data } = await refusals(source);
    expect(data[0]).toMatchObject({ requests: 55, events: 55 });
    expect(data[0]?.origins).toHaveLength(20);
    expect(data[0]?.by_origin?.[0]).toEqual({ origin: WRONG, requests: 15, events: 15, now: 'can_be_allowed' });
    expect(data[0]?.by_origin?.reduce((sum, { requests }) => sum + requests, 0)).toBe(55);
  });

  it('are stored for seven days, by the hour', async () => {
    const source = await aSource();
    await runInDurableObject(refusalsOf(source), async (refused) => {
      for (const hour of ['2026-11-20T15:59', '2026-11-20T17:10', '2026-11-27T15:00', '2026-11-27T16:30']) {
        at(`${hour}:00Z`);
        await refused.add(tooFast);
      }

      expect(refused.lastHours(168).map(({ hour }) => hour)).toEqual([
        '2026-11-27T16',
        '2026-11-27T15',
        '2026-11-20T17',
      ]);
      expect(refused.lastHours(1).map(({ hour }) => hour)).toEqual(['2026-11-27T16']);
    });
  });

  it('are deleted even if nothing more is refused', async () => {
    const source = await aSource();
    await runInDurableObject(refusalsOf(source), async (refused) => {
      at('2026-11-20T15:59:00Z');
      await refused.add(tooFast);
    });
    at('2026-11-28T16:00:00Z');

    await runDurableObjectAlarm(refusalsOf(source));

    await runInDurableObject(refusalsOf(source), async (_, { storage }) => {
      expect(storage.sql.exec('SELECT * FROM refusals').toArray()).toEqual([]);
      expect(await storage.getAlarm()).toBeNull();
    });
  });

  it('survive a small clock correction, and drop hours far in the future', async () => {
    const source = await aSource();
    await runInDurableObject(refusalsOf(source), async (refused, { storage }) => {
      for (const time of ['2026-11-27T16:00', '2026-11-27T15:59', '2036-01-01T00:00', '2026-11-27T16:05']) {
        at(`${time}:00Z`);
        await refused.add(tooFast);
      }

      expect(storage.sql.exec('SELECT hour FROM refusals ORDER BY hour').toArray()).toEqual([
        { hour: '2026-11-27T16' },
      ]);
      at('2026-11-27T16:06:00Z');
      await refused.add(tooFast);
      expect(refused.lastHours(24)).toMatchObject([{ hour: '2026-11-27T16', events: 4 }]);
    });
  });

  it('are deleted with their source', async () => {
    const source = await aSource({ allowed_origins: [SITE] });
    await send(source, [aLead], { headers: { Origin: WRONG } });
    await counted(source, { origin_not_allowed: 1 });

    await admin(`/sources/${source.id}`, { method: 'DELETE' });

    expect((await admin(`/sources/${source.id}/refusals`)).status).toBe(404);
    await admin('/sources', { body: { id: source.id } });
    expect(await refusals(source)).toEqual({ data: [], totals: {} });
  });

  it.each(['0', '169', '-1', '1.5', 'x', ''])("can't be read with ?hours=%s", async (hours) => {
    const { id } = await aSource();

    expect(await problemOf(await admin(`/sources/${id}/refusals?hours=${hours}`))).toMatchObject({
      status: 400,
      code: 'field_invalid',
      pointer: '/hours',
    });
  });

  it.each(['1', '24', '168'])('are empty when nothing was refused, with ?hours=%s', async (hours) => {
    expect(await refusals(await aSource(), `?hours=${hours}`)).toEqual({ data: [], totals: {} });
  });
});
