import { expect, it } from 'vitest';

import { toText } from '../../../cli/import.ts';
import type { ImportView } from '../../../worker/schema/imports/import-view.ts';

const VIEW: ImportView = {
  id: 'imp_1',
  name: null,
  state: 'previewed',
  created_at: '2026-11-30T10:00:00.000Z',
  finished_at: null,
  lawful_basis: null,
  rows: 1,
  checked: 1,
  sendable: 1,
  accepted: 0,
  duplicates: 0,
  too_old: 0,
  without_identity: 0,
  refused: 0,
  erased: 0,
  cancelled: 0,
  withdrawals: 0,
  skipped: {},
  problems: [],
  problem_counts: {},
  value: {},
  samples: [],
  header: [],
  columns: { email: 'Email', time: 'Close Date', opt_out: 'Do not call' },
  ignored_columns: [],
  encoding: 'utf-8',
  delimiter: ',',
  date_order: null,
  decimal: null,
  waits_for: null,
};

it.each([
  [{ column: 'Email 2', field: 'email', is_used: true }, '“Email 2” is used where “Email” is empty.'],
  [
    { column: 'Owner Email', field: 'email', is_used: false },
    '“Owner Email” is ignored, because “Email” is the email.',
  ],
  [
    { column: 'Lead ID', field: 'lead_id', is_used: false },
    '“Lead ID” is not used, because its name doesn’t clearly say that it has the lead_id. To use it: --columns \'{"lead_id":"Lead ID"}\'',
  ],
  [
    { column: "L’e-mail d'Anne", field: 'lead_id', is_used: false },
    "“L’e-mail d'Anne” is not used, because its name doesn’t clearly say that it has the lead_id. To use it: --columns '{\"lead_id\":\"L’e-mail d'\\''Anne\"}'",
  ],
  [
    { column: 'Subscribed', field: 'opt_out', is_used: true },
    '“Subscribed” is also read as opt_out: a refusal in any of these columns counts.',
  ],
])('a preview in the terminal says how %j is read', (ignored, sentence) => {
  expect(toText({ ...VIEW, ignored_columns: [ignored] }).split('\n')).toContain(`  ${sentence}`);
});
