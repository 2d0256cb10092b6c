import {
  CLEAR_NO_SPELLINGS,
  UNCLEAR_OBJECTS,
  UNCLEAR_SPELLINGS,
  YES_SPELLINGS,
} from '../unit/support/consent-spellings.ts';

/** What only a page can say, as JavaScript. */
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

/** Calls of `_df.consent` that are a yes, as JavaScript. */
export const YES_CALLS: readonly string[] = sources(YES_SPELLINGS).flatMap((value) => [
  value,
  `{ advertising: ${value} }`,
]);

/** Calls that are a no. An object says nothing of every category, so it is one only as the value of a category. */
export const NO_CALLS: readonly string[] = [
  ...sources([...CLEAR_NO_SPELLINGS, ...UNCLEAR_SPELLINGS]),
  ...UNSAYABLE.filter((value) => !/^\{|^new /.test(value)),
  ...[...sources([...CLEAR_NO_SPELLINGS, ...UNCLEAR_SPELLINGS, ...UNCLEAR_OBJECTS]), ...UNSAYABLE].map(
    (value) => `{ advertising: ${value} }`,
  ),
  '{ get advertising() { throw new Error() } }',
];

/**
 * A script that makes each of the calls after the opposite answer, records an event after each, and gives what script can
 * read of the cookies then.
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
