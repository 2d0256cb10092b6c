/** P1: decides whether two identities belong to the same person. */
import { assert, constantFrom, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { completedElement } from '../../../worker/domain/delivery/completed-element.ts';
import { mergeIdentity } from '../../../worker/domain/identity/identity.ts';
import type { Identity } from '../../../worker/domain/identity/identity.ts';
import { likeness, together } from '../../../worker/domain/identity/same-person.ts';
import type { PersonIds } from '../../../worker/domain/identity/same-person.ts';
import { JOHNS_HASH, NOW } from '../support/an-event.ts';

const OTHER_HASH = 'b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514';

const anId = constantFrom(undefined, 'a', 'b');
const somebody = record({ emailSha256: anId, userId: anId, anonymousId: anId });

describe('two identities', () => {
  it.each<[PersonIds, PersonIds, string]>([
    [{}, {}, 'unknown'],
    [{}, { userId: 'john' }, 'unknown'],
    [{ emailSha256: 'e' }, { userId: 'john' }, 'unknown'],
    [{ emailSha256: 'e' }, { anonymousId: 'a' }, 'unknown'],
    [{ userId: 'john' }, { userId: 'john' }, 'same'],
    [{ userId: 'john' }, { userId: 'john', emailSha256: 'e' }, 'same'],
    [{ anonymousId: 'a' }, { anonymousId: 'a', userId: 'john' }, 'same'],
    [{ emailSha256: 'e' }, { emailSha256: 'e', userId: 'john' }, 'same'],
    [{ userId: 'john' }, { userId: 'jane' }, 'somebody_else'],
    [{ emailSha256: 'e' }, { emailSha256: 'f' }, 'somebody_else'],
    [{ anonymousId: 'a' }, { anonymousId: 'b' }, 'somebody_else'],
    // One difference is enough, even if everything else matches.
    [{ userId: 'john', emailSha256: 'e' }, { userId: 'john', emailSha256: 'f' }, 'somebody_else'],
    [{ userId: 'john', emailSha256: 'e' }, { userId: 'jane', emailSha256: 'e' }, 'somebody_else'],
    [{ anonymousId: 'a', userId: 'john' }, { anonymousId: 'b', userId: 'john' }, 'somebody_else'],
    [{ anonymousId: 'a', emailSha256: 'e' }, { anonymousId: 'a', emailSha256: 'f' }, 'somebody_else'],
    // A server's user ID and a visitor's anonymous ID: nothing connects them.
    [{ userId: 'john' }, { anonymousId: 'b' }, 'somebody_else'],
  ])('%j and %j are: %s', (one, other, expected) => {
    expect(likeness(one, other)).toBe(expected);
    expect(likeness(other, one)).toBe(expected);
  });

  it('that differ in any field never belong to the same person, in either order', () => {
    assert(
      property(somebody, somebody, (one, other) => {
        const found = likeness(one, other);

        expect(likeness(other, one)).toBe(found);
        const isDifferent = (['emailSha256', 'userId', 'anonymousId'] as const).some(
          (kind) => one[kind] !== undefined && other[kind] !== undefined && one[kind] !== other[kind],
        );
        expect(isDifferent && found !== 'somebody_else').toBe(false);
        expect(together(found, 'somebody_else')).toBe('somebody_else');
        expect(together(found, 'unknown')).toBe(found);
      }),
    );
  });
});

describe('the known identity of a visitor', () => {
  const ann: Identity = { emailSha256: JOHNS_HASH, firstName: 'Ann', lastName: 'Lee', companyName: 'Acme' };

  it.each<[Identity, Identity]>([
    [ann, { emailSha256: OTHER_HASH }],
    [
      { ...ann, userId: 'ann' },
      { userId: 'ann', emailSha256: OTHER_HASH },
    ],
    [{ ...ann, userId: 'ann' }, { userId: 'bob' }],
    [
      { userId: 'ann', firstName: 'Ann' },
      { userId: 'bob', emailSha256: OTHER_HASH },
    ],
  ])("of %j isn't joined to %j", (known, added) => {
    expect(mergeIdentity(known, added)).toEqual(added);
  });

  it('grows when a user ID is known and an e-mail is added', () => {
    expect(mergeIdentity({ userId: 'ann', firstName: 'Ann' }, { emailSha256: JOHNS_HASH })).toEqual({
      userId: 'ann',
      firstName: 'Ann',
      emailSha256: JOHNS_HASH,
    });
  });

  it('never keeps an e-mail or user ID that newer data contradicts, nor anything that came with it', () => {
    const known = record({ emailSha256: anId, userId: anId });
    assert(
      property(known, known, (before, after) => {
        const named = (ids: object): Identity =>
          Object.fromEntries(Object.entries(ids).filter(([, id]) => id !== undefined));
        const merged = mergeIdentity({ ...named(before), firstName: 'Before' }, named(after));

        const isJoined = likeness(before, after) !== 'somebody_else';
        expect(merged).toEqual({ ...(isJoined && { ...named(before), firstName: 'Before' }), ...named(after) });
      }),
    );
  });
});

describe('a waiting conversion', () => {
  const waiting = (identity: Identity): Parameters<typeof completedElement>[0] => ({
    ruleId: '1001',
    hashNames: false,
    fillable: ['email', 'userInfo', 'externalIds'],
    facts: {
      happenedAtMs: NOW,
      eventId: 'order-1',
      value: undefined,
      identity,
      clickId: 'a-click',
      ip: undefined,
      externalId: undefined,
    },
  });

  it.each<[Identity, Identity]>([
    [{ userId: 'ann' }, { userId: 'bob', emailSha256: OTHER_HASH, firstName: 'Bob', lastName: 'Ray' }],
    [{ emailSha256: JOHNS_HASH }, { emailSha256: OTHER_HASH, firstName: 'Bob', lastName: 'Ray' }],
  ])("by %j isn't completed with %j", async (own, late) => {
    expect(await completedElement(waiting(own), late)).toEqual(await completedElement(waiting(own), undefined));
  });

  it('is completed with an e-mail that contradicts nothing', async () => {
    const element = await completedElement(waiting({ userId: 'ann' }), { emailSha256: JOHNS_HASH });

    expect(element?.user.userIds).toContainEqual({ idType: 'SHA256_EMAIL', idValue: JOHNS_HASH });
  });
});
