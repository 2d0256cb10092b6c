import { expect, it } from 'vitest';

import { texts } from '../../../client/console/texts.ts';
import type { BatchResponse } from '../../../worker/domain/delivery/delivery-failure.ts';

/** The compiler finds an answer that is missing here. */
const ANSWERS: Readonly<Record<BatchResponse['kind'] | 'unconfirmed', true>> = {
  accepted: true,
  unconfirmed: true,
  elements_refused: true,
  batch_refused: true,
  id_types_refused: true,
  batch_too_large: true,
  rule_refused: true,
  access_refused: true,
  refused_unknown: true,
  token_refused: true,
  version_sunset: true,
  throttled: true,
  unavailable: true,
};

it("each answer of LinkedIn to a request has words in the delivery's story", () => {
  const words = texts.live.story.answers;

  expect(Object.keys(words).toSorted()).toEqual(Object.keys(ANSWERS).toSorted());
});
