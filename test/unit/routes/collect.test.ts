import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { forgetConfigs } from '../../../worker/store/config-cache.ts';
import {
  admin,
  aServerKey,
  anIntegrationOf,
  anOrder,
  ask,
  aSource,
  outcomes,
  problemOf,
  send,
  SITE,
} from '../support/api.ts';
import type { Call, MadeSource } from '../support/api.ts';
import { aLinkedIn, noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);
afterEach(() => vi.restoreAllMocks());

const basic = (key: string) => `Basic ${btoa(`${key}:`)}`;

async function gzipped(text: string): Promise<Uint8Array> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

describe('the collector', () => {
  it.each([
    ['/v1/t', 'track'],
    ['/v1/track', 'track'],
    ['/v1/p', 'page'],
    ['/v1/page', 'page'],
    ['/v1/i', 'identify'],
    ['/v1/identify', 'identify'],
    ['/v1/g', 'group'],
    ['/v1/group', 'group'],
    ['/v1/a', 'alias'],
    ['/v1/alias', 'alias'],
    ['/v1/s', 'screen'],
    ['/v1/screen', 'screen'],
  ])('accepts one event at %s', async (path, type) => {
    const source = await aSource();

    const response = await ask(path, {
      body: { writeKey: source.write_key, messageId: 'm-1', ...(type === 'track' && { event: 'Signed Up' }) },
    });

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ success: true, accepted: 1 });
    expect(await outcomes(source)).toMatchObject([{ message_id: 'm-1', type }]);
  });

  it.each(['/v1/batch', '/v1/b'])('accepts several events at %s, and keeps their order', async (path) => {
    const source = await aSource();
    const batch = [
      { type: 'page', messageId: 'm-1', name: 'Pricing' },
      { type: 'track', messageId: 'm-2', event: 'Signed Up' },
    ];

    const response = await ask(path, { body: { writeKey: source.write_key, batch } });

    expect(await response.json()).toEqual({ success: true, accepted: 2 });
    expect(await outcomes(source)).toMatchObject([
      { message_id: 'm-2', event: 'Signed Up' },
      { message_id: 'm-1', event: 'Pricing' },
    ]);
  });

  it('adds an ID to an event without one', async () => {
    const source = await aSource();

    await send(source, [{ type: 'page' }, { type: 'page', messageId: null }]);

    const ids = (await outcomes(source)).map(({ message_id: id }) => id);
    expect(new Set(ids).size).toBe(2);
  });

  it("takes an event's type from the path", async () => {
    const source = await aSource();

    await ask('/v1/page', { body: { writeKey: source.write_key, type: 'track', messageId: 'm-1' } });

    expect(await outcomes(source)).toMatchObject([{ type: 'page' }]);
  });

  it('answers with no-store and nosniff', async () => {
    const { headers } = await send(await aSource(), [{ type: 'page' }]);

    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
  });
});

describe('a key', () => {
  const page = { batch: [{ type: 'page' }] };

  it('is read as Bearer, as Basic user name and as writeKey, in this order', async () => {
    const source = await aSource();
    const { write_key: key } = source;
    const calls: Call[] = [
      { headers: { Authorization: `Bearer ${key}` }, body: page },
      { headers: { Authorization: `bearer ${key}` }, body: { ...page, writeKey: 'wk_other' } },
      { headers: { Authorization: basic(key) }, body: page },
      { headers: { Authorization: basic(key) }, body: { ...page, writeKey: 'wk_other' } },
      { body: { ...page, writeKey: key } },
      { headers: { Authorization: 'Bearer' }, body: { ...page, writeKey: key } },
      { headers: { Authorization: 'Basic !!!' }, body: { ...page, writeKey: key } },
      { headers: { Authorization: 'Digest x' }, body: { ...page, writeKey: key } },
    ];

    const responses = await Promise.all(calls.map((call) => ask('/v1/batch', call)));

    expect(responses.map(({ status }) => status)).toEqual(calls.map(() => 200));
    expect(await outcomes(source)).toHaveLength(calls.length);
  });

  it.each([
    ['key_missing', { body: page }],
    ['key_missing', { body: { ...page, writeKey: '' } }],
    ['key_missing', { body: { ...page, writeKey: null } }],
    ['key_missing', { body: { ...page, writeKey: 123 } }],
    ['key_missing', { body: { ...page, writeKey: ['wk_x'] } }],
    ['key_missing', { body: { ...page, writeKey: {} } }],
    ['key_missing', { body: page, headers: { Authorization: 'Basic Og==' } }],
    ['key_unknown', { body: { ...page, writeKey: 'wk_unknown' } }],
    ['key_unknown', { body: { ...page, writeKey: 'sk_unknown' } }],
    ['key_unknown', { body: { ...page, writeKey: '__proto__' } }],
    ['key_unknown', { body: { ...page, writeKey: 'config:wk_x' } }],
    ['key_unknown', { body: { ...page, writeKey: '..' } }],
    ['key_unknown', { body: { ...page, writeKey: 'wk_../x' } }],
    ['key_unknown', { body: { ...page, writeKey: 'wk_x\n' } }],
    ['key_unknown', { body: { ...page, writeKey: `wk_${'x'.repeat(600)}` } }],
    ['key_unknown', { body: page, headers: { Authorization: `Bearer ${'x'.repeat(10_000)}` } }],
  ])("is a 401 when it isn't ours: %s for %j", async (code, call) => {
    const response = await ask('/v1/batch', call);

    expect(await problemOf(response)).toEqual({ status: 401, code, pointer: undefined });
  });

  it('costs no look-up when it has the wrong format', async () => {
    const get = vi.spyOn(env.CONFIG, 'get');

    await Promise.all(
      ['..', '', '*', 'wk_', 'wk_a b', `wk_${'x'.repeat(61)}`].map((writeKey) => ask('/v1/t', { body: { writeKey } })),
    );

    expect(get).not.toHaveBeenCalled();
  });

  it('works as soon as it is created, even if it was tried before', async () => {
    await ask('/v1/batch', { body: { ...page, writeKey: 'wk_early' } });
    const source = await aSource({ write_key: 'wk_early' });

    expect((await send(source, [{ type: 'page' }])).status).toBe(200);
  });
});

describe('a page on another origin', () => {
  const allowed_origins = [SITE, 'https://*.shop.example.net'];

  it.each([
    [SITE, 200],
    ['https://WWW.example.com', 200],
    ['https://de.shop.example.net', 200],
    [undefined, 200],
    ['null', 403],
    ['https://www.example.com.evil.com', 403],
    ['http://www.example.com', 403],
    ['https://www.example.com:444', 403],
    // A dot at the end of a host doesn't change the host.
    ['https://www.example.com.', 200],
    ['https://shop.example.net', 403],
  ])('may send, or may not: %s gets %i', async (origin, status) => {
    const source = await aSource({ allowed_origins });

    const response = await send(source, [{ type: 'page' }], {
      headers: origin === undefined ? {} : { Origin: origin },
    });

    expect(response.status).toBe(status);
    expect(await outcomes(source)).toHaveLength(status === 200 ? 1 : 0);
  });

  it('may always send while the source names no origins', async () => {
    const source = await aSource();

    expect((await send(source, [{ type: 'page' }], { headers: { Origin: 'null' } })).status).toBe(200);
  });

  it('has to send its origin when the source requires one', async () => {
    const source = await aSource({ require_origin: true });

    const without = await send(source, [{ type: 'page' }]);
    const withOne = await send(source, [{ type: 'page' }], { headers: { Origin: SITE } });

    expect(await problemOf(without)).toMatchObject({ status: 403, code: 'origin_not_allowed' });
    expect(withOne.status).toBe(200);
  });

  it('may read the answer, even if it is a problem', async () => {
    const source = await aSource({ allowed_origins });

    const responses = await Promise.all([
      send(source, [{ type: 'page' }], { headers: { Origin: SITE } }),
      send(source, [{ type: 'page' }], { headers: { Origin: 'https://evil.example' } }),
      ask('/v1/batch', { body: '{', headers: { Origin: 'https://evil.example' } }),
    ]);

    expect(responses.map(({ headers }) => headers.get('Access-Control-Allow-Origin'))).toEqual([
      SITE,
      'https://evil.example',
      'https://evil.example',
    ]);
    for (const { headers } of responses) {
      expect(headers.get('Access-Control-Allow-Credentials')).toBe('true');
      expect(headers.get('Vary')).toContain('Origin');
    }
  });

  it('may send a preflight request', async () => {
    const response = await ask('/v1/batch', {
      method: 'OPTIONS',
      headers: { Origin: SITE, 'Access-Control-Request-Headers': ', '.repeat(8_000) },
    });

    expect(response.status).toBe(204);
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(SITE);
    expect(response.headers.get('Access-Control-Allow-Methods')).toContain('POST');
    expect(response.headers.get('Access-Control-Allow-Headers')).toContain('content-type');
  });
});

describe('the limit of a request', () => {
  const filled = (bytes: number, { write_key: writeKey }: MadeSource) => {
    const body = JSON.stringify({ writeKey, batch: [{ type: 'page' }], padding: '' });
    return `${body.slice(0, -2)}${'x'.repeat(bytes - body.length)}"}`;
  };
  const pages = (count: number) => Array.from({ length: count }, () => ({ type: 'page' }));

  it('is 512 KiB from a page', async () => {
    const source = await aSource();

    const [most, tooMuch] = await Promise.all([
      ask('/v1/batch', { body: filled(512 * 1024, source) }),
      ask('/v1/batch', { body: filled(512 * 1024 + 1, source) }),
    ]);

    expect(most.status).toBe(200);
    expect(await problemOf(tooMuch)).toMatchObject({ status: 413, code: 'body_too_large' });
    expect(await outcomes(source)).toHaveLength(1);
  });

  it('is 500 events from a page', async () => {
    const source = await aSource();

    const [most, tooMany] = [await send(source, pages(500)), await send(source, pages(501))];

    expect(await most.json()).toMatchObject({ accepted: 500 });
    expect(await problemOf(tooMany)).toMatchObject({ status: 413, code: 'too_many_events' });
  });

  it('is 4 MiB and 5,000 events from a server', async () => {
    const source = await aSource();
    const server = { id: source.id, write_key: await aServerKey(source) };

    const [most, tooMany] = [await send(server, pages(5_000)), await send(server, pages(5_001))];
    const [large, tooLarge] = [
      await ask('/v1/batch', { body: filled(4 * 1024 * 1024, server) }),
      await ask('/v1/batch', { body: filled(4 * 1024 * 1024 + 1, server) }),
    ];

    expect(await most.json()).toMatchObject({ accepted: 5_000 });
    expect(await problemOf(tooMany)).toMatchObject({ status: 413, code: 'too_many_events' });
    expect(large.status).toBe(200);
    expect(await problemOf(tooLarge)).toMatchObject({ status: 413, code: 'body_too_large' });
  });

  it('is 32 KiB for an event', async () => {
    const source = await aSource();
    const anEventOf = (bytes: number) => {
      // A larger event loses its properties (S7), but never its name.
      const event = { type: 'page', messageId: `m-${bytes}`, name: '' };
      return { ...event, name: 'x'.repeat(bytes - JSON.stringify(event).length) };
    };

    const most = await send(source, [anEventOf(32 * 1024)]);
    const tooLarge = await send(source, [anEventOf(32 * 1024 + 1)]);
    const mixed = await send(source, [anEventOf(32 * 1024 + 2), { type: 'page', messageId: 'good' }]);

    expect(most.status).toBe(200);
    expect(await problemOf(tooLarge)).toMatchObject({ status: 413, code: 'event_too_large' });
    expect(await mixed.json()).toMatchObject({
      accepted: 1,
      rejected: [{ index: 0, messageId: 'm-32770', type: 'urn:directflight:problem:event_too_large' }],
    });
  });

  it('also stops reading, even without a Content-Length', async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(32));
      },
    });

    const response = await ask('/v1/batch', { body: endless });

    expect(await problemOf(response)).toMatchObject({ status: 413, code: 'body_too_large' });
    expect(sent).toBeLessThan(16 * 1024 * 1024);
  });
});

describe('a body', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    'text/plain;charset=UTF-8',
    'application/ld+json',
    '',
  ])('may be sent as %j', async (type) => {
    const source = await aSource();

    const response = await send(source, [{ type: 'page' }], { headers: { 'Content-Type': type } });

    expect(response.status).toBe(200);
  });

  it('may be sent without a content type', async () => {
    const source = await aSource();
    const body = new TextEncoder().encode(JSON.stringify({ writeKey: source.write_key, batch: [{ type: 'page' }] }));

    const response = await ask('/v1/batch', { body, headers: { 'Content-Type': '' } });

    expect(response.status).toBe(200);
  });

  it.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded'])(
    'may be gzip, as %s',
    async (type) => {
      const source = await aSource();
      const body = await gzipped(JSON.stringify({ writeKey: source.write_key, batch: [{ type: 'page' }] }));

      const response = await ask('/v1/batch', { body, headers: { 'Content-Encoding': 'gzip', 'Content-Type': type } });

      expect(await response.json()).toEqual({ success: true, accepted: 1 });
    },
  );

  it('has the same limit when it is compressed', async () => {
    const bomb = await gzipped(' '.repeat(64 * 1024 * 1024));

    const response = await ask('/v1/batch', { body: bomb, headers: { 'Content-Encoding': 'gzip' } });

    expect(bomb.byteLength).toBeLessThan(100_000);
    expect(await problemOf(response)).toMatchObject({ status: 413, code: 'body_too_large' });
  });

  it.each([
    ['cut off', (bytes: Uint8Array) => bytes.slice(0, -10)],
    ['not gzip', () => new TextEncoder().encode('{"batch":[]}')],
    ['followed by other data', (bytes: Uint8Array) => new Uint8Array([...bytes, 1, 2, 3])],
  ])('is a 400 when its gzip is %s', async (_, broken) => {
    const body = broken(await gzipped('{"writeKey":"wk_x","batch":[{"type":"page"}]}'));

    const response = await ask('/v1/batch', { body, headers: { 'Content-Encoding': 'gzip' } });

    expect(await problemOf(response)).toMatchObject({ status: 400, code: 'body_not_json' });
  });
});

describe('the times in a batch', () => {
  it("are corrected to our clock with the batch's sentAt, or with an event's own", async () => {
    const source = await aSource();
    const hour = 60 * 60 * 1000;
    const theirNow = Date.now() + 3 * hour;
    const iso = (ms: number) => new Date(ms).toISOString();

    await send(
      source,
      [
        { type: 'page', messageId: 'of-batch', timestamp: iso(theirNow - hour) },
        { type: 'page', messageId: 'of-event', timestamp: iso(theirNow - hour), sentAt: iso(theirNow - hour / 2) },
      ],
      { beside: { sentAt: iso(theirNow) } },
    );

    const [ofEvent, ofBatch] = (await outcomes(source)).map(({ happened_at: at }) => Date.now() - Date.parse(at));
    expect(ofBatch).toBeGreaterThan(hour - 1_000);
    expect(ofBatch).toBeLessThan(hour + 10_000);
    expect(ofEvent).toBeGreaterThan(hour / 2 - 1_000);
    expect(ofEvent).toBeLessThan(hour / 2 + 10_000);
  });
});

describe('when a part of Directflight is unreachable', () => {
  beforeEach(() => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
  });

  it('the registry is asked when KV is down', async () => {
    const source = await aSource();
    vi.spyOn(env.CONFIG, 'get').mockRejectedValue(new Error('KV GET failed: 503'));

    expect((await send(source, [{ type: 'page' }])).status).toBe(200);
  });

  it('the answer asks for a retry when KV and the registry are down', async () => {
    const source = await aSource();
    vi.spyOn(env.CONFIG, 'get').mockRejectedValue(new Error('KV GET failed: 503'));
    vi.spyOn(env.REGISTRY, 'getByName').mockImplementation(() => {
      throw new Error('Durable Object is overloaded.');
    });

    const response = await send(source, [{ type: 'page' }]);

    expect(response.headers.get('Retry-After')).toBe('30');
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'config_unavailable' });
  });

  it('the collector uses its last known config while KV is briefly down', async () => {
    const source = await aSource();
    await send(source, [{ type: 'page' }]);
    vi.spyOn(env.CONFIG, 'get').mockRejectedValue(new Error('KV GET failed: 503'));

    expect((await send(source, [{ type: 'page' }])).status).toBe(200);
  });

  it.each([
    ['the outbox', 'OUTBOX', anOrder()],
    ['the tally', 'TALLY', { type: 'page' }],
  ] as const)('the answer says that nothing was stored when %s is down', async (_, binding, event) => {
    const source = await aSource();
    await anIntegrationOf(source);
    vi.spyOn(env[binding], 'getByName').mockImplementation(() => {
      throw new Error('Durable Object is overloaded.');
    });

    const response = await send(source, [event]);

    expect(response.headers.get('Retry-After')).toBe('5');
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'outbox_unavailable' });
  });

  it('the answer says that nothing was stored and when to retry when the outbox is full', async () => {
    const source = await aSource();
    await anIntegrationOf(source);
    const outbox = env.OUTBOX.getByName(source.id);
    vi.spyOn(env.OUTBOX, 'getByName').mockReturnValue(
      Object.assign(Object.create(outbox), { enqueue: async () => ({ kind: 'full' }) }),
    );

    const response = await send(source, [anOrder()]);

    expect(response.headers.get('Retry-After')).toBe('600');
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'outbox_full' });
  });

  it('page views are accepted and counted while the outbox is down', async () => {
    const source = await aSource();
    await anIntegrationOf(source);
    vi.spyOn(env.OUTBOX, 'getByName').mockImplementation(() => {
      throw new Error('Durable Object is overloaded.');
    });

    expect((await send(source, [{ type: 'page' }])).status).toBe(200);
  });

  it('the registry is asked when the configuration in KV is unreadable', async () => {
    const source = await aSource();
    await env.CONFIG.put(`config:${source.write_key}`, '{"source":{"id":');
    forgetConfigs();

    expect((await send(source, [{ type: 'page' }])).status).toBe(200);
  });
});

describe('a server key', () => {
  it('needs no origin, sets no cookie, and is trusted about the IP address', async () => {
    const linkedin = aLinkedIn();
    const source = await aSource({ allowed_origins: [SITE], require_origin: true });
    await anIntegrationOf(source, { config: { send_ip: true } });
    const key = await aServerKey(source);
    const order = anOrder({ context: { ip: '198.51.100.7', userAgent: 'curl' } });

    const response = await send({ id: source.id, write_key: key }, [order], {
      headers: { Origin: 'https://evil.example', Cookie: 'li_fat_id=of-somebody', 'CF-Connecting-IP': '203.0.113.9' },
    });

    const withoutOrigin = await send({ id: source.id, write_key: key }, [{ type: 'page' }]);

    expect(response.headers.getSetCookie()).toEqual([]);
    expect(withoutOrigin.headers.getSetCookie()).toEqual([]);
    expect(await response.json()).toEqual({ success: true, accepted: 1 });
    const element = await linkedin.elementOf(source.id, String(order['messageId']));
    expect(element.user.userIds).toEqual([
      { idType: 'SHA256_EMAIL', idValue: expect.any(String) },
      { idType: 'PLAINTEXT_IP_ADDRESS', idValue: '198.51.100.7' },
    ]);
  });

  it('reads unknown consent as a yes, unless the source requires an answer', async () => {
    const [trusting, strict] = await Promise.all([aSource(), aSource({ unknown_consent: 'denied' })]);
    for (const source of [trusting, strict]) {
      await anIntegrationOf(source);
      await send({ id: source.id, write_key: await aServerKey(source) }, [anOrder()], { country: 'DE' });
    }

    expect((await outcomes(trusting))[0]?.deliveries).toHaveLength(1);
    expect(await outcomes(strict)).toMatchObject([{ state: 'skipped', reason: 'no_consent' }]);
  });

  it("doesn't give one person's e-mail or click to another in the same request", async () => {
    const linkedin = aLinkedIn();
    const source = await aSource();
    await anIntegrationOf(source, { config: { send_external_id: true } });
    const bob = anOrder({ userId: 'bob', properties: {} });
    const carol = anOrder({ anonymousId: 'carol', properties: { email: 'carol@example.com' } });
    const events = [
      {
        type: 'identify',
        userId: 'alice',
        traits: { email: 'alice@example.com', firstName: 'Alice', lastName: 'A' },
        context: { page: { url: 'https://www.example.com/?li_fat_id=alices-click' } },
      },
      bob,
      carol,
    ];

    await send(source, events);

    expect((await linkedin.elementOf(source.id, String(bob['messageId']))).user).toEqual({
      userIds: [],
      externalIds: ['bob'],
    });
    expect((await linkedin.elementOf(source.id, String(carol['messageId']))).user).toEqual({
      userIds: [{ idType: 'SHA256_EMAIL', idValue: expect.any(String) }],
    });
  });

  it('is revoked with its source', async () => {
    const source = await aSource();
    const key = await aServerKey(source);
    await admin(`/sources/${source.id}`, { method: 'DELETE' });

    const response = await send({ id: source.id, write_key: key }, [{ type: 'page' }]);

    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'key_unknown' });
  });
});
