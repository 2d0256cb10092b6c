import { expect, it } from 'vitest';

import { texts } from '../../../client/console/texts.ts';
import { OTHER } from '../../../worker/domain/consent/consent-kind.ts';
import { CONSENT_PLATFORMS } from '../../../worker/domain/consent/consent.ts';
import { LAWFUL_BASES } from '../../../worker/schema/imports/import-options.ts';

const { consentCategory, consentReporter } = texts;

it.each([...CONSENT_PLATFORMS.filter((name) => name !== 'iubenda'), OTHER])(
  'the consent platform %s has a name for people',
  (name) => {
    expect(consentReporter(name)).not.toBe(name);
  },
);

it.each(LAWFUL_BASES)('consent by the lawful basis %s of a file or a CRM hook is in words', (basis) => {
  for (const way of ['import', 'hook'])
    expect(consentReporter(`${way}.${basis}`)).toMatch(/^(?:imported file|CRM hook), lawful basis: [a-z ]+$/);
});

it.each(['my.banner', 'import.unknown', 'constructor', 'toString.consent', ''])(
  'a name that a sender made up is shown as it is: %j',
  (name) => {
    expect(consentReporter(name)).toBe(name);
  },
);

it('an answer for all categories is told apart from one for the rest of them', () => {
  expect([consentCategory('*', true), consentCategory('*'), consentCategory('ads', true)]).toEqual([
    'every category',
    'every other category',
    'ads',
  ]);
});
