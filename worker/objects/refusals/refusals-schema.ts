/** The tables of a Refusals object. A migration's number is its place. Each runs once and is never edited. */
export const REFUSALS_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE refusals (
    -- UTC, such as '2026-11-28T16'.
    hour TEXT NOT NULL,
    reason TEXT NOT NULL,
    requests INTEGER NOT NULL,
    events INTEGER NOT NULL,
    -- Origins or fields with their counts, as JSON: at most 20, and one entry for the rest.
    names TEXT NOT NULL,
    last_at_ms INTEGER NOT NULL,
    PRIMARY KEY (hour, reason)
  ) WITHOUT ROWID;
  `,
];
