import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';

import { createApp } from '../../../worker/app.ts';
import {
  admin,
  aRequest,
  aServerKey,
  ask as askTheWorker,
  aSource,
  outcomes,
  problemOf,
  send,
} from '../support/api.ts';

/** Replaces Cloudflare's counter with one that says the address has reached its limit. */
const flooded = { limit: () => Promise.resolve({ success: false }) };

async function ask(path: string, call: Parameters<typeof aRequest>[1]): Promise<Response> {
  // The test's environment is the Worker's: wrangler.toml describes both.
  return createApp().fetch(aRequest(path, call), { ...env, COLLECTOR_LIMIT: flooded });
}

describe('an address that sends too much', () => {
  it('gets a time to retry, and none of its events is stored', async () => {
    const source = await aSource();

    const response = await ask('/v1/track', { body: { event: 'Seen', writeKey: source.write_key } });

    expect(response.status).toBe(429);
    expect(response.headers.get('Retry-After')).toBe('60');
    expect(await response.json()).toMatchObject({ type: 'urn:directflight:problem:rate_limited' });
    expect(await (await admin(`/sources/${source.id}/events`)).json()).toMatchObject({ data: [] });
  });

  it('may be a server, whose key is secret', async () => {
    const key = await aServerKey(await aSource());

    const response = await ask('/v1/track', { body: { event: 'Seen' }, headers: { Authorization: `Bearer ${key}` } });

    expect(response.status).toBe(200);
  });
});

describe('a source with max_events_per_minute', () => {
  it('accepts that many, says when to send more, and stores nothing in between', async () => {
    const source = await aSource({ max_events_per_minute: 3 });
    const pages = (count: number) => Array.from({ length: count }, () => ({ type: 'page' }));

    const first = await send(source, pages(3));
    const refused = await send(source, pages(1));

    expect(first.status).toBe(200);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(await problemOf(refused)).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(await outcomes(source)).toHaveLength(3);
  });

  it('counts the events from a server key too', async () => {
    const source = await aSource({ max_events_per_minute: 1 });
    const key = await aServerKey(source);
    const byServer = () =>
      askTheWorker('/v1/batch', { body: { batch: [{ type: 'page' }] }, headers: { Authorization: `Bearer ${key}` } });

    expect([(await byServer()).status, (await byServer()).status]).toEqual([200, 429]);
  });

  it("doesn't count events with the public write key against its server key", async () => {
    const source = await aSource({ max_events_per_minute: 10 });
    const key = await aServerKey(source);
    const asServer = { headers: { Authorization: `Bearer ${key}` } };

    const stranger = await send(
      source,
      Array.from({ length: 100 }, () => ({ type: 'page' })),
    );
    const again = await send(source, [{ type: 'page' }]);
    const server = await askTheWorker('/v1/batch', { ...asServer, body: { batch: [{ type: 'page' }] } });

    expect([stranger.status, again.status, server.status]).toEqual([200, 429, 200]);
  });

  it('accepts any number when the limit is removed', async () => {
    const source = await aSource({ max_events_per_minute: 1 });
    await send(source, [{ type: 'page' }]);

    await admin(`/sources/${source.id}`, { method: 'PATCH', body: { max_events_per_minute: null } });

    expect((await send(source, [{ type: 'page' }])).status).toBe(200);
  });

  it.each([0, -1, 1.5, 1_000_001, '5'])("can't have the limit %j", async (limit) => {
    const response = await admin('/sources', { body: { max_events_per_minute: limit } });

    expect(await problemOf(response)).toMatchObject({ status: 400, pointer: '/max_events_per_minute' });
  });
});
