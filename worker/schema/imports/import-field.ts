/** The possible meanings of a column in an imported file. `docs/how-to/import-conversions.md` explains each. */
export const IMPORT_FIELDS = [
  'email',
  'first_name',
  'last_name',
  'company',
  'title',
  'country',
  'time',
  'event',
  'value',
  'currency',
  'click_id',
  'lead_id',
  'event_id',
  'user_id',
  'anonymous_id',
  'consent',
  'opt_out',
  'stage',
  'deal_id',
  'probability',
  'click_time',
] as const;

export type ImportField = (typeof IMPORT_FIELDS)[number];

/** The position of each field's column, from 0. */
export type ColumnPlaces = Readonly<Partial<Record<ImportField, number>>>;

/** The positions of other columns with the same meaning, which are used where the field's own column is empty. */
export type SparePlaces = Readonly<Partial<Record<ImportField, readonly number[]>>>;

/** The name of each field's column. */
export type ColumnNames = Readonly<Partial<Record<ImportField, string>>>;
