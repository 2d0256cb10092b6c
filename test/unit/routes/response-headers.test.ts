import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { collectorCors } from '../../../worker/routes/collector/collector-cors.ts';
import { keyRingOf } from '../../../worker/routes/http/key-ring.ts';
import { securityHeaders } from '../../../worker/routes/http/security-headers.ts';
import { anIntegrationOf, anOrder, aSource, outcomes, send, SITE } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);
afterEach(() => vi.restoreAllMocks());

const SECURITY = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};
const CORS = {
  vary: 'Origin',
  'cross-origin-resource-policy': 'cross-origin',
  'access-control-allow-origin': SITE,
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'Retry-After',
};

const app = new Hono();
app.use(securityHeaders, collectorCors);
const made: Response[] = [];
const kept = (response: Response) => {
  made.push(response);
  return response;
};
app.get('/json', (c) => kept(c.json({ a: 1 })));
app.get('/cookies', (c) => {
  setCookie(c, 'a', '1');
  setCookie(c, 'b', '2');
  return c.body('both', 201, { 'Cache-Control': 'max-age=5', Vary: 'Accept' });
});
app.get('/unchangeable', () => Response.redirect('https://www.example.com/there', 303));
app.get('/stream', () => new Response(new Blob(['stream']).stream(), { status: 202 }));
app.get('/thrown', () => {
  throw new Error('thrown');
});
app.onError((error, c) => kept(c.text(error.message, 500)));

const ask = async (path: string) => app.request(path, { headers: { Origin: SITE }, redirect: 'manual' });

describe('the headers of an answer', () => {
  it.each([
    ['/json', 200, '{"a":1}', { 'content-type': 'application/json', 'cache-control': 'no-store', ...CORS }],
    ['/cookies', 201, 'both', { ...CORS, vary: 'Accept, Origin' }],
    ['/unchangeable', 303, '', { location: 'https://www.example.com/there', ...CORS }],
    ['/stream', 202, 'stream', CORS],
    ['/thrown', 500, 'thrown', { 'cache-control': 'no-store', ...CORS }],
  ])('are complete on %s, beside its own headers', async (path, status, body, headers) => {
    const response = await ask(path);

    expect(response.status).toBe(status);
    expect(await response.text()).toBe(body);
    expect(Object.fromEntries(response.headers)).toMatchObject({ ...SECURITY, ...headers });
    expect(response.headers.getSetCookie()).toEqual(path === '/cookies' ? ['a=1; Path=/', 'b=2; Path=/'] : []);
  });

  it("don't replace a cache time that the route has set", async () => {
    expect((await ask('/cookies')).headers.get('Cache-Control')).toBe('max-age=5');
  });

  it.each(['/json', '/thrown'])('are set on the answer of %s itself, not on a copy', async (path) => {
    const response = await ask(path);

    expect(response).toBe(made.at(-1));
  });
});

describe('the keys of the collector', () => {
  it('are read once for as long as the setting stays the same', () => {
    const [one, other] = ['AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=', `${'A'.repeat(43)}=`];

    const first = keyRingOf(one);

    expect(keyRingOf(one)).toBe(first);
    expect(keyRingOf(other)).toEqual([new Uint8Array(32)]);
    expect(keyRingOf(one)).toEqual(first);
  });

  it("are missing when the setting can't be read, and each request logs that", () => {
    const log = vi.spyOn(console, 'error').mockReturnValue();

    expect([keyRingOf('not a key'), keyRingOf('not a key'), keyRingOf(''), keyRingOf(undefined)]).toEqual([
      [],
      [],
      [],
      [],
    ]);

    expect(log).toHaveBeenCalledTimes(2);
  });

  it('are derived once, for the first request', async () => {
    const source = await aSource();
    await anIntegrationOf(source);
    const order = async (visitor: number) =>
      send(source, [anOrder({ messageId: `m-${visitor}`, properties: { email: `${visitor}@example.com` } })], {
        headers: { Origin: SITE },
        beside: { consent: { advertising: true } },
      });
    expect((await order(0)).status).toBe(200);
    const derive = vi.spyOn(crypto.subtle, 'deriveKey');

    for (let visitor = 1; visitor <= 20; visitor += 1) expect((await order(visitor)).status).toBe(200);

    expect(derive).not.toHaveBeenCalled();
    expect(await outcomes(source)).toHaveLength(21);
  });
});
