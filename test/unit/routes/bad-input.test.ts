import { beforeEach, describe, expect, it, vi } from 'vitest';

import { anIntegrationOf, anOrder, ask, aServerKey, aSource, outcomes, send } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

/**
 * Input from people, machines and attackers. Each is answered with a precise 4xx and stores nothing, or is read as what
 * it clearly means. None is a 5xx.
 */
beforeEach(noLinkedIn);

let source: MadeSource;
beforeEach(async () => {
  source = await aSource();
  await anIntegrationOf(source);
});

const keyed = (text: string) => text.replaceAll('WK', source.write_key);
const bytes = (...parts: (string | number[])[]) =>
  new Uint8Array(
    parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(keyed(part))] : part)),
  );

describe("a body that isn't JSON", () => {
  it.each([
    ['body_empty', ''],
    ['body_not_json', '{'],
    ['body_not_json', '['],
    ['body_not_json', '{"a":}'],
    ['body_not_json', "{'a':1}"],
    ['body_not_json', '{"a":1,}'],
    ['body_not_json', 'NaN'],
    ['body_not_json', 'undefined'],
    ['body_not_json', '// c'],
    ['body_not_json', ' '],
    ['body_not_json', '{"writeKey":"WK","batch":[]}{"writeKey":"WK"}'],
    ['body_not_json', '{"writeKey":"WK","type":"page"}\n{"writeKey":"WK","type":"page"}'],
    ['body_not_json', 'writeKey=WK&type=page'],
    ['body_not_an_object', 'null'],
    ['body_not_an_object', 'true'],
    ['body_not_an_object', '1'],
    ['body_not_an_object', '"x"'],
    ['body_not_an_object', '[]'],
    ['body_not_an_object', '[{"type":"page"}]'],
    ['body_too_deep', '['.repeat(100_000)],
    ['body_too_deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['body_too_deep', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`],
    [
      'body_too_deep',
      `{"writeKey":"WK","batch":[{"type":"page","properties":${'{"a":'.repeat(62)}1${'}'.repeat(62)}}]}`,
    ],
    ['batch_invalid', `${' '.repeat(60_000)}{}`],
  ])('is refused as %s: %.60s', async (code, body) => {
    const response = await ask('/v1/batch', { body: keyed(body) });

    expect(response.status).toBe(400);
    expect(response.headers.get('Content-Type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ type: `urn:directflight:problem:${code}` });
    expect(await outcomes(source)).toEqual([]);
  });

  it.each([
    ['half a character', () => bytes('{"writeKey":"WK","type":"page","name":', [0x22, 0xc3, 0x28, 0x22], '}')],
    ['an overlong slash', () => bytes('{"writeKey":"WK","type":"page","name":"', [0xc0, 0xaf], '"}')],
    ['half a pair', () => bytes('{"writeKey":"WK","type":"page","name":"', [0xed, 0xa0, 0x80], '"}')],
    ['UTF-16', () => bytes([0xff, 0xfe, 0x7b, 0, 0x7d, 0])],
  ])("is refused when it isn't UTF-8: %s", async (_, body) => {
    const response = await ask('/v1/page', { body: body() });

    expect(await response.json()).toMatchObject({ status: 400, type: 'urn:directflight:problem:body_not_json' });
    expect(await outcomes(source)).toEqual([]);
  });

  it('is accepted as JSON with a byte order mark', async () => {
    const response = await ask('/v1/page', { body: bytes([0xef, 0xbb, 0xbf], '{"writeKey":"WK"}') });

    expect(response.status).toBe(200);
  });

  it.each([
    ['application/xml', undefined],
    ['multipart/form-data; boundary=x', undefined],
    ['application/x-www-form-urlencoded', undefined],
    ['application/json; charset=utf-16', undefined],
    ['text/html', undefined],
    ['x'.repeat(10_000), undefined],
    ['application/json', 'br'],
    ['application/json', 'deflate'],
    ['application/json', 'gzip, gzip'],
    ['application/json', 'br, gzip, gzip'],
  ])('is a 415 as %.40s with encoding %s', async (type, encoding) => {
    const response = await send(source, [anOrder()], {
      headers: { 'Content-Type': type, ...(encoding !== undefined && { 'Content-Encoding': encoding }) },
    });

    expect(response.status).toBe(415);
    expect(await outcomes(source)).toEqual([]);
  });
});

describe('an invalid batch', () => {
  it.each([undefined, {}, 'x', null, 7, []])('is refused: %j', async (batch) => {
    const response = await ask('/v1/batch', { body: { writeKey: source.write_key, batch } });

    expect(await response.json()).toMatchObject({
      status: 400,
      type: 'urn:directflight:problem:batch_invalid',
      pointer: '/batch',
    });
  });

  it('uses the last of two equal keys, everywhere', async () => {
    const other = await aSource();

    const response = await ask('/v1/batch', {
      body: `{"writeKey":"${other.write_key}","batch":[{"type":"page"}],"writeKey":"${source.write_key}"}`,
    });

    expect(response.status).toBe(200);
    expect(await outcomes(source)).toHaveLength(1);
    expect(await outcomes(other)).toEqual([]);
  });
});

describe('an invalid event', () => {
  it.each([
    ['', null],
    ['', 1],
    ['', []],
    ['', 'x'],
    ['/type', {}],
    ['/type', { type: 'TRACK' }],
    ['/type', { type: '__proto__' }],
    ['/type', { type: ['track'] }],
    ['/event', anOrder({ event: undefined })],
    ['/event', anOrder({ event: '' })],
    ['/event', anOrder({ event: null })],
    ['/event', anOrder({ event: { name: 7 } })],
    ['/event', anOrder({ event: 'x'.repeat(257) })],
    ['/event', anOrder({ event: 'a\u0000' })],
    ['/name', { type: 'page', name: true }],
    ['/userId', anOrder({ userId: 'x'.repeat(257) })],
    ['/properties', anOrder({ properties: 'x' })],
    ['/traits', anOrder({ traits: 7 })],
    ['/context', anOrder({ context: [1, 2] })],
    ['/timestamp', anOrder({ timestamp: 8_640_000_000_000_001 })],
    ['/timestamp', anOrder({ timestamp: new Date(Date.now() + 25 * 60 * 60 * 1000).toISOString() })],
  ])('is refused at %s: %j', async (pointer, event) => {
    const response = await send(source, [event]);

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      type: 'urn:directflight:problem:event_invalid',
      pointer: `/batch/0${pointer}`,
    });
    expect(await outcomes(source)).toEqual([]);
  });

  it.each([
    ['/event', '{"type":"track","event":"\\udc00"}'],
    ['/userId', '{"type":"page","userId":"\\ud800"}'],
  ])('is refused at %s, for a value that only JSON can express', async (pointer, event) => {
    const response = await ask('/v1/batch', { body: keyed(`{"writeKey":"WK","batch":[${event}]}`) });

    expect(await response.json()).toMatchObject({ status: 400, pointer: `/batch/0${pointer}` });
    expect(await outcomes(source)).toEqual([]);
  });
});

describe('an ID that can not be one', () => {
  const MESSAGE_IDS = ['x'.repeat(257), true, {}, 'a\u0000b', 'a\ud800'];

  it.each(MESSAGE_IDS)('is replaced as the messageId of a page: %j', async (messageId) => {
    const response = await send(source, [anOrder({ messageId })]);

    expect(response.status).toBe(200);
    const stored = await outcomes(source);
    expect(stored).toMatchObject([{ event: 'Order Completed', lint: [{ code: 'message_id_nothing' }] }]);
    expect(stored[0]?.message_id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each(MESSAGE_IDS)('is refused as the messageId of a server: %j', async (messageId) => {
    const key = await aServerKey(source);

    const response = await ask('/v1/batch', {
      headers: { Authorization: `Bearer ${key}` },
      body: { batch: [anOrder({ messageId })] },
    });

    expect(await response.json()).toMatchObject({ status: 400, pointer: '/batch/0/messageId' });
    expect(await outcomes(source)).toEqual([]);
  });

  it.each([
    ['user_id_nothing', { userId: {} }],
    ['user_id_nothing', { userId: false }],
    ['anonymous_id_nothing', { anonymousId: ['x', 'y'] }],
  ])('is left out, with the note %s: %j', async (code, ids) => {
    const response = await send(source, [anOrder(ids)]);

    expect(response.status).toBe(200);
    expect(await outcomes(source)).toMatchObject([
      { lint: expect.arrayContaining([expect.objectContaining({ code })]) },
    ]);
  });
});

describe('an event that only looks dangerous', () => {
  it.each([
    ['an id with white space', { messageId: 'a b\tc' }],
    ['an ID in other scripts', { messageId: 'é😀ü' }],
    ['an ID named like a property of every object', { messageId: '__proto__' }],
    ['an id of 256 characters', { messageId: 'x'.repeat(256) }],
    ['SQL in its id', { messageId: "'; DROP TABLE events;--" }],
    ['a line break in its id', { messageId: 'a\r\nX-Evil: 1' }],
    ['HTML in its name', { event: '<img src=x onerror=alert(1)>' }],
    ['a log line in its name', { event: '\n{"level":"error","msg":"fake"}\u001B[2J' }],
    ['a formula as its name', { event: '=HYPERLINK("http://evil")' }],
    ['a name like a property of every object', { event: 'constructor' }],
    ['a bidirectional override in its name', { event: 'a\u202Eb\u200B' }],
    ['a numeric user id', { userId: 42 }],
    ['nulls for missing fields', { userId: null, anonymousId: null, traits: null, timestamp: null }],
    ['a million as its e-mail', { properties: { email: 1_000_000 } }],
    ['64 KB of @ as its e-mail', { properties: { email: 'a@'.repeat(10_000) } }],
    ['a list as its e-mail', { properties: { email: ['a@b.cd'] } }],
    [
      'nonsense as its value',
      { properties: { total: { valueOf: 1 }, value: 'NaN', currency: ['USD'], price: '1e99' } },
    ],
    ['10,000 products', { properties: { products: Array.from({ length: 4_000 }, () => 1) } }],
    [
      "names that aren't names",
      { traits: { firstName: { name: { name: 'x' } }, lastName: [], company: 7, address: 'x' } },
    ],
    ['plain data in suspicious fields', { properties: { toJSON: 1, valueOf: 3, length: 4_294_967_295 } }],
    ['an invalid address', { context: { page: { url: 'javascript:alert(1)' }, ip: '::1', li_fat_id: {} } }],
    ['an address with a broken escape', { context: { page: { url: 'https://x/?li_fat_id=%E0%A4%A' } } }],
    ['an invalid page', { context: { page: [], consent: [], traits: 'x' } }],
    ['a time in microseconds since 1970, as text', { timestamp: '1970-01-01T00:00:00.000001Z' }],
  ])('is accepted and harmless: %s', async (_, over) => {
    const response = await send(source, [anOrder(over)]);

    expect(await response.json()).toEqual({ success: true, accepted: 1 });
    expect(await outcomes(source)).toHaveLength(1);
  });

  it.each(['{"__proto__":{"admin":true}}', '{"constructor":{"prototype":{"admin":true}}}', '{"a":1,"__proto__":null}'])(
    'changes no other object: %s',
    async (poison) => {
      const event = `{"type":"track","event":"Order Completed","__proto__":${poison},"properties":${poison},"traits":${poison},"context":{"traits":${poison},"consent":{"categoryPreferences":${poison}},"page":${poison}}}`;

      const response = await ask('/v1/batch', {
        body: keyed(
          `{"writeKey":"WK","__proto__":${poison},"consent":${poison},"carried":${poison},"batch":[${event}]}`,
        ),
      });

      expect(response.status).toBe(200);
      expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
      expect(await outcomes(source)).toHaveLength(1);
    },
  );

  it.each([
    ['cookieDomain', 7],
    ['cookieDomain', 'evil.com; HttpOnly'],
    ['carried', 'x'],
    ['carried', ['x']],
    ['carried', { _df_click: {}, _df_identity: 'v1.x.y.z', _dfid: "' OR 1", li_fat_id: '<svg>' }],
    ['consent', 'yes'],
    ['consent', [true]],
    ['sentAt', 'nonsense'],
    ['sentAt', {}],
    ['reset', 'yes'],
    ['nonsense', { a: [1] }],
  ])('may be in a batch beside anything: %s %j', async (name, value) => {
    const response = await send(source, [anOrder()], { beside: { [name]: value } });

    expect(response.status).toBe(200);
  });

  it.each([
    '_df_click=9999999999999.abc',
    '_df_click=0000000000000.abc',
    '_df_click=x; li_fat_id=%E0%A4%A; _dfid=../..; _df_identity=v1.a.b.c',
    `_df_identity=${'x'.repeat(8_000)}`,
    '=; ;;; a=b=c;',
  ])('may come with any cookie: %.50s', async (cookie) => {
    const response = await send(source, [anOrder()], { headers: { Cookie: cookie } });

    expect(response.status).toBe(200);
    expect(await outcomes(source)).toHaveLength(1);
  });
});

describe('anything else in a request', () => {
  it('is ignored: forged addresses, query strings, user agents', async () => {
    const response = await ask(`/v1/page?email=a@b.cd&token=x`, {
      body: { writeKey: source.write_key },
      headers: {
        'X-Forwarded-For': '6.6.6.6, 7.7.7.7',
        Forwarded: 'for=6.6.6.6',
        'X-Real-IP': 'nonsense',
        'CF-Connecting-IP': 'nonsense',
        'User-Agent': 'x'.repeat(8_000),
      },
    });

    expect(response.status).toBe(200);
  });

  it('never repeats a refused value in a problem, and logs nothing about it', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});

    const responses = await Promise.all([
      ask('/v1/batch', { body: '{"email":"canary@pii.test"' }),
      send(source, [anOrder({ event: { name: 'canary@pii.test' } })]),
      ask('/v1/track', { body: { writeKey: 'wk_canary@pii.test' } }),
      ask('/v1/admin/sources', { headers: { Authorization: 'Bearer canary@pii.test' } }),
    ]);

    for (const response of responses) {
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(await response.text()).not.toContain('canary');
    }
    expect(log).not.toHaveBeenCalled();
  });
});
