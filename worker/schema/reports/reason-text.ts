import { distance } from 'fastest-levenshtein';
import * as v from 'valibot';

import {
  DELIVERED_REASONS,
  ERASE_REASONS,
  FAILURE_REASONS,
  HOLD_REASONS,
  SKIP_REASONS,
  WAIT_REASONS,
} from '../events/outcome.ts';

const CODES = Object.keys({
  ...SKIP_REASONS,
  ...HOLD_REASONS,
  ...WAIT_REASONS,
  ...DELIVERED_REASONS,
  ...FAILURE_REASONS,
  ...ERASE_REASONS,
});

/** More typing errors than these make another word. */
const MOST_ERRORS = 2;

/**
 * A part of the reason of a delivery: a code, or some of LinkedIn's words. Those can be anything, so only a misspelled
 * code is refused.
 */
export const ReasonText = v.pipe(
  v.string(),
  v.nonEmpty('expected some text'),
  v.check(
    (text) => codeMisspelledAs(text) === undefined,
    ({ input }) => `expected a reason that exists, such as "${codeMisspelledAs(input)}"`,
  ),
);

function codeMisspelledAs(text: string): string | undefined {
  if (!/^[a-z]+(?:_[a-z]+)+$/.test(text) || text.length > 50 || CODES.some((code) => code.includes(text)))
    return undefined;
  return CODES.find((code) => distance(text, code) <= MOST_ERRORS);
}
