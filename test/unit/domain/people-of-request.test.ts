/** P1: events from several people in one request, in any order. */
import { array, assert, asyncProperty, constantFrom, nat } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { identityOf } from '../../../worker/domain/identity/identity.ts';
import type { Identity } from '../../../worker/domain/identity/identity.ts';
import { PeopleOfRequest } from '../../../worker/domain/identity/people-of-request.ts';
import type { Visitor } from '../../../worker/domain/identity/visitor.ts';
import type { Event } from '../../../worker/schema/events/event.ts';
import { aPage, aTrack, anIdentify, JOHNS_HASH, NOW, onPage } from '../support/an-event.ts';

const A = 'john.doe@example.com';
const B = 'user@example.com';
const B_HASH = 'b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514';
const ANN = { email: A, firstName: 'Ann', lastName: 'Lee', companyName: 'Acme' };
const ANNS_IDENTITY = { emailSha256: JOHNS_HASH, firstName: 'Ann', lastName: 'Lee', companyName: 'Acme' };

const aStranger = (identity: Identity = {}): Visitor => ({ identity, click: undefined, liFatId: undefined });

/** Returns the identity and click that each event is decided with, and what the browser's cookies know at the end. */
async function decided(
  events: readonly Event[],
  { start = aStranger(), isServer = false }: { start?: Visitor; isServer?: boolean } = {},
): Promise<{ each: { identity: Identity; clickId: string | undefined }[]; browser: Visitor }> {
  const people = new PeopleOfRequest(start, { isServer });
  const each: { identity: Identity; clickId: string | undefined }[] = [];
  for (const event of events) {
    const own = await identityOf(event);
    const { identity, visitor } = await people.personOf(event, own, { happenedAtMs: NOW });
    each.push({ identity, clickId: visitor.click?.id });
  }
  return { each, browser: people.browser };
}

const identities = async (...args: Parameters<typeof decided>): Promise<Identity[]> =>
  (await decided(...args)).each.map(({ identity }) => identity);

describe('another e-mail after an identify', () => {
  it.each([
    ['in the properties of a track', aTrack({ properties: { email: B } })],
    ['in the traits of an identify', anIdentify({ email: B })],
    ['with the same user id', aTrack({ userId: 'ann', properties: { email: B } })],
    ['in context.traits', aTrack({ context: { traits: { email: B } } })],
  ])('%s means another person: only the hash is sent', async (_, event) => {
    const { userId } = event;
    const alone = { emailSha256: B_HASH, ...(userId && { userId }) };
    const start = aStranger({ ...ANNS_IDENTITY, userId: 'ann' });

    expect(await identities([event], { start })).toEqual([alone]);
    expect((await identities([anIdentify(ANN, { userId: 'ann' }), event])).at(-1)).toEqual(alone);
  });

  it('in a track event leaves the cookie with the last identified person', async () => {
    const { each, browser } = await decided([anIdentify(ANN), aTrack({ properties: { email: B } }), aTrack()]);

    expect(each.map(({ identity }) => identity)).toEqual([ANNS_IDENTITY, { emailSha256: B_HASH }, ANNS_IDENTITY]);
    expect(browser.identity).toEqual(ANNS_IDENTITY);
  });

  it('in an identify starts the cookie anew', async () => {
    const { each, browser } = await decided([anIdentify(ANN, { userId: 'ann' }), anIdentify({ email: B }), aTrack()]);

    expect(each.at(-1)?.identity).toEqual({ emailSha256: B_HASH });
    expect(browser.identity).toEqual({ emailSha256: B_HASH });
  });

  it.each([
    [
      'with another last name in an identify replaces the name',
      { lastName: 'Lang' },
      { ...ANNS_IDENTITY, lastName: 'Lang' },
    ],
    ['with another first name in an identify means another person', { firstName: 'Bob' }, { firstName: 'Bob' }],
  ])('can also be missing: %s', async (_, traits, expected) => {
    expect((await identities([anIdentify(ANN), anIdentify(traits)])).at(-1)).toEqual(expected);
  });

  it('beside other traits in one event takes nothing from them', async () => {
    const event = aTrack({ context: { traits: ANN }, properties: { email: B } });

    expect(await identities([event])).toEqual([{ emailSha256: B_HASH }]);
  });
});

describe('another person in a browser whose cookies know someone', () => {
  it.each([
    ['a user ID', { userId: 'bob' }],
    ['an anonymous ID', { anonymousId: 'anon-bob' }],
    ['both', { userId: 'bob', anonymousId: 'anon-bob' }],
  ])('is recognized by %s, and later events take nothing from the first person', async (_, ids) => {
    const start = aStranger({ ...ANNS_IDENTITY, userId: 'ann' });
    const bobs = [aTrack({ ...ids, properties: { email: B } }), aTrack(ids), aPage(ids), aTrack(ids)];

    const { each } = await decided(bobs, { start });

    const annsWords = Object.values(ANNS_IDENTITY);
    for (const { identity } of each)
      expect(Object.values(identity).filter((word) => annsWords.includes(word))).toEqual([]);
  });
});

describe("the browser's click ID", () => {
  it('stays with the browser, whoever uses it', async () => {
    const start = { ...aStranger(ANNS_IDENTITY), click: { id: 'a-click', atMs: NOW - 1 } };

    const { each, browser } = await decided([anIdentify({ email: B })], { start });

    expect(each).toEqual([{ identity: { emailSha256: B_HASH }, clickId: 'a-click' }]);
    expect(browser.click?.id).toBe('a-click');
  });

  it("of an identified person isn't joined to a person with only an ID", async () => {
    const landing = aPage({ anonymousId: 'a', context: onPage('https://example.com/?li_fat_id=anns-click') });

    const { each } = await decided([landing, aTrack({ anonymousId: 'b' })], { isServer: true });

    expect(each.map(({ clickId }) => clickId)).toEqual(['anns-click', undefined]);
  });
});

describe("a server's event without identifiers", () => {
  it('belongs to no person, whoever came before it', async () => {
    const events = [anIdentify(ANN, { userId: 'ann' }), aTrack()];

    expect((await identities(events, { isServer: true })).at(-1)).toEqual({});
  });
});

describe('the events of several people in one request', () => {
  const PEOPLE = [
    [
      anIdentify(ANN, { userId: 'ann' }),
      aTrack({ userId: 'ann' }),
      aPage({ userId: 'ann', context: onPage('https://example.com/?li_fat_id=anns-click') }),
      aTrack({ userId: 'ann', traits: { title: 'CTO' } }),
    ],
    [
      aTrack({ userId: 'bob' }),
      anIdentify({ email: B, firstName: 'Bob', lastName: 'Ray' }, { userId: 'bob' }),
      aTrack({ userId: 'bob' }),
    ],
    [
      aPage({ anonymousId: 'carol', context: onPage('https://example.com/?li_fat_id=carols-click') }),
      anIdentify({ companyName: 'Carol Ltd' }, { anonymousId: 'carol' }),
      aTrack({ anonymousId: 'carol', properties: { email: 'carol@shop.example' } }),
      aTrack({ anonymousId: 'carol' }),
    ],
  ];

  it.each([true, false])('are decided independently of each other (server key: %s)', async (isServer) => {
    const alone = await Promise.all(PEOPLE.map(async (events) => (await decided(events, { isServer })).each));
    const order = array(nat({ max: PEOPLE.length - 1 }), { minLength: 11, maxLength: 40 });

    await assert(
      asyncProperty(order, constantFrom(0, 1, 2), async (turns, last) => {
        const left = PEOPLE.map((events) => [...events]);
        const places: [number, number][] = [];
        const mixed: Event[] = [];
        const rest = left.flatMap((events, who) => events.map(() => (who + last) % left.length));
        for (const who of [...turns, ...rest]) {
          const event = left[who]?.shift();
          if (event === undefined) continue;
          places.push([who, (PEOPLE[who]?.length ?? 0) - (left[who]?.length ?? 0) - 1]);
          mixed.push(event);
        }

        const { each } = await decided(mixed, { isServer });

        expect(each).toEqual(places.map(([who, index]) => alone[who]?.[index]));
      }),
    );
  });
});
