import {
  CLEAR_NO_SPELLINGS,
  UNCLEAR_OBJECTS,
  UNCLEAR_SPELLINGS,
  YES_SPELLINGS,
} from '../unit/support/consent-spellings.ts';

/** Values that only JavaScript in a page can pass, as source text. */
const UNSAYABLE = [
  'undefined',
  'NaN',
  'Infinity',
  'Symbol("granted")',
  '() => true',
  'new String("granted")',
  'new Boolean(true)',
  '{ toString: () => "granted" }',
];

const sources = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value));

/** Calls of `_df.consent` that mean yes, as JavaScript. */
export const YES_CALLS: readonly string[] = sources(YES_SPELLINGS).flatMap((value) => [
  value,
  `{ advertising: ${value} }`,
]);

/**
 * Calls that mean no. An object is not an answer for all categories, so it only counts as the value of one category.
 */
export const NO_CALLS: readonly string[] = [
  ...sources([...CLEAR_NO_SPELLINGS, ...UNCLEAR_SPELLINGS]),
  ...UNSAYABLE.filter((value) => !/^\{|^new /.test(value)),
  ...[...sources([...CLEAR_NO_SPELLINGS, ...UNCLEAR_SPELLINGS, ...UNCLEAR_OBJECTS]), ...UNSAYABLE].map(
    (value) => `{ advertising: ${value} }`,
  ),
  '{ get advertising() { throw new Error() } }',
];

/**
 * A script that makes each call after the opposite answer and records an event after each. It returns the cookies that
 * scripts can read then.
 */
export function scriptOf(calls: readonly string[], opposite: boolean): string {
  return `(async () => {
    const cookies = [];
    const calls = [${calls.map((said) => `() => _df.consent(${said})`).join(',')}];
    for (const [index, say] of calls.entries()) {
      _df.consent({ advertising: ${opposite} });
      _df.track('before ' + index);
      await _df.flush();
      say();
      _df.track('after ' + index);
      await _df.flush();
      cookies.push(document.cookie);
    }
    return cookies;
  })()`;
}
