import { describe, expect, it } from 'vitest';

import { isSomebodyElse, personOf, visitorAfter } from '../../../worker/domain/visitor.ts';
import type { Visitor } from '../../../worker/domain/visitor.ts';
import { aPage, aTrack, anIdentify, JOHNS_HASH, NOW, onPage } from '../support/an-event.ts';

const aVisitor = (over: Partial<Visitor> = {}): Visitor => ({
  identity: {},
  click: undefined,
  liFatId: undefined,
  ...over,
});

const landing = (id: string) => aPage({ context: onPage(`https://example.com/?li_fat_id=${id}`) });

describe('what is known of a visitor after an event', () => {
  it('is the click that brought him', async () => {
    const { click } = await visitorAfter(aVisitor(), landing('abc'), NOW);

    expect(click).toEqual({ id: 'abc', atMs: NOW });
  });

  it('is the newest click', async () => {
    const visitor = aVisitor({ click: { id: 'old', atMs: NOW - 1 } });

    expect((await visitorAfter(visitor, landing('new'), NOW)).click).toEqual({ id: 'new', atMs: NOW });
    expect((await visitorAfter(visitor, landing('older'), NOW - 2)).click).toEqual({ id: 'old', atMs: NOW - 1 });
  });

  it('is the time of the first look at the same click', async () => {
    const visitor = aVisitor({ click: { id: 'abc', atMs: NOW - 1_000 } });

    expect((await visitorAfter(visitor, landing('abc'), NOW)).click).toEqual({ id: 'abc', atMs: NOW - 1_000 });
  });

  it('is the click of before where the visit brought none', async () => {
    const click = { id: 'abc', atMs: NOW - 1 };

    expect((await visitorAfter(aVisitor({ click }), aTrack(), NOW)).click).toEqual(click);
  });

  it("is the click that LinkedIn's own tag wrote down, while we have none", async () => {
    const click = { id: 'ours', atMs: NOW - 1 };

    expect((await visitorAfter(aVisitor({ liFatId: 'theirs' }), aTrack(), NOW)).click).toEqual({
      id: 'theirs',
      atMs: NOW,
    });
    expect((await visitorAfter(aVisitor({ liFatId: 'theirs', click }), aTrack(), NOW)).click).toEqual(click);
  });

  it('is who an identify says he is, joined with what was known', async () => {
    const visitor = aVisitor({ identity: { firstName: 'John', lastName: 'Doe' } });

    const { identity } = await visitorAfter(visitor, anIdentify({ email: 'john.doe@example.com' }), NOW);

    expect(identity).toEqual({ firstName: 'John', lastName: 'Doe', emailSha256: JOHNS_HASH });
  });

  it('is not what a form on the way said', async () => {
    const event = aTrack({ properties: { email: 'john.doe@example.com', firstName: 'John', lastName: 'Doe' } });

    expect((await visitorAfter(aVisitor(), event, NOW)).identity).toEqual({});
  });
});

describe('two events of one request', () => {
  it.each([
    [{}, {}, false],
    [{}, { userId: 'john' }, false],
    [{ userId: 'john' }, {}, false],
    [{ userId: 'john' }, { userId: 'john' }, false],
    [{ anonymousId: 'a' }, { anonymousId: 'a', userId: 'john' }, false],
    [{ anonymousId: 'a', userId: 'john' }, { userId: 'john' }, false],
    [{ userId: 'john' }, { userId: 'jane' }, true],
    [{ anonymousId: 'a' }, { anonymousId: 'b' }, true],
    [{ anonymousId: 'a', userId: 'john' }, { anonymousId: 'a', userId: 'jane' }, true],
    [{ anonymousId: 'a', userId: 'john' }, { anonymousId: 'b', userId: 'john' }, true],
    // A server speaks of a user it knows and of a visitor it does not: nothing says that they are one.
    [{ userId: 'john' }, { anonymousId: 'b' }, true],
  ])('%j and %j are of two people: %s', (before, after, expected) => {
    expect(isSomebodyElse(before, after)).toBe(expected);
  });

  it.each([{ userId: '', anonymousId: '' }, { userId: null }, {}])('name nobody by %j', (ids) => {
    expect(personOf(aTrack(ids))).toEqual({});
  });
});
