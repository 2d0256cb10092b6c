import { describe, expect, it } from 'vitest';

import { isConsentDenied } from '../../../worker/domain/consent/consent-denied.ts';
import { readDestinations } from '../../../worker/domain/consent/destinations.ts';

const asking = (...categories: string[][]) => ({
  integrations: categories.map((consent_categories, index) => ({
    id: `int_${index}`,
    enabled: true,
    config: { account_id: '100' },
    consent_categories,
  })),
});

const said = (categories: Record<string, boolean>) => ({ categories, policy: 'by_region' as const, country: 'DE' });

describe("a visitor's refusal", () => {
  it.each([
    { asks: [['advertising']], says: { advertising: false }, refused: true },
    { asks: [['advertising']], says: { advertising: true }, refused: false },
    { asks: [['advertising']], says: {}, refused: false },
    // No integration asks for analytics.
    { asks: [['advertising']], says: { analytics: false }, refused: false },
    { asks: [['advertising', 'analytics']], says: { analytics: false }, refused: true },
    // One of the two integrations may still identify the visitor.
    { asks: [['advertising'], ['analytics']], says: { analytics: false }, refused: false },
    { asks: [['advertising'], ['analytics']], says: { advertising: false, analytics: false }, refused: true },
    { asks: [], says: { advertising: false }, refused: true },
    // A no to everything also refuses this category, in any capitalization.
    { asks: [['advertising']], says: { '*': false }, refused: true },
    { asks: [['advertising']], says: { '*': false, advertising: true }, refused: false },
    { asks: [['advertising']], says: { Advertising: false }, refused: true },
    { asks: [['constructor']], says: {}, refused: false },
    // A no to LinkedIn as a destination applies to every integration.
    { asks: [['advertising']], says: {}, prefers: { LinkedIn: false }, refused: true },
    { asks: [['advertising']], says: { advertising: true }, prefers: { All: false }, refused: true },
    { asks: [['advertising']], says: {}, prefers: { Mixpanel: false }, refused: false },
    { asks: [['advertising'], ['analytics']], says: {}, prefers: { int_0: false }, refused: false },
    { asks: [['advertising'], ['analytics']], says: { analytics: false }, prefers: { int_0: false }, refused: true },
    { asks: [], says: {}, prefers: [], refused: true },
  ])(
    'is $refused when integrations ask for $asks and the visitor answers $says and $prefers',
    ({ asks, says, prefers, refused }) => {
      expect(
        isConsentDenied(asking(...asks), said(says), prefers === undefined ? [] : [readDestinations(prefers)]),
      ).toBe(refused);
    },
  );
});
