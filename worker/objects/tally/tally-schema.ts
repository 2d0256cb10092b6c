/** The tables of a Tally. Migrations are only ever appended. docs/storage.md explains each table and column. */
export const TALLY_MIGRATIONS: readonly string[] = [
  `
  -- The latest entries, in the order of arrival; see log-page.ts. An entry is counted from here until it is in the tables
  -- below. The number of a page is that of its first entry.
  CREATE TABLE log_pages (
    seq INTEGER PRIMARY KEY,
    last_seq INTEGER NOT NULL,
    last_at_ms INTEGER NOT NULL,
    chars INTEGER NOT NULL,
    body TEXT NOT NULL
  );

  -- The newest entry that is in the counts. One row, or none.
  CREATE TABLE counted (last_seq INTEGER NOT NULL);

  CREATE TABLE counts (
    day TEXT NOT NULL,
    name TEXT NOT NULL,
    outcome TEXT NOT NULL,
    events INTEGER NOT NULL,
    PRIMARY KEY (day, name, outcome)
  ) WITHOUT ROWID;

  CREATE TABLE hour_counts (
    hour TEXT NOT NULL,
    name TEXT NOT NULL,
    outcome TEXT NOT NULL,
    events INTEGER NOT NULL,
    PRIMARY KEY (hour, name, outcome)
  ) WITHOUT ROWID;

  CREATE TABLE lint_counts (
    day TEXT NOT NULL,
    code TEXT NOT NULL,
    integration_id TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    events INTEGER NOT NULL,
    PRIMARY KEY (day, code, integration_id, rule_id)
  ) WITHOUT ROWID;

  -- What visitors said about consent, as in the report: {"categories", "source", "policy", "country"}.
  CREATE TABLE consent_counts (
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    events INTEGER NOT NULL,
    PRIMARY KEY (day, kind)
  ) WITHOUT ROWID;

  -- The triggers that events were matched with, as in the outbox.
  CREATE TABLE trigger_sets (
    fingerprint TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    used_day TEXT NOT NULL
  ) WITHOUT ROWID;

  -- The source was deleted: nothing is stored for it, unless the registry has it again. One row, or none.
  CREATE TABLE deleted_source (at_ms INTEGER NOT NULL);
  `,
];
