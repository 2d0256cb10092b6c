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

/**
 * Fields that several columns may have: any of them identifies the same person, and any column for consent or for opting
 * out may refuse. Two columns of times or amounts may be about different things.
 */
export const SEVERAL_COLUMNS = ['email', 'click_id', 'lead_id', 'consent', 'opt_out'] as const satisfies ImportField[];
export type SeveralColumns = (typeof SEVERAL_COLUMNS)[number];

export type ImportField = (typeof IMPORT_FIELDS)[number];

/** The position of each field's column, from 0. */
export type ColumnPlaces = Readonly<Partial<Record<ImportField, number>>>;

/** The positions of other columns with the same meaning, which are used where the field's own column is empty. */
export type SparePlaces = Readonly<Partial<Record<ImportField, readonly number[]>>>;

/** The name of each field's column. */
export type ColumnNames = Readonly<Partial<Record<ImportField, string>>>;
