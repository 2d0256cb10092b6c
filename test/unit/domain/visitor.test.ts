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

describe('the known facts about a visitor after an event', () => {
  it('include the click that brought them', async () => {
    const { click } = await visitorAfter(aVisitor(), landing('abc'), NOW);

    expect(click).toEqual({ id: 'abc', atMs: NOW });
  });

  it('include only the newest click', async () => {
    const visitor = aVisitor({ click: { id: 'old', atMs: NOW - 1 } });

    expect((await visitorAfter(visitor, landing('new'), NOW)).click).toEqual({ id: 'new', atMs: NOW });
    expect((await visitorAfter(visitor, landing('older'), NOW - 2)).click).toEqual({ id: 'old', atMs: NOW - 1 });
  });

  it('keep the time when a click was first seen', async () => {
    const visitor = aVisitor({ click: { id: 'abc', atMs: NOW - 1_000 } });

    expect((await visitorAfter(visitor, landing('abc'), NOW)).click).toEqual({ id: 'abc', atMs: NOW - 1_000 });
  });

  it('keep the previous click when the visit has none', async () => {
    const click = { id: 'abc', atMs: NOW - 1 };

    expect((await visitorAfter(aVisitor({ click }), aTrack(), NOW)).click).toEqual(click);
  });

  it("include the click from LinkedIn's own cookie when we have none", async () => {
    const click = { id: 'ours', atMs: NOW - 1 };

    expect((await visitorAfter(aVisitor({ liFatId: 'theirs' }), aTrack(), NOW)).click).toEqual({
      id: 'theirs',
      atMs: NOW,
    });
    expect((await visitorAfter(aVisitor({ liFatId: 'theirs', click }), aTrack(), NOW)).click).toEqual(click);
  });

  it('include the identity from an identify, merged with the earlier one', async () => {
    const visitor = aVisitor({ identity: { firstName: 'John', lastName: 'Doe' } });

    const { identity } = await visitorAfter(visitor, anIdentify({ email: 'john.doe@example.com' }), NOW);

    expect(identity).toEqual({ firstName: 'John', lastName: 'Doe', emailSha256: JOHNS_HASH });
  });

  it("don't include data from a form that isn't an identify", async () => {
    const event = aTrack({ properties: { email: 'john.doe@example.com', firstName: 'John', lastName: 'Doe' } });

    expect((await visitorAfter(aVisitor(), event, NOW)).identity).toEqual({});
  });
});

describe('the person in an event', () => {
  it.each([{ userId: '', anonymousId: '' }, { userId: null }, {}])("isn't identified by %j", (ids) => {
    expect(personOf(aTrack(ids))).toEqual({});
  });
});
