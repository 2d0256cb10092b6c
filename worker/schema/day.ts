import * as v from 'valibot';

const DAY = 'expected a day such as "2026-11-21"';
const NO_SUCH_DAY = 'expected a day that exists: this month does not have so many days';
const FORM = /^\d{4}-(?:0[1-9]|1[0-2])-(?!00)\d{2}$/;

/** A UTC day, such as `2026-11-21`. */
export const Day = v.pipe(v.string(DAY), v.regex(FORM, DAY), v.check(mayExist, NO_SUCH_DAY));

/** A time with its offset from UTC, such as `2027-01-31T00:00:00Z`. Its output is in UTC. */
export const Instant = v.pipe(
  v.string('expected a time such as "2027-01-31T00:00:00Z"'),
  v.isoTimestamp('expected a time such as "2027-01-31T00:00:00Z"'),
  v.check((text) => mayExist(text.slice(0, 10)), NO_SUCH_DAY),
  // The schema accepts more spellings of an offset than `Date`, such as "+01".
  v.transform((text) =>
    new Date(
      text.replace(/ ?([+-]\d{2}):?(\d{2})?$/, (_, hours, minutes = '00') => `${hours}:${minutes}`),
    ).toISOString(),
  ),
);

/**
 * Returns false for a day such as `2026-02-30`, which `Date` accepts and makes the 2nd of March. Returns true for other
 * texts, because another check refuses those.
 */
function mayExist(day: string): boolean {
  if (!FORM.test(day)) return true;
  const ms = Date.parse(day);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}

/** Returns a check for schemas with `from` and `to`: the first of two days must not be after the second. */
export function daysInOrder<Input extends { from?: string; to?: string }>(): v.RawCheckAction<Input> {
  return v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { from, to } = dataset.value;
    if (from === undefined || to === undefined || from <= to) return;
    addIssue({
      message: 'expected a day that is not after "to"',
      path: [{ type: 'object', origin: 'value', input: { ...dataset.value }, key: 'from', value: from }],
    });
  });
}
