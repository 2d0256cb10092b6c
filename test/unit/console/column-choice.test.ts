import { expect, it } from 'vitest';

import { ColumnChoice } from '../../../client/console/imports/column-choice.ts';
import type { ImportField } from '../../../worker/schema/imports/import-field.ts';

/** A file with the columns A, B, C and D, and these suggestions. @param own The column that each field has first. */
function aChoice(fields: readonly (ImportField | null)[], own: Readonly<Record<string, string>>): ColumnChoice {
  const choice = new ColumnChoice();
  const columns = fields.map((field, at) => ({
    column: 'ABCD'[at] ?? '',
    field,
    samples: [],
    may_be: null,
    refuses: null,
  }));
  choice.read(columns, own);
  return choice;
}

it.each<[string, [number, ImportField | undefined][], object]>([
  ['nothing, if nothing changes', [[0, 'time']], {}],
  ['that a column isn’t used', [[0, undefined]], { time: null }],
  ['another column of a field that one column has', [[3, 'time']], { time: 3 }],
  ['both fields of a column that changes', [[0, 'value']], { time: null, value: 0 }],
  ['one more refusal beside those that are read', [[3, 'opt_out']], { opt_out: [2, 1, 3] }],
  ['the other refusals, if one doesn’t count', [[2, undefined]], { opt_out: [1] }],
  [
    'that no refusal counts',
    [
      [2, undefined],
      [1, undefined],
    ],
    { opt_out: null },
  ],
  [
    'both, if a column changes twice',
    [
      [3, 'email'],
      [3, 'value'],
    ],
    { email: null, value: 3 },
  ],
])('a choice of columns has %s', (_, steps, chosen) => {
  const choice = aChoice(['time', 'opt_out', 'opt_out', null], { time: 'A', opt_out: 'C' });
  for (const [place, field] of steps) choice.choose(place, field);

  expect(choice.chosen).toEqual(chosen);
});
