import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { array, assert, asyncProperty, boolean, constantFrom, record } from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { SealedEvent } from '../../../worker/objects/outbox/delivery.ts';
import { Memberships } from '../../../worker/objects/outbox/intake/memberships.ts';
import { NOW, DAY_MS } from '../support/an-event.ts';

const MAPPING = 'map_1';

/** Of a person: his names, the best first. */
type Change = {
  tags: readonly string[];
  known: readonly (readonly string[])[];
  elsewhere?: readonly string[];
  isMember: boolean;
  atMs: number;
};

let messages = 0;

/** An identify that begins or ends a membership. */
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

/** A new outbox's memberships. */
const inAnOutbox = async <Result>(work: (memberships: Memberships) => Result): Promise<Result> =>
  runInDurableObject(env.OUTBOX.getByName(crypto.randomUUID()), (_, { storage }) => work(new Memberships(storage.sql)));

/** Whether each change makes a conversion. */
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
  it('makes a conversion at each change from not-member to member, whoever else is named in between', async () => {
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

  it('is known by any name of a person, and joins his names', async () => {
    expect(
      await conversionsOf([
        joins(['user'], NOW),
        joins(['user', 'email'], NOW + 1),
        joins(['email'], NOW + 2),
        leaves(['email'], NOW + 3),
      ]),
    ).toEqual([true, false, false, false]);
  });

  it('ends under each name of a person that is said', async () => {
    expect(
      await conversionsOf([
        joins(['user', 'email'], NOW),
        leaves(['user', 'email'], NOW + 1),
        joins(['email'], NOW + 2),
      ]),
    ).toEqual([true, false, true]);
  });

  it('ends by the best name of a person alone, and is joined anew by all', async () => {
    expect(
      await conversionsOf([
        joins(['user', 'email'], NOW),
        leaves(['user'], NOW + 1),
        joins(['user', 'email'], NOW + 2),
        joins(['email'], NOW + 3),
      ]),
    ).toEqual([true, false, true, false]);
  });

  it('is found under an older key, and written under the newer', async () => {
    expect(
      await conversionsOf([
        joins(['old-tag'], NOW),
        joins(['new-tag'], NOW + 1, [['new-tag', 'old-tag']]),
        joins(['new-tag'], NOW + 2),
      ]),
    ).toEqual([true, false, false]);
  });

  it.each([
    ['what comes late after a leaving', [joins(['a'], NOW), leaves(['a'], NOW + 20), joins(['a'], NOW + 10)], false],
    [
      'what happened at the moment of leaving',
      [joins(['a'], NOW), leaves(['a'], NOW + 20), joins(['a'], NOW + 20)],
      true,
    ],
    ['a leaving that comes late', [joins(['a'], NOW), leaves(['a'], NOW - 10), joins(['a'], NOW + 20)], false],
    ['a leaving of somebody unknown', [leaves(['a'], NOW), joins(['a'], NOW + 20)], true],
  ])('takes %s as it was', async (_, changes, isNew) => {
    expect((await conversionsOf(changes)).at(-1)).toBe(isNew);
  });

  it('is forgotten after 400 days without a word, and not before', async () => {
    const isNewAfter = async (days: number): Promise<boolean> =>
      inAnOutbox((memberships) => {
        memberships.apply(aChange(joins(['a'], NOW)));
        memberships.forgetOld(NOW + days * DAY_MS);
        return memberships.apply(aChange(joins(['a'], NOW + days * DAY_MS))).deliveries.length > 0;
      });

    expect([await isNewAfter(399), await isNewAfter(401)]).toEqual([false, true]);
  });

  it('lives on by each word of it', async () => {
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

  it('leaves an event alone that has nobody to be named by, as without ENCRYPTION_KEY', async () => {
    expect(await conversionsOf([joins([], NOW), joins([], NOW + 1)])).toEqual([true, true]);
  });

  it("takes out no other mapping's delivery, and none loses its own payload", async () => {
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

// T8: with a write key a person is somebody within a browser.
describe('a membership within a browser', () => {
  const within = (browser: string, change: Change): Change => ({
    ...change,
    tags: change.tags.map((tag) => `${tag}.${browser}`),
    known: change.known.map((name) => name.map((tag) => `${tag}.${browser}`)),
    elsewhere: change.known.flat(),
  });

  it('neither begins nor ends that of the source, or of another browser', async () => {
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

  it('is adopted from what was kept before browsers were kept apart, without a second conversion', async () => {
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
    ['somebody else', 'use', false],
  ])('is forgotten with %s', async (_, erased, isNew) => {
    const again = await inAnOutbox((memberships) => {
      memberships.apply(aChange(within('own', joins(['user'], NOW))));
      memberships.erase([erased]);
      return memberships.apply(aChange(within('own', joins(['user'], NOW + 1))));
    });

    expect(again.deliveries.length > 0).toBe(isNew);
  });
});
