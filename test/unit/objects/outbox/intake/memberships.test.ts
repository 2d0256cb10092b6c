import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { array, assert, asyncProperty, boolean, constantFrom, record } from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { SealedEvent } from '../../../../../worker/objects/outbox/delivery-types.ts';
import { Memberships } from '../../../../../worker/objects/outbox/intake/memberships.ts';
import { NOW, DAY_MS } from '../../../support/an-event.ts';

const MAPPING = 'map_1';

/** A person's tags, the best first. */
type Change = {
  tags: readonly string[];
  known: readonly (readonly string[])[];
  elsewhere?: readonly string[];
  isMember: boolean;
  atMs: number;
};

let messages = 0;

/** An identify that starts or ends a membership. */
const aChange = ({ tags, known, elsewhere = [], isMember, atMs }: Change): SealedEvent => {
  messages += 1;
  return {
    messageId: `message-${messages}`,
    type: 'identify',
    name: undefined,
    happenedAtMs: atMs,
    receivedAtMs: atMs,
    hasClickId: false,
    hasEmail: true,
    hasNames: false,
    fields: [],
    consent: { categories: {}, policy: 'granted', country: undefined },
    triggers: {},
    consentAsked: {},
    deliveries: isMember
      ? [
          {
            integrationId: 'int_1',
            ruleId: '1001',
            eventId: `event-${messages}`,
            element: undefined,
            mappingId: MAPPING,
            payload: { kind: 'sealed', text: `payload-${messages}` },
          },
        ]
      : [],
    skipReason: isMember ? undefined : 'membership_ended',
    membershipsLeft: isMember ? [] : [MAPPING],
    lint: [],
    ruleLint: [],
    nameRank: 'named',
    person: [],
    member: { tags, known, elsewhere },
  };
};

/** Runs on the memberships of a new outbox. */
const inAnOutbox = async <Result>(work: (memberships: Memberships) => Result): Promise<Result> =>
  runInDurableObject(env.OUTBOX.getByName(crypto.randomUUID()), (_, { storage }) => work(new Memberships(storage.sql)));

/** Returns for each change whether it makes a conversion. */
const conversionsOf = async (changes: readonly Change[]): Promise<boolean[]> =>
  inAnOutbox((memberships) => changes.map((change) => memberships.apply(aChange(change)).deliveries.length > 0));

const each = (tags: readonly string[]) => tags.map((tag) => [tag]);
const joins = (tags: readonly string[], atMs: number, known: Change['known'] = each(tags)): Change => ({
  tags,
  known,
  isMember: true,
  atMs,
});
const leaves = (tags: readonly string[], atMs: number): Change => ({ tags, known: each(tags), isMember: false, atMs });

describe('a membership', () => {
  it('makes one conversion each time a person becomes a member, whoever else is named in between', async () => {
    const aPerson = constantFrom('ann', 'bob', 'carol');

    await assert(
      asyncProperty(array(record({ who: aPerson, isMember: boolean() }), { maxLength: 40 }), async (named) => {
        const members = new Set<string>();
        const expected = named.map(({ who, isMember }) => {
          const isNew = isMember && !members.has(who);
          if (isMember) members.add(who);
          else members.delete(who);
          return isNew;
        });

        const changes = named.map(({ who, isMember }, index) => ({
          tags: [`user-${who}`, `email-${who}`],
          known: [[`user-${who}`], [`email-${who}`]],
          isMember,
          atMs: NOW + index,
        }));

        expect(await conversionsOf(changes)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  it("is recognized by any of a person's tags, and connects them", async () => {
    expect(
      await conversionsOf([
        joins(['user'], NOW),
        joins(['user', 'email'], NOW + 1),
        joins(['email'], NOW + 2),
        leaves(['email'], NOW + 3),
      ]),
    ).toEqual([true, false, false, false]);
  });

  it('ends under every tag that the event names', async () => {
    expect(
      await conversionsOf([
        joins(['user', 'email'], NOW),
        leaves(['user', 'email'], NOW + 1),
        joins(['email'], NOW + 2),
      ]),
    ).toEqual([true, false, true]);
  });

  it("can end by a person's best tag alone, and starts again under all", async () => {
    expect(
      await conversionsOf([
        joins(['user', 'email'], NOW),
        leaves(['user'], NOW + 1),
        joins(['user', 'email'], NOW + 2),
        joins(['email'], NOW + 3),
      ]),
    ).toEqual([true, false, true, false]);
  });

  it('is found under an older key, and stored under the newer one', async () => {
    expect(
      await conversionsOf([
        joins(['old-tag'], NOW),
        joins(['new-tag'], NOW + 1, [['new-tag', 'old-tag']]),
        joins(['new-tag'], NOW + 2),
      ]),
    ).toEqual([true, false, false]);
  });

  it.each([
    [
      'a change that arrives late after the end',
      [joins(['a'], NOW), leaves(['a'], NOW + 20), joins(['a'], NOW + 10)],
      false,
    ],
    ['a change at the moment of the end', [joins(['a'], NOW), leaves(['a'], NOW + 20), joins(['a'], NOW + 20)], true],
    ['an end that arrives late', [joins(['a'], NOW), leaves(['a'], NOW - 10), joins(['a'], NOW + 20)], false],
    ['an end for an unknown person', [leaves(['a'], NOW), joins(['a'], NOW + 20)], true],
  ])('treats %s by its own time', async (_, changes, isNew) => {
    expect((await conversionsOf(changes)).at(-1)).toBe(isNew);
  });

  it('is forgotten after 400 days without an event, and not before', async () => {
    const isNewAfter = async (days: number): Promise<boolean> =>
      inAnOutbox((memberships) => {
        memberships.apply(aChange(joins(['a'], NOW)));
        memberships.forgetOld(NOW + days * DAY_MS);
        return memberships.apply(aChange(joins(['a'], NOW + days * DAY_MS))).deliveries.length > 0;
      });

    expect([await isNewAfter(399), await isNewAfter(401)]).toEqual([false, true]);
  });

  it('is renewed by each event about it', async () => {
    const isNew = await inAnOutbox((memberships) => {
      for (const days of [0, 300, 600, 900]) {
        memberships.forgetOld(NOW + days * DAY_MS);
        const { deliveries } = memberships.apply(aChange(joins(['a'], NOW + days * DAY_MS)));
        if (days > 0 && deliveries.length > 0) return true;
      }
      return false;
    });

    expect(isNew).toBe(false);
  });

  it("doesn't affect an event without tags, as when ENCRYPTION_KEY is missing", async () => {
    expect(await conversionsOf([joins([], NOW), joins([], NOW + 1)])).toEqual([true, true]);
  });

  it("removes only its own mapping's delivery, and no other delivery loses its payload", async () => {
    const left = await inAnOutbox((memberships) => {
      memberships.apply(aChange(joins(['a'], NOW)));
      const event = aChange(joins(['a'], NOW + 1));
      const [own] = event.deliveries;
      if (own === undefined) throw new Error('A joining makes a delivery');
      const other = { ...own, mappingId: 'map_2', payload: { kind: 'sealed', text: 'of map_2' } } as const;
      return memberships.apply({ ...event, deliveries: [own, other] }).deliveries;
    });

    expect(left).toMatchObject([{ mappingId: 'map_2', payload: { text: 'of map_2' } }]);
  });
});

// T8: with a write key, a person is only known within a browser.
describe('a membership within a browser', () => {
  const within = (browser: string, change: Change): Change => ({
    ...change,
    tags: change.tags.map((tag) => `${tag}.${browser}`),
    known: change.known.map((name) => name.map((tag) => `${tag}.${browser}`)),
    elsewhere: change.known.flat(),
  });

  it('neither starts nor ends the membership of the source or of another browser', async () => {
    expect(
      await conversionsOf([
        within('stranger', joins(['user'], NOW)),
        joins(['user'], NOW + 1),
        within('stranger', leaves(['user'], NOW + 2)),
        joins(['user'], NOW + 3),
        leaves(['user'], NOW + 4),
        within('another', joins(['ann'], NOW + 5)),
        within('stranger', leaves(['ann'], NOW + 6)),
        within('another', joins(['ann'], NOW + 7)),
      ]),
    ).toEqual([true, true, false, false, false, true, false, false]);
  });

  it('takes over a membership from before browsers were separated, without a second conversion', async () => {
    expect(
      await conversionsOf([
        joins(['user'], NOW),
        within('own', joins(['user'], NOW + 1)),
        within('own', leaves(['user'], NOW + 2)),
        within('own', joins(['user'], NOW + 3)),
      ]),
    ).toEqual([true, false, false, true]);
  });

  it.each([
    ['the person', 'user', true],
    ['the browser', 'own', true],
    ['another person', 'use', false],
  ])('is forgotten, or not, with %s', async (_, erased, isNew) => {
    const again = await inAnOutbox((memberships) => {
      memberships.apply(aChange(within('own', joins(['user'], NOW))));
      memberships.erase([erased]);
      return memberships.apply(aChange(within('own', joins(['user'], NOW + 1))));
    });

    expect(again.deliveries.length > 0).toBe(isNew);
  });
});
