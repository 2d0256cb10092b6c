import { expect, it } from 'vitest';

import { texts } from '../../../client/console/texts.ts';
import type { UnknownConsentPolicy } from '../../../worker/domain/consent/consent.ts';

/** The compiler finds a policy that is missing here. */
const POLICIES: Readonly<Record<UnknownConsentPolicy, true>> = {
  by_region: true,
  granted: true,
  denied: true,
  gpc: true,
};

it.each(Object.keys(POLICIES))(
  'the policy %s for a missing answer is a phrase that needs nothing beside it',
  (policy) => {
    expect(texts.missingAnswer(policy)).toMatch(/^A missing answer /);
  },
);

it('a policy of a newer Worker is shown as it is', () => {
  expect(texts.missingAnswer('by_moon')).toBe('by_moon');
});

it.each([
  ['advertising', true, true, 'Agreed to advertising'],
  ['advertising', false, true, 'Refused advertising'],
  ['*', true, true, 'Agreed to every category'],
  ['*', false, false, 'Refused every other category'],
  ['(other)', true, false, 'Agreed to other categories'],
] as const)('the answer %s, %s, is a phrase', (category, isGiven, isOnly, words) => {
  expect(texts.consentAnswer(category, isGiven, isOnly)).toBe(words);
});
