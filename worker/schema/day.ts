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

type Range = { from?: string; to?: string };

/** Returns a check for schemas with `from` and `to`: the first of two days must not be after the second. */
export function daysInOrder<Input extends Range>(): v.RawTransformAction<Input, Input> {
  return onlyIf('from', 'expected a day that is not after "to"', ({ from, to }) =>
    from === undefined || to === undefined ? true : from <= to,
  );
}

/**
 * Returns a check of several fields, which reports one of them. valibot's own (`forward` and `partialCheck`) would add to
 * the code that each collector request loads, because the collector shares its module of valibot.
 */
export function onlyIf<Input extends object>(
  name: string,
  message: string,
  isRight: (given: Input) => boolean,
): v.RawTransformAction<Input, Input> {
  return v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
    if (isRight(value)) return value;
    addIssue({
      message,
      path: [
        {
          type: 'object',
          origin: 'value',
          input: Object.fromEntries(Object.entries(value)),
          key: name,
          value: undefined,
        },
      ],
    });
    return NEVER;
  });
}
