/** The tables of an Imports object. Migrations are only ever appended. docs/storage.md explains each table and column. */
export const IMPORTS_MIGRATIONS: readonly string[] = [
  `
  -- An import's settings, progress and counts, as JSON.
  CREATE TABLE imports (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    body TEXT NOT NULL
  );

  -- Some rows of a file. rows_sealed is null once they are stored in the outbox, or the import has ended.
  -- is_stored: the outbox and the tally have them.
  CREATE TABLE slices (
    import_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    rows_sealed TEXT,
    outcomes TEXT,
    is_stored INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (import_id, n)
  ) WITHOUT ROWID;

  -- The deliveries of the file's rows, as keyed hashes, to find rows that are the same. Deleted at the end.
  CREATE TABLE seen (
    import_id TEXT NOT NULL,
    delivery TEXT NOT NULL,
    PRIMARY KEY (import_id, delivery)
  ) WITHOUT ROWID;

  -- People who were erased, or withdrew consent, while an import was open. Deleted at the end.
  CREATE TABLE erased (
    import_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (import_id, tag)
  ) WITHOUT ROWID;

  -- Named settings for files of the same form.
  CREATE TABLE templates (
    name TEXT PRIMARY KEY,
    body TEXT NOT NULL
  ) WITHOUT ROWID;

  -- The key of the IDs that are made from rows: the same row has the same ID in every file. One row.
  CREATE TABLE row_key (key TEXT NOT NULL);
  `,
  `
  -- The changes of a deal's stage, or of a person's: [epoch ms, place of the stage]. The key is a keyed hash.
  CREATE TABLE deals (
    key TEXT PRIMARY KEY,
    changed_at_ms INTEGER NOT NULL,
    changes TEXT NOT NULL
  ) WITHOUT ROWID;

  CREATE INDEX deals_by_change ON deals (changed_at_ms);
  `,
  // The numbers of the rows in the file, as runs [first, last]. They are needed for the report of an import that was
  // cancelled before it had checked them. Null in slices of an earlier release.
  'ALTER TABLE slices ADD COLUMN row_numbers TEXT',
  `
  -- The stages that became a delivery, as JSON: [name, round]. Null: the first releases took each stage as sent.
  ALTER TABLE deals ADD COLUMN sent TEXT;
  `,
  // The rows that were sent to each rule, as keyed hashes of their cells: the same row isn't sent again when other columns
  // are chosen for it. Deleted with the import.
  'CREATE TABLE sent (key TEXT PRIMARY KEY, import_id TEXT NOT NULL) WITHOUT ROWID',
  `
  -- Conversions by the time from the click, or from becoming a lead: the class of domain/rules/readiness.ts.
  CREATE TABLE lags (
    integration_id TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    month TEXT NOT NULL,
    lag INTEGER NOT NULL,
    conversions INTEGER NOT NULL,
    PRIMARY KEY (integration_id, rule_id, month, lag)
  ) WITHOUT ROWID;

  -- When a lead of LinkedIn's forms came. The key is a keyed hash of its ID.
  CREATE TABLE leads (key TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX leads_by_time ON leads (at_ms);
  `,
  `
  -- Leads of LinkedIn's forms that were deleted, so that a later notification sends nothing. The key is a keyed hash of the
  -- lead's ID.
  CREATE TABLE deleted_leads (key TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX deleted_leads_by_time ON deleted_leads (at_ms);
  `,
  `
  -- Whether rows of the slice refuse consent: 0 no, 1 yes, 2 yes and these people are in refusing.
  ALTER TABLE slices ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0;

  -- People who refuse consent in a row of an open import. Their other rows aren't sent either. Deleted at the end.
  CREATE TABLE refusing (
    import_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (import_id, tag)
  ) WITHOUT ROWID;
  `,
  `
  -- The next slice is looked for in each step. Without these, each step would read the rows of all slices that are left.
  CREATE INDEX slices_unchecked ON slices (import_id, n) WHERE outcomes IS NULL;
  CREATE INDEX slices_unstored ON slices (import_id, n) WHERE is_stored = 0;
  CREATE INDEX slices_refusing ON slices (import_id, n) WHERE refusals = 1;
  `,
];
