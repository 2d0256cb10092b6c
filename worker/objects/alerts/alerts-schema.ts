/** The tables of the Alerts object. A migration's number is its place. Each runs once and is never edited. */
export const ALERTS_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE incidents (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL,
    opened_at_ms INTEGER NOT NULL,
    -- Null while it is open.
    closed_at_ms INTEGER,
    -- The incident as JSON (worker/domain/incidents/incident.ts).
    body TEXT NOT NULL
  );
  CREATE INDEX incidents_closed ON incidents (closed_at_ms);

  -- The sources to look at, and when. asked counts, so that what is asked during a look leads to another one.
  CREATE TABLE looks (
    source_id TEXT PRIMARY KEY,
    due_at_ms INTEGER NOT NULL,
    asked INTEGER NOT NULL DEFAULT 0
  ) WITHOUT ROWID;
  CREATE INDEX looks_due ON looks (due_at_ms);

  CREATE TABLE channels (
    id TEXT PRIMARY KEY,
    -- The channel without its address, as JSON (worker/domain/incidents/alerts/channel.ts).
    body TEXT NOT NULL,
    -- The address, sealed with ENCRYPTION_KEY.
    address TEXT NOT NULL
  ) WITHOUT ROWID;

  -- What is sent to a channel: one row for each state of an incident, digest and test.
  CREATE TABLE alerts (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    channel_id TEXT NOT NULL,
    -- An incident, or 'digest:' and a day, or 'test:' and the alert.
    subject TEXT NOT NULL,
    revision INTEGER NOT NULL,
    type TEXT NOT NULL,
    state TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    due_at_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    done_at_ms INTEGER,
    note TEXT,
    UNIQUE (channel_id, subject, revision)
  );
  CREATE INDEX alerts_waiting ON alerts (due_at_ms) WHERE state = 'waiting';
  CREATE INDEX alerts_subject ON alerts (subject);

  -- When something last happened: the cron trigger's round, a run of the alarm.
  CREATE TABLE marks (name TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, value TEXT) WITHOUT ROWID;
  `,
  `
  -- The events of complete hours, for what is usual. Hours are counted from 1970, UTC.
  CREATE TABLE hours (
    source_id TEXT NOT NULL,
    name TEXT NOT NULL,
    hour INTEGER NOT NULL,
    events INTEGER NOT NULL,
    with_click_id INTEGER NOT NULL,
    without_consent INTEGER NOT NULL,
    value REAL NOT NULL,
    valued INTEGER NOT NULL,
    PRIMARY KEY (source_id, name, hour)
  ) WITHOUT ROWID;

  CREATE TABLE baselines (
    source_id TEXT PRIMARY KEY,
    -- The event in the source's outbox up to which the hours are read.
    after_seq INTEGER NOT NULL,
    judged_hour INTEGER NOT NULL,
    -- What is odd now, as JSON (worker/domain/incidents/baselines/odd-symptoms.ts).
    odd TEXT NOT NULL
  ) WITHOUT ROWID;
  `,
  `
  -- What metrics say of each source, once somebody has asked for them. The counters and the places up to which they
  -- count are one row, so nothing is counted twice.
  CREATE TABLE metrics (
    source_id TEXT PRIMARY KEY,
    read_at_ms INTEGER NOT NULL,
    looked_at_ms INTEGER NOT NULL,
    -- As JSON (worker/domain/metrics/families.ts).
    body TEXT NOT NULL
  ) WITHOUT ROWID;
  `,
  `
  -- A channel keeps only the host of its address: not the last four characters, nor the first letter of a receiver.
  UPDATE channels SET body = json_set(body, '$.address', iif(
    instr(body ->> '$.address', '@') > 0,
    substr(body ->> '$.address', instr(body ->> '$.address', '@') + 1),
    substr(body ->> '$.address', 1, instr((body ->> '$.address') || '/…', '/…') - 1)));
  `,
];
