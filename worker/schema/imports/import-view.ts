import * as v from 'valibot';

import { IMPORT_FIELDS } from './import-field.ts';
import { LAWFUL_BASES } from './import-options.ts';

const Count = v.pipe(v.number(), v.integer());

const IMPORT_STATES = ['reading', 'previewed', 'running', 'done', 'cancelled'] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/** What happens to a row. `sendable`: only in a preview. */
const ROW_OUTCOMES = ['sendable', 'accepted', 'duplicate', 'skipped', 'refused', 'erased', 'cancelled'] as const;
export type RowOutcome = (typeof ROW_OUTCOMES)[number];

/** A problem with a row. The cell's value is never included. */
export const ImportProblem = v.object({
  /** The row's number in a spreadsheet: the header is row 1. */
  row: Count,
  code: v.string(),
  /** The column's name in the file. */
  column: v.exactOptional(v.string()),
  detail: v.string(),
});
export type ImportProblem = v.InferOutput<typeof ImportProblem>;

/** One of the first rows, without any value that identifies a person. */
export const ImportSample = v.object({
  row: Count,
  outcome: v.picklist(ROW_OUTCOMES),
  event: v.nullable(v.string()),
  time: v.nullable(v.string()),
  value: v.nullable(v.object({ amount: v.string(), currency: v.string() })),
  /** The identifiers that the row has. */
  identifiers: v.array(v.picklist(['email', 'names', 'click_id', 'lead_id', 'user_id'])),
});
export type ImportSample = v.InferOutput<typeof ImportSample>;

/** A column of the file, by its position in the list. Only in the answer to an upload: it is not stored. */
export const FileColumn = v.object({
  /** Its name, with personal data masked. */
  column: v.string(),
  /** Up to two of its first cells. What may identify a person is masked: dates, small numbers, currencies, answers such as `yes`, events, stages and countries are not. */
  samples: v.array(v.string()),
  /** What it is read as, also beside another column or where that one is empty. */
  field: v.nullable(v.picklist(IMPORT_FIELDS)),
  /** What it may be, although it isn't used: another column has the field, or its name isn't sure. */
  may_be: v.nullable(v.picklist(IMPORT_FIELDS)),
  /** The answer in it that refuses consent, if its name is about consent. */
  refuses: v.nullable(v.picklist(['yes', 'no'])),
});
export type FileColumn = v.InferOutput<typeof FileColumn>;

/** A column that a file lacks. `person`: one that identifies the person. */
export type MissingColumn = 'person' | 'time' | 'event';

/** An import as the management API shows it. */
export const ImportView = v.object({
  id: v.string(),
  name: v.nullable(v.string()),
  state: v.picklist(IMPORT_STATES),
  created_at: v.string(),
  finished_at: v.nullable(v.string()),
  lawful_basis: v.nullable(v.picklist(LAWFUL_BASES)),
  rows: Count,
  /** The rows that were checked so far. */
  checked: Count,
  /** The rows that would be, or are, on their way to LinkedIn. */
  sendable: Count,
  /** The rows that the source has stored as events to send. */
  accepted: Count,
  duplicates: Count,
  too_old: Count,
  without_identity: Count,
  refused: Count,
  /** The rows of people who were erased, or withdrew consent, while the import was running. */
  erased: Count,
  /** The rows that a cancelled import didn't send. */
  cancelled: Count,
  /** The skipped and refused rows that clearly refuse consent. The waiting conversions of these people are erased. */
  withdrawals: Count,
  skipped: v.record(v.string(), Count),
  /** The first 100 problems. The report has all of them. */
  problems: v.array(ImportProblem),
  /** The number of rows with each problem. */
  problem_counts: v.record(v.string(), Count),
  /** The value of the sendable rows, by currency. */
  value: v.record(v.string(), v.string()),
  /** The first ten rows. */
  samples: v.array(ImportSample),
  header: v.array(v.string()),
  /** The column of each field. */
  columns: v.record(v.string(), v.string()),
  /**
   * Columns with the same meaning as a field's, or that may have it although their names aren't sure. `is_used`: where
   * the field's own column is empty; for `consent` and `opt_out`, in any case.
   */
  ignored_columns: v.array(v.object({ column: v.string(), field: v.string(), is_used: v.boolean() })),
  file_columns: v.exactOptional(v.array(FileColumn)),
  encoding: v.nullable(v.string()),
  delimiter: v.nullable(v.string()),
  /** `ambiguous`: choose `date_order`. Null when no date needs it. */
  date_order: v.nullable(v.picklist(['dmy', 'mdy', 'ambiguous'])),
  /** The decimal sign. `ambiguous`: choose `decimal`. Null when no amount needs it. */
  decimal: v.nullable(v.picklist(['.', ',', 'ambiguous'])),
  /** Why it makes no progress at the moment. */
  waits_for: v.nullable(v.picklist(['storage', 'configuration'])),
});
export type ImportView = v.InferOutput<typeof ImportView>;
