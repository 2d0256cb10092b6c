import { describe, expect, it } from 'vitest';

import { personOf, visitorAfter } from '../../../worker/domain/identity/visitor.ts';
import type { Visitor } from '../../../worker/domain/identity/visitor.ts';
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

describe('whom an event names', () => {
  it.each([{ userId: '', anonymousId: '' }, { userId: null }, {}])('is nobody by %j', (ids) => {
    expect(personOf(aTrack(ids))).toEqual({});
  });
});
