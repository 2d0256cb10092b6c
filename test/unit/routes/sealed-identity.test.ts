/** `_df_identity` against forgery, and through a rotation of its encryption key. */
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { assert, asyncProperty, constantFrom, integer, string, tuple } from 'fast-check';
import { Hono } from 'hono';
import { beforeAll, describe, expect, it } from 'vitest';

import { identityOf } from '../../../worker/domain/identity/identity.ts';
import type { Identity } from '../../../worker/domain/identity/identity.ts';
import { parseKeyRing } from '../../../worker/domain/sealing/sealed-box.ts';
import worker from '../../../worker/index.ts';
import { cookiesOf, readVisitor } from '../../../worker/routes/collector/visitor-cookies.ts';
import { anIdentify } from '../support/an-event.ts';
import { anIntegrationOf, aRequest, aSource, SITE } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

const RANDOM_COOKIES = 5_000;
const VISITORS = 500;
const DAY_MS = 24 * 60 * 60 * 1000;

const newKey = (): string => crypto.getRandomValues(new Uint8Array(32)).toBase64();
const OLD = newKey();
const NEW = newKey();

/** The cookie that a collector with these keys writes. */
async function sealed(
  identity: Identity,
  { keys, sourceId = 'src_1' }: { keys: string; sourceId?: string },
): Promise<string> {
  const visitor = { identity, click: undefined, liFatId: undefined };
  const at = { anonymousId: crypto.randomUUID(), sourceId, keyRing: parseKeyRing(keys), nowMs: Date.now() };
  const cookie = (await cookiesOf(visitor, at)).find(({ name }) => name === '_df_identity');
  if (cookie === undefined) throw new Error('Cannot seal the identity: no cookie was made of it');
  return cookie.value;
}

/** Returns the person that a collector with these keys reads from a cookie. */
async function readAs(
  cookie: string,
  { keys, sourceId = 'src_1', nowMs = Date.now() }: { keys: string; sourceId?: string; nowMs?: number },
): Promise<Identity> {
  let identity: Identity | undefined;
  const app = new Hono().get('/', async (c) => {
    ({
      visitor: { identity },
    } = await readVisitor(c, { carried: undefined, sourceId, keyRing: parseKeyRing(keys), nowMs }));
    return c.text('');
  });
  const response = await app.request('/', { headers: { Cookie: `_df_identity=${cookie}` } });
  if (identity === undefined) throw new Error(`Cannot read the visitor: the answer was ${response.status}`);
  return identity;
}

const visitorOf = (index: number): Promise<Identity> =>
  identityOf(anIdentify({ email: `visitor${index}@example.com`, firstName: 'Jane', lastName: 'Doe' }));

describe('a sealed identity', () => {
  it('identifies only its own visitor: not with another key, for another source or after it expired', async () => {
    const visitor = await visitorOf(1);
    const cookie = await sealed(visitor, { keys: OLD });

    expect(await readAs(cookie, { keys: OLD })).toEqual(visitor);
    expect(await readAs(cookie, { keys: NEW })).toEqual({});
    expect(await readAs(cookie, { keys: OLD, sourceId: 'src_2' })).toEqual({});
    expect(await readAs(cookie, { keys: OLD, nowMs: Date.now() + 90 * DAY_MS })).toEqual({});
  });

  it('identifies nobody after any change to it', async () => {
    const cookie = await sealed(await visitorOf(1), { keys: OLD });
    const changed = tuple(integer({ min: 0, max: cookie.length - 1 }), constantFrom(...'Aa0-_.=%"'.split('')));

    await assert(
      asyncProperty(changed, async ([at, char]) => {
        const other = cookie.slice(0, at) + char + cookie.slice(at + 1);
        expect(await readAs(other, { keys: OLD })).toEqual(other === cookie ? await visitorOf(1) : {});
      }),
      { numRuns: 1_000 },
    );
  });

  it(`identifies nobody in ${RANDOM_COOKIES} random cookies, half of which look valid`, async () => {
    const cookie = await sealed(await visitorOf(1), { keys: OLD });
    const [version = '', keyId = ''] = cookie.split('.');
    const looking = string({ unit: constantFrom(...'ABCabc019-_.'.split('')), maxLength: 300 });
    const any = string({ unit: 'grapheme-ascii', maxLength: 300 });
    const cookies = tuple(constantFrom('any', 'looking'), any, looking);

    await assert(
      asyncProperty(cookies, async ([kind, anything, like]) => {
        const random = kind === 'any' ? anything.replaceAll(/[;,\s]/g, '') : `${version}.${keyId}.${like}`;
        expect(await readAs(random, { keys: `${NEW},${OLD}` })).toEqual({});
      }),
      { numRuns: RANDOM_COOKIES },
    );
  });
});

describe('a key rotation', () => {
  it(`loses none of ${VISITORS} visitors: each is recognized, resealed at their next visit, and recognized without the old key`, async () => {
    const visitors = await Promise.all(Array.from({ length: VISITORS }, (_, index) => visitorOf(index)));
    const before = await Promise.all(visitors.map((visitor) => sealed(visitor, { keys: OLD })));

    const during = await Promise.all(before.map((cookie) => readAs(cookie, { keys: `${NEW},${OLD}` })));
    const resealed = await Promise.all(during.map((visitor) => sealed(visitor, { keys: `${NEW},${OLD}` })));
    const after = await Promise.all(resealed.map((cookie) => readAs(cookie, { keys: NEW })));

    expect(during).toEqual(visitors);
    expect(after).toEqual(visitors);
    // A visitor who didn't return while both keys were set is unknown, without an error.
    expect(await readAs(before[0] ?? '', { keys: NEW })).toEqual({});
  });
});

describe('the collector', () => {
  let source: MadeSource;
  beforeAll(async () => {
    noLinkedIn();
    source = await aSource();
    await anIntegrationOf(source);
  });

  const visit = async (cookie: string): Promise<Response> => {
    const request = aRequest('/v1/batch', {
      body: { writeKey: source.write_key, batch: [{ type: 'page' }], consent: { advertising: true } },
      headers: { Origin: SITE, Cookie: `_df_identity=${cookie}` },
    });
    // A request from outside has none of our properties, but the types don't express that.
    const outside = new Request<unknown, IncomingRequestCfProperties>(request);
    return worker.fetch(outside, { ...env, ENCRYPTION_KEY: `${NEW},${OLD}` }, createExecutionContext());
  };
  const handsBack = (response: Response): boolean =>
    response.headers.getSetCookie().some((cookie) => cookie.startsWith('_df_identity='));

  it('answers 200 to a forged cookie without renewing it, and renews its own', async () => {
    const visitor = await visitorOf(1);
    const own = await sealed(visitor, { keys: OLD, sourceId: source.id });
    const forged = [
      await sealed(visitor, { keys: newKey(), sourceId: source.id }),
      await sealed(visitor, { keys: OLD, sourceId: 'src_other' }),
      `${own}x`,
      own.slice(0, -1),
      'v1.a.b.c',
      '%00%ff',
      'x'.repeat(8_000),
    ];

    const answers = await Promise.all(forged.map(visit));

    expect(answers.map(({ status }) => status)).toEqual(forged.map(() => 200));
    expect(answers.map(handsBack)).toEqual(forged.map(() => false));
    expect(handsBack(await visit(own))).toBe(true);
  });
});
