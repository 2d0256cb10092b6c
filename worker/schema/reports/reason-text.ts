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
  return CODES.find((code) => errors(text, code) <= MOST_ERRORS);
}

/** Returns how many letters have to be added, removed or replaced to make one word the other (Levenshtein). */
function errors(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (const [row, letter] of Array.from(one).entries()) {
    const line = [row + 1];
    for (const [place, each] of Array.from(other).entries()) {
      const replaced = (above[place] ?? 0) + (letter === each ? 0 : 1);
      line.push(Math.min(replaced, (above[place + 1] ?? 0) + 1, (line[place] ?? 0) + 1));
    }
    above = line;
  }
  return above.at(-1) ?? 0;
}
