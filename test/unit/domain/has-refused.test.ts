import { describe, expect, it } from 'vitest';

import { hasRefused } from '../../../worker/domain/has-refused.ts';

const asking = (...categories: string[][]) => ({
  integrations: categories.map((consent_categories, index) => ({
    id: `int_${index}`,
    enabled: true,
    config: { account_id: '100' },
    consent_categories,
  })),
});

const said = (categories: Record<string, boolean>) => ({ categories, policy: 'by_region' as const, country: 'DE' });

describe('a visitor has refused', () => {
  it.each([
    { asks: [['advertising']], says: { advertising: false }, refused: true },
    { asks: [['advertising']], says: { advertising: true }, refused: false },
    { asks: [['advertising']], says: {}, refused: false },
    // Nobody here asks for analytics.
    { asks: [['advertising']], says: { analytics: false }, refused: false },
    { asks: [['advertising', 'analytics']], says: { analytics: false }, refused: true },
    // One of the two may still know the visitor.
    { asks: [['advertising'], ['analytics']], says: { analytics: false }, refused: false },
    { asks: [['advertising'], ['analytics']], says: { advertising: false, analytics: false }, refused: true },
    { asks: [], says: { advertising: false }, refused: true },
    // A no to everything is a no to what is asked, in any case of its name.
    { asks: [['advertising']], says: { '*': false }, refused: true },
    { asks: [['advertising']], says: { '*': false, advertising: true }, refused: false },
    { asks: [['advertising']], says: { Advertising: false }, refused: true },
    { asks: [['constructor']], says: {}, refused: false },
  ])('$refused when $asks is asked and $says is said', ({ asks, says, refused }) => {
    expect(hasRefused(asking(...asks), said(says))).toBe(refused);
  });
});
