import * as v from 'valibot';

/**
 * The lines of a backup. Each line is one JSON object and ends with the member `mac`, which
 * `worker/domain/backup/chain.ts` adds. A backup has a `begin`, then the records of each object, then an `end`.
 */

/** The version of the format. A release reads its own and all earlier ones. */
export const BACKUP_FORMAT = 1;

/** The kinds of objects that a backup contains. A source's objects have its ID as their name. */
export const BACKED_UP_OBJECTS = [
  'outbox',
  'tally',
  'refusals',
  'imports',
  'credentials',
  'alerts',
  'registry',
] as const;

/** A value in a row. Bytes are written as base64. */
const Value = v.union([v.string(), v.number(), v.null(), v.strictObject({ base64: v.string() })]);

const Table = v.pipe(v.string(), v.regex(/^[a-z]\w{0,62}$/));
const Rows = { table: Table, columns: v.pipe(v.array(Table), v.minLength(1)), rows: v.array(v.array(Value)) };

/** The records that an object writes into a backup, and reads when it is restored. */
export const BackupRecord = v.variant('record', [
  /** Begins an object. `migrations` is the version of its tables. `owner` is its name in the keys of payload pages. */
  v.object({ record: v.literal('object'), migrations: v.pipe(v.number(), v.integer()), owner: v.string() }),
  /** Rows of a table. A later row with the same primary key replaces an earlier one. */
  v.object({ record: v.literal('rows'), ...Rows }),
  /** The primary keys of rows that were deleted while the backup was made. */
  v.object({ record: v.literal('gone'), ...Rows }),
  /** Pages of payload keys, encrypted. An unreadable page was already unreadable when the backup was made. */
  v.object({
    record: v.literal('pages'),
    pages: v.array(v.object({ id: v.string(), sealed: v.string(), unreadable: v.boolean() })),
  }),
  /** The encrypted secrets of an integration. */
  v.object({ record: v.literal('secrets'), owner: v.string(), sealed: v.string(), unreadable: v.boolean() }),
]);

export type BackupRecord = v.InferOutput<typeof BackupRecord>;
export type BackupValue = v.InferOutput<typeof Value>;

export const BackupBegin = v.object({
  record: v.literal('begin'),
  n: v.literal(1),
  format: v.pipe(v.number(), v.integer()),
  version: v.string(),
  made_at: v.string(),
});

export const BackupEnd = v.object({ record: v.literal('end'), n: v.number() });

/** The place of a record: its line, and the object that it belongs to. */
export const BackupPlace = v.object({
  n: v.pipe(v.number(), v.integer()),
  object: v.picklist(BACKED_UP_OBJECTS),
  name: v.pipe(v.string(), v.maxLength(300)),
});

export type BackupPlace = v.InferOutput<typeof BackupPlace>;

/** The answer to a part of a backup. */
export const RestoreProgress = v.object({
  next_line: v.pipe(v.number(), v.integer(), v.description('The number of the first line that was not read')),
  is_complete: v.pipe(v.boolean(), v.description('True when the whole backup was restored and the instance runs')),
});

export type RestoreProgress = v.InferOutput<typeof RestoreProgress>;
