import { describe, expect, it } from 'vitest';

import { entityTag, isMeant, nextUpdate } from '../../../worker/domain/access/entity-tag.ts';

const shop = { updated_at: '2026-11-21T12:00:00.000Z' };
const tag = entityTag(shop);

describe('an entity tag', () => {
  it.each([
    [undefined, true],
    ['*', true],
    [tag, true],
    [`W/${tag}`, true],
    [`"other", ${tag}`, true],
    ['"other"', false],
    [tag.replaceAll('"', ''), false],
    ['', false],
  ])('of If-Match %s is meant: %s', (ifMatch, isIt) => {
    expect(isMeant(ifMatch, shop)).toBe(isIt);
  });

  it('is another one after each change, also of one in the same millisecond or with a clock that was put back', () => {
    const same = { updated_at: nextUpdate(shop.updated_at, shop) };
    const earlier = { updated_at: nextUpdate('2020-01-01T00:00:00.000Z', same) };

    expect(new Set([shop, same, earlier].map(entityTag)).size).toBe(3);
  });
});
