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
  ])('is compared with If-Match %s: %s', (ifMatch, isIt) => {
    expect(isMeant(ifMatch, shop)).toBe(isIt);
  });

  it('differs after each change, even within one millisecond or when the clock was set back', () => {
    const same = { updated_at: nextUpdate(shop.updated_at, shop) };
    const earlier = { updated_at: nextUpdate('2020-01-01T00:00:00.000Z', same) };

    expect(new Set([shop, same, earlier].map(entityTag)).size).toBe(3);
  });
});
