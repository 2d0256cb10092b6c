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

it('each policy for events without an answer about consent has words in the story of an event and in the report', () => {
  const policies = Object.keys(POLICIES);

  expect(Object.keys(texts.live.story.policies).toSorted()).toEqual(policies.toSorted());
  expect(Object.keys(texts.privacy.report.policies)).toEqual(expect.arrayContaining(policies));
});
