/** A refusal of consent counts without events and beside invalid events: the waiting deliveries are erased. */
import { afterEach, describe, expect, it, vi } from 'vitest';

import { anIntegrationOf, anOrder, aServerKey, ask, aSource, outcomes, SITE } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';

// LinkedIn never answers, so everything waits.
vi.spyOn(globalThis, 'fetch').mockImplementation(() => new Promise(() => undefined));

afterEach(() => vi.clearAllMocks());

const SDK = '7c1f0f4e-6a2b-4d39-9d0c-3b5a8e21c6f7';

/** Sends an order, then `body` from the same browser. Returns the answer, its cookies and the order's outcome. */
async function afterAnOrder(
  body: Record<string, unknown>,
  { path = '/v1/batch', origin = SITE, writeKey }: { path?: string; origin?: string; writeKey?: string } = {},
): Promise<{ status: number; set: string[]; text: string; state: string | undefined }> {
  const source = await aSource();
  await anIntegrationOf(source);
  const cookie = await order(source);
  const key = writeKey === 'server' ? await aServerKey(source) : (writeKey ?? source.write_key);
  const response = await ask(path, {
    body: { ...body, writeKey: key },
    headers: { Origin: origin, Cookie: cookie },
  });
  const state = (await outcomes(source)).find(({ message_id: id }) => id === 'the-order')?.state;
  return { status: response.status, set: response.headers.getSetCookie(), text: await response.text(), state };
}

async function order(source: MadeSource): Promise<string> {
  const response = await ask('/v1/batch', {
    body: { writeKey: source.write_key, batch: [anOrder({ messageId: 'the-order', anonymousId: SDK })] },
    headers: { Origin: SITE },
    country: 'US',
  });
  return response.headers
    .getSetCookie()
    .map((text) => text.split(';')[0])
    .join('; ');
}

const advertising = (said: unknown): Record<string, unknown> => ({ consent: { advertising: said } });

describe('an empty batch', () => {
  it.each([
    [{ context: { consent: 'denied' } }],
    [{ context: { consent: [] } }],
    [{ context: { consent: null } }],
    [{ context: { consent: { categoryPreferences: { advertising: false } } } }],
    [{ context: { consent: { categoryPreferences: 'denied' } } }],
    [{ context: { consent: { deniedConsentIds: ['advertising'] } } }],
    [{ context: { consentManagement: { deniedConsentIds: ['advertising'] } } }],
    [{ context: { consentManagement: 'denied' } }],
    [{ context: { consent: { destinationPreferences: { LinkedIn: false } } } }],
    [{ context: { consent: { destinationPreferences: [] } } }],
    [{ consent: { destinationPreferences: { All: false } } }],
    [{ consent: 'denied' }],
  ])('that says no counts in every place a batch has for it: %j', async (beside) => {
    const { status, set, state } = await afterAnOrder({ batch: [], ...beside });

    expect([status, state]).toEqual([200, 'erased']);
    expect(set.length).toBeGreaterThan(0);
    expect(set.filter((cookie) => !cookie.includes('Max-Age=0'))).toEqual([]);
  });

  it.each([
    [{ context: { consent: 'granted' } }, 200],
    [{ context: { consent: { categoryPreferences: { analytics: false } } } }, 200],
    [{ context: { consent: { destinationPreferences: { Mixpanel: false } } } }, 200],
    [{ context: {} }, 400],
    [{ context: { page: { url: 'https://www.example.com/' } } }, 400],
    [{ integrations: { All: false } }, 400],
  ])('without a refusal erases nothing: %j', async (beside, expected) => {
    const { status, state } = await afterAnOrder({ batch: [], ...beside });

    expect([status, state]).toEqual([expected, 'pending']);
  });
});

describe('a rejected request', () => {
  const nope = { type: 'nope' };
  it.each([
    ['beside the event', { consent: 'denied', batch: [nope] }],
    ['beside the event, in its context', { context: { consent: 'denied' }, batch: [nope] }],
    ['in an event with a wrong time', { batch: [{ type: 'page', consent: 'no', timestamp: '9999-12-31' }] }],
    ['in an event without a type', { batch: [{ ...nope, context: { consent: { advertising: false } } }] }],
    ['in an event that is too large', { batch: [{ type: 'page', ...advertising(0), name: 'x'.repeat(40_000) }] }],
    ['in an event with an invalid context', { batch: [{ ...nope, ...advertising('off'), context: 'x' }] }],
    ['in the first of two', { batch: [{ ...nope, ...advertising(false) }, nope] }],
    [
      'and then has a rejected yes',
      {
        batch: [
          { ...nope, consent: 'no' },
          { ...nope, consent: 'yes' },
        ],
      },
    ],
    ['in an event with too many categories', { batch: [manyCategories()] }],
    ['beside the event, with too many categories', { ...manyCategories(), batch: [{ type: 'page' }] }],
    ["beside something that isn't a list", { consent: 'denied', batch: 'none' }],
    ["beside something that isn't a batch", { consent: 'denied' }],
    ['beside too many events', { consent: 'denied', batch: Array.from({ length: 501 }, () => ({ type: 'page' })) }],
    ['in the last of too many events', { batch: [...Array.from({ length: 501 }, () => nope), advertising(false)] }],
    ['for LinkedIn only', { batch: [{ ...nope, consent: { destinationPreferences: { LinkedIn: false } } }] }],
  ])('counts when it says no %s', async (_where, body) => {
    const { status, set, state } = await afterAnOrder(body);

    expect([status >= 400 && status < 500, state]).toEqual([true, 'erased']);
    expect(set.length).toBeGreaterThan(0);
    expect(set.filter((cookie) => !cookie.includes('Max-Age=0'))).toEqual([]);
  });

  it.each([
    ['a yes', { consent: 'granted', batch: [nope] }],
    ['nothing', { batch: [nope] }],
    ['a no to a category that no integration uses', { batch: [{ ...nope, consent: { analytics: false } }] }],
  ])('erases nothing when it says %s', async (_what, body) => {
    expect(await afterAnOrder(body)).toMatchObject({ status: 400, set: [], state: 'pending' });
  });

  it('counts on the path of a single event too', async () => {
    const { status, state } = await afterAnOrder({ consent: 'denied', timestamp: '9999-12-31' }, { path: '/v1/page' });

    expect([status, state]).toEqual([400, 'erased']);
  });

  it("counts for the event's IDs when the browser has no cookie, and with a server key", async () => {
    const refused = { ...nope, anonymousId: SDK, consent: 'no' };
    const other = { ...nope, anonymousId: 'e2a94d10-58b3-4c6f-8f17-90d6c3b7a45e', consent: 'no' };

    expect(await afterAnOrder({ batch: [refused] }, { writeKey: 'server' })).toMatchObject({
      state: 'erased',
      set: [],
    });
    expect(await afterAnOrder({ batch: [other] }, { writeKey: 'server' })).toMatchObject({ state: 'pending' });
  });

  it('tells the tag on another site which data to forget', async () => {
    const { status, text } = await afterAnOrder({ consent: 'no', batch: [nope] }, { origin: 'https://shop.test' });

    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ carry: { _dfid: '' } });
  });

  it("with a stranger’s key doesn't count", async () => {
    expect(await afterAnOrder({ consent: 'no', batch: [nope] }, { writeKey: 'wk_nobodys' })).toMatchObject({
      status: 401,
      state: 'pending',
    });
  });

  it('beside accepted events counts too, and each category uses the last answer', async () => {
    const rejected = { batch: [{ type: 'page', ...advertising(false), timestamp: '9999-12-31' }, { type: 'page' }] };
    const other = {
      batch: [
        { type: 'page', ...advertising(false) },
        { type: 'page', consent: { analytics: true } },
      ],
    };
    const back = {
      batch: [
        { ...nope, ...advertising(false) },
        { type: 'page', ...advertising(true) },
      ],
    };

    expect(await afterAnOrder(rejected)).toMatchObject({ status: 200, state: 'erased' });
    expect(await afterAnOrder(other)).toMatchObject({ status: 200, state: 'erased' });
    expect(await afterAnOrder(back)).toMatchObject({ status: 200, state: 'pending' });
  });
});

function manyCategories(): Record<string, unknown> {
  return { type: 'page', consent: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`c${n}`, false])) };
}

describe('a refusal of consent beyond the limit', () => {
  it("still counts when strangers have used up the write key's allowance", async () => {
    const source = await aSource({ max_events_per_minute: 5 });
    await anIntegrationOf(source);
    const cookie = await order(source);
    await ask('/v1/batch', {
      body: { writeKey: source.write_key, batch: Array.from({ length: 20 }, () => ({ type: 'page' })) },
    });

    const response = await ask('/v1/batch', {
      body: { writeKey: source.write_key, batch: [{ type: 'track', event: 'x', ...advertising(false) }] },
      headers: { Origin: SITE, Cookie: cookie },
    });

    const state = (await outcomes(source)).find(({ message_id: id }) => id === 'the-order')?.state;
    expect([response.status, state]).toEqual([429, 'erased']);
    expect(response.headers.getSetCookie().length).toBeGreaterThan(0);
    expect(Number(response.headers.get('Retry-After'))).toBeGreaterThan(0);
  });
});
