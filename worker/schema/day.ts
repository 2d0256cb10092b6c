import * as v from 'valibot';

/** A UTC day, such as `2026-11-21`. */
export const Day = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a day such as "2026-11-21"'),
  v.check((day) => !Number.isNaN(Date.parse(day)), 'expected a day such as "2026-11-21"'),
);
