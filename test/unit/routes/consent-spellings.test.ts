/** R1 and R2: a refusal counts in any spelling, in every place for consent, from every kind of client. */
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { anIntegrationOf, anOrder, aServerKey, ask, aSource, outcomes, send, SITE } from '../support/api.ts';
import type { Call, MadeSource } from '../support/api.ts';
import { CLEAR_NO_SPELLINGS, UNCLEAR_OBJECTS, UNCLEAR_SPELLINGS, YES_SPELLINGS } from '../support/consent-spellings.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

type Said = Record<string, unknown>;

/** An event with this consent, for each place that an event has for it. */
const IN_AN_EVENT: Readonly<Record<string, (said: unknown) => Said>> = {
  'context.consent': (said) => ({ context: { consent: said } }),
  'context.consent.<category>': (said) => ({ context: { consent: { advertising: said } } }),
  'context.consent.categoryPreferences': (said) => ({ context: { consent: { categoryPreferences: said } } }),
  'context.consent.categoryPreferences.<category>': (said) => ({
    context: { consent: { categoryPreferences: { advertising: said } } },
  }),
  'context.consentManagement': (said) => ({ context: { consentManagement: said } }),
  consent: (said) => ({ consent: said }),
  'consent.<category>': (said) => ({ consent: { advertising: said } }),
};

/** Each place can also be next to a batch. */
const PLACES = [
  ...Object.entries(IN_AN_EVENT).map(([name, say]) => ({ place: `${name} of an event`, say, isBeside: false })),
  ...Object.entries(IN_AN_EVENT).map(([name, say]) => ({ place: `${name} beside a batch`, say, isBeside: true })),
];

/** An object can be an answer for one category. For all categories together it may mean nothing. */
const noesIn = (place: string) => [
  ...CLEAR_NO_SPELLINGS,
  ...UNCLEAR_SPELLINGS,
  ...(place.includes('<category>') ? UNCLEAR_OBJECTS : []),
];

const VISITORS: readonly { from: string; call: Call; isServer?: boolean }[] = [
  { from: 'the EEA', call: { country: 'DE' } },
  { from: 'outside', call: { country: 'US' } },
  { from: 'an unknown country', call: {} },
  { from: 'a browser with Global Privacy Control', call: { country: 'US', headers: { 'Sec-GPC': '1' } } },
  { from: 'a server', call: { country: 'US' }, isServer: true },
];

const COOKIES = 'li_fat_id=click-1; _df_click=1795881352414.click-1; _dfid=0196b3a4-0000-4000-8000-000000000001';

let source: MadeSource;
let serverKey: string;
beforeAll(async () => {
  source = await aSource();
  await anIntegrationOf(source);
  serverKey = await aServerKey(source);
});

/** Sends one order for each value, and returns why it isn't sent to LinkedIn, or null if it is. */
async function reasonsFor(
  values: readonly unknown[],
  { say, isBeside }: (typeof PLACES)[number],
  { call, isServer }: (typeof VISITORS)[number],
): Promise<{ reasons: (string | null | undefined)[]; cookies: string[][] }> {
  const key = isServer === true ? { writeKey: serverKey } : {};
  const withCookies = {
    ...call,
    headers: { ...call.headers, ...(isServer !== true && { Origin: SITE, Cookie: COOKIES }) },
  };
  const orders = values.map((value) => anOrder(isBeside ? {} : say(value)));
  const requests = isBeside
    ? orders.map((order, at) => ({ batch: [order], beside: say(values[at]) }))
    : [{ batch: orders, beside: {} }];
  const cookies: string[][] = [];
  for (const { batch, beside } of requests) {
    const response = await send(source, batch, { ...withCookies, beside: { ...beside, ...key } });
    expect(response.status).toBe(200);
    cookies.push(response.headers.getSetCookie());
  }
  const known = new Map((await outcomes(source)).map((event) => [event.message_id, event.reason]));
  return { reasons: orders.map(({ messageId }) => known.get(String(messageId))), cookies };
}

describe.each(PLACES)('consent in $place', (place) => {
  it.each(VISITORS)("is a no in every spelling that isn't a clear yes, from $from", async (visitor) => {
    const values = noesIn(place.place);

    const { reasons, cookies } = await reasonsFor(values, place, visitor);

    expect(values.filter((_, at) => reasons[at] !== 'no_consent')).toEqual([]);
    for (const set of cookies) {
      // Existing cookies are removed, and none is set.
      expect(set.filter((cookie) => !cookie.includes('Max-Age=0'))).toEqual([]);
      expect(set).toHaveLength(visitor.isServer === true ? 0 : 3);
    }
  });

  it.each(VISITORS)('is a yes in every clear spelling, from $from', async (visitor) => {
    const { reasons } = await reasonsFor(YES_SPELLINGS, place, visitor);

    expect(YES_SPELLINGS.filter((_, at) => reasons[at] !== null)).toEqual([]);
  });
});

describe('consent in a request', () => {
  const denied = { context: { consent: { categoryPreferences: 'denied' } } };

  it.each(['/v1/t', '/v1/track'])('counts in the body of a single event too: %s', async (path) => {
    const order = anOrder({ consent: 'denied' });

    const response = await ask(path, {
      body: { writeKey: source.write_key, ...order },
      headers: { Origin: SITE, Cookie: COOKIES },
      country: 'US',
    });

    expect((await outcomes(source)).find(({ message_id: id }) => id === order['messageId'])?.reason).toBe('no_consent');
    expect(response.headers.getSetCookie().filter((cookie) => !cookie.includes('Max-Age=0'))).toEqual([]);
  });

  it("isn't reopened by an event that mentions another category", async () => {
    const order = anOrder({ context: { consent: { analytics: true } } });

    await send(source, [order], { country: 'US', beside: { consent: 'denied' } });

    expect((await outcomes(source)).find(({ message_id: id }) => id === order['messageId'])?.reason).toBe('no_consent');
  });

  it('comes from the last event that has any: an event without consent sets no cookie after a no', async () => {
    const response = await send(source, [anOrder(denied), { type: 'page' }], {
      country: 'US',
      headers: { Origin: SITE, Cookie: COOKIES },
    });

    const cookies = response.headers.getSetCookie();
    expect(cookies).toHaveLength(3);
    expect(cookies.filter((cookie) => !cookie.includes('Max-Age=0'))).toEqual([]);
  });

  it("is read from RudderStack's lists of IDs", async () => {
    const saying = (consentManagement: Said) => anOrder({ context: { consentManagement } });
    const orders = [
      saying({ allowedConsentIds: ['necessary'], deniedConsentIds: ['advertising'], provider: 'oneTrust' }),
      saying({ allowedConsentIds: ['advertising'], deniedConsentIds: ['advertising'] }),
      saying({ allowedConsentIds: ['advertising'], deniedConsentIds: ['analytics'], provider: 'ketch' }),
    ];

    await send(source, orders, { country: 'DE' });

    const events = (await outcomes(source)).slice(0, 3).toReversed();
    expect(events.map(({ reason }) => reason)).toEqual(['no_consent', 'no_consent', null]);
    expect(events[2]?.consent).toMatchObject({ categories: { advertising: true, analytics: false }, source: 'ketch' });
  });

  it('is stored as true and false, with a note when it was unclear', async () => {
    const orders = ['maybe', 'denied', 'granted'].map((advertising) => anOrder({ consent: { advertising } }));

    await send(source, orders, { country: 'US' });

    const events = (await outcomes(source)).slice(0, 3).toReversed();
    expect(events.map(({ consent }) => consent.categories)).toEqual([
      { advertising: false },
      { advertising: false },
      { advertising: true },
    ]);
    expect(events.map(({ lint }) => lint.map(({ code }) => code))).toEqual([['consent_unclear'], [], []]);
  });

  it("makes no delivery and sets no cookie for any JSON that isn't a yes", async () => {
    const isYes = (value: unknown): boolean =>
      value === true ||
      value === 1 ||
      (typeof value === 'string' && ['true', 'yes', 'granted', 'on', '1'].includes(value.trim().toLowerCase()));
    const places = PLACES.filter(({ place }) => place.includes('<category>'));

    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue({ maxDepth: 2 }).filter((value) => !isYes(value)),
        fc.constantFrom(...places),
        async (value, place) => {
          const { reasons, cookies } = await reasonsFor([value], place, { from: 'outside', call: { country: 'US' } });
          expect(reasons).toEqual(['no_consent']);
          expect(cookies.flat().filter((cookie) => !cookie.includes('Max-Age=0'))).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
