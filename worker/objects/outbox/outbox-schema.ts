/**
 * The tables of an Outbox. Migrations are only ever appended. docs/storage.md explains each table and column.
 *
 * A row of `lanes` is a rule queue: one conversion rule of one integration. Its state, such as held, is stored here and
 * not with each delivery, so that an outage of a day writes only a few rows, whatever the backlog.
 */
export const OUTBOX_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    name TEXT,
    happened_at_ms INTEGER NOT NULL,
    received_at_ms INTEGER NOT NULL,
    facts TEXT NOT NULL,
    skip_reason TEXT,
    deliveries TEXT NOT NULL
  );

  CREATE TABLE lanes (
    id INTEGER PRIMARY KEY,
    integration_id TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    due_at_ms INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    batch_limit INTEGER NOT NULL,
    max_batch INTEGER NOT NULL,
    hold_reason TEXT,
    held_since_ms INTEGER,
    UNIQUE (integration_id, rule_id)
  );

  CREATE TABLE integration_holds (
    integration_id TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    due_at_ms INTEGER NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE deliveries (
    lane_id INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    event_seq INTEGER NOT NULL,
    happened_at_ms INTEGER NOT NULL,
    enqueued_at_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    payload TEXT,
    done_at_ms INTEGER,
    attempt_id INTEGER,
    PRIMARY KEY (lane_id, event_id)
  ) WITHOUT ROWID;

  CREATE INDEX deliveries_pending ON deliveries (lane_id, happened_at_ms, event_id) WHERE state = 'pending';

  CREATE TABLE attempts (
    id INTEGER PRIMARY KEY,
    lane_id INTEGER NOT NULL,
    started_at_ms INTEGER NOT NULL,
    ended_at_ms INTEGER NOT NULL,
    events INTEGER NOT NULL,
    status INTEGER,
    outcome TEXT NOT NULL,
    message TEXT,
    first_happened_at_ms INTEGER NOT NULL,
    first_event_id TEXT NOT NULL,
    last_happened_at_ms INTEGER NOT NULL,
    last_event_id TEXT NOT NULL
  );

  CREATE TABLE counts (
    day TEXT NOT NULL,
    name TEXT NOT NULL,
    outcome TEXT NOT NULL,
    events INTEGER NOT NULL,
    PRIMARY KEY (day, name, outcome)
  ) WITHOUT ROWID;
  `,
  `
  -- What we learned from LinkedIn's answers about an integration: identifiers and versions that it no longer accepts.
  CREATE TABLE learnt (
    integration_id TEXT NOT NULL,
    fact TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (integration_id, fact, value)
  ) WITHOUT ROWID;

  -- Earlier ends of a delivery that was replayed, oldest first: [{"reason", "done_at_ms", "attempt_id"}].
  ALTER TABLE deliveries ADD COLUMN earlier TEXT;

  CREATE INDEX deliveries_dead ON deliveries (lane_id, happened_at_ms, event_id) WHERE state = 'dead';
  `,
  `
  -- The names of the keys that seal payloads; the keys themselves are in KV.
  CREATE TABLE payload_keys (
    key_id TEXT PRIMARY KEY,
    day TEXT NOT NULL
  ) WITHOUT ROWID;

  -- The value of a delivery, which is not secret: a replay's preview adds it up.
  ALTER TABLE deliveries ADD COLUMN currency TEXT;
  ALTER TABLE deliveries ADD COLUMN amount TEXT;

  -- The person's tags, as keyed hashes (domain/identity/person-tags.ts): for erasure, and only while there is a payload.
  ALTER TABLE deliveries ADD COLUMN person TEXT;
  `,
  `
  -- What the linter found, by UTC day and linter rule; integration and conversion rule are empty for the event itself.
  CREATE TABLE lint_counts (
    day TEXT NOT NULL,
    code TEXT NOT NULL,
    integration_id TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    events INTEGER NOT NULL,
    PRIMARY KEY (day, code, integration_id, rule_id)
  ) WITHOUT ROWID;
  `,
  `
  -- A conversion that waits for the visitor's e-mail (state 'waiting'): the end of the wait, and the sealed identity.
  -- Both stay after the wait, for the batch that builds the element.
  ALTER TABLE deliveries ADD COLUMN waits_until_ms INTEGER;
  ALTER TABLE deliveries ADD COLUMN late TEXT;

  CREATE INDEX deliveries_waiting ON deliveries (lane_id, waits_until_ms) WHERE state = 'waiting';

  -- Finds waiting deliveries by any of their person's tags.
  CREATE TABLE identity_waits (
    tag TEXT NOT NULL,
    lane_id INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    PRIMARY KEY (tag, lane_id, event_id)
  ) WITHOUT ROWID;

  -- The consent categories that the integration required when the request was made.
  ALTER TABLE attempts ADD COLUMN consent_asked TEXT;
  `,
  `
  -- The members of audiences, by mapping; people are keyed hashes (domain/identity/member-tags.ts).
  CREATE TABLE memberships (
    tag TEXT NOT NULL,
    mapping_id TEXT NOT NULL,
    is_member INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL,
    seen_at_ms INTEGER NOT NULL,
    PRIMARY KEY (tag, mapping_id)
  ) WITHOUT ROWID;
  `,
  `
  -- A person was erased: the key is deleted as soon as other people's data under it is resealed.
  ALTER TABLE payload_keys ADD COLUMN condemned INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- The triggers that events were matched with, as [[mapping id, trigger]]: each event's facts name its set and the result.
  CREATE TABLE trigger_sets (
    fingerprint TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    used_day TEXT NOT NULL
  ) WITHOUT ROWID;

  -- The names of the payload's fields, without their values (domain/delivery/payload-shape.ts).
  ALTER TABLE deliveries ADD COLUMN shape TEXT;
  `,
  `
  -- Deliveries whose rows are deleted, by their outcome: the ledger's other side, by rule.
  CREATE TABLE rule_counts (
    day TEXT NOT NULL,
    name TEXT NOT NULL,
    integration_id TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    deliveries INTEGER NOT NULL,
    PRIMARY KEY (day, name, integration_id, rule_id, outcome)
  ) WITHOUT ROWID;

  -- Events of recent hours without a row: duplicates, and events that were refused in a batch with good ones.
  CREATE TABLE rowless_counts (
    hour TEXT NOT NULL,
    name TEXT NOT NULL,
    outcome TEXT NOT NULL,
    events INTEGER NOT NULL,
    PRIMARY KEY (hour, name, outcome)
  ) WITHOUT ROWID;
  `,
  `
  -- A stored event whose ID came before, and which brought something new: its message_id is a random key, and
  -- this is the ID that it came with.
  ALTER TABLE events ADD COLUMN repeat_of TEXT;

  CREATE INDEX events_repeats ON events (repeat_of) WHERE repeat_of IS NOT NULL;
  `,
  `
  -- What was said about consent, once for all events that say the same; their facts name the row.
  CREATE TABLE consents (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL,
    body TEXT NOT NULL,
    used_day TEXT NOT NULL
  );

  CREATE INDEX consents_hash ON consents (hash);
  `,
  `
  -- The kind of a tag: emailSha256, userId or anonymousId of the event's person; null for anything else.
  ALTER TABLE identity_waits ADD COLUMN kind TEXT;

  -- Memberships that a browser reported, found by the browser's tag, which comes after the person's.
  CREATE INDEX memberships_browser ON memberships (substr(tag, instr(tag, '.') + 1)) WHERE instr(tag, '.') > 0;
  `,
  `
  -- When LinkedIn last refused a batch of this lane as too large, or when the lane was last allowed to grow again.
  ALTER TABLE lanes ADD COLUMN max_batch_at_ms INTEGER;

  -- Deliveries that LinkedIn put off in a request that it took: the number of successive times, and the next attempt.
  CREATE TABLE element_waits (
    lane_id INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    failures INTEGER NOT NULL,
    due_at_ms INTEGER NOT NULL,
    PRIMARY KEY (lane_id, event_id)
  ) WITHOUT ROWID;
  `,
  `
  -- The name under which the ledger counts an event when the day had too many names.
  ALTER TABLE events ADD COLUMN counted_as TEXT;
  `,
  `
  -- A key is now a page of keys, for 65,536 buckets of people; its number identifies it below. Data under a key of an
  -- older version is resealed, and that key is deleted.
  ALTER TABLE payload_keys ADD COLUMN number INTEGER;
  -- KV must delete the key.
  ALTER TABLE payload_keys ADD COLUMN dropped_at_ms INTEGER;
  UPDATE payload_keys SET condemned = 1;

  -- The buckets under which a person's data was sealed, whether or not it is still there; by keyed hashes.
  CREATE TABLE person_keys (
    page INTEGER NOT NULL,
    tag TEXT NOT NULL,
    bucket INTEGER NOT NULL,
    PRIMARY KEY (page, tag, bucket)
  ) WITHOUT ROWID;

  -- Buckets of erased people: nothing is sealed with them any more. Counts how often the page was written without them.
  CREATE TABLE condemned_buckets (
    page INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    writes INTEGER NOT NULL,
    PRIMARY KEY (page, bucket)
  ) WITHOUT ROWID;

  CREATE INDEX condemned_buckets_left ON condemned_buckets (page) WHERE writes < 2;

  -- When KV is next searched for unknown keys.
  CREATE TABLE key_sweep (due_at_ms INTEGER NOT NULL);

  -- Sealed texts, by their key: k.<key id>-<bucket>.…
  CREATE INDEX deliveries_payload ON deliveries (substr(payload, 3, 32)) WHERE payload IS NOT NULL;
  CREATE INDEX deliveries_late ON deliveries (substr(late, 3, 32)) WHERE late IS NOT NULL;
  `,
  `
  -- The source was deleted: nothing is stored for it, unless the registry has it again. One row, or none.
  CREATE TABLE deleted_source (at_ms INTEGER NOT NULL);
  `,
  `
  -- When KV was told to delete the key. Its name stays until a later search finds that KV no longer has it.
  ALTER TABLE payload_keys ADD COLUMN deleted_at_ms INTEGER;
  -- When the page was first written without the bucket. The second write follows when no older write can arrive any more.
  ALTER TABLE condemned_buckets ADD COLUMN written_at_ms INTEGER;
  `,
  `
  -- LinkedIn's symbol, which comes with its message, such as ACCESS_DENIED.
  ALTER TABLE attempts ADD COLUMN code TEXT;

  -- Deliveries that LinkedIn took although its answer could not be read (reason 'unconfirmed').
  CREATE INDEX deliveries_unconfirmed ON deliveries (lane_id, done_at_ms)
    WHERE state = 'delivered' AND reason = 'unconfirmed';
  `,
  `
  -- The requests of a rule queue by time. Without it each delivery that is shown reads all requests ever made.
  CREATE INDEX attempts_of_lane ON attempts (lane_id, ended_at_ms);
  `,
  `
  -- The requests of a rule queue by time, in the table itself: an index of its own was a second row for each request.
  CREATE TABLE attempts_by_time (
    lane_id INTEGER NOT NULL,
    ended_at_ms INTEGER NOT NULL,
    id INTEGER NOT NULL,
    started_at_ms INTEGER NOT NULL,
    events INTEGER NOT NULL,
    status INTEGER,
    outcome TEXT NOT NULL,
    code TEXT,
    message TEXT,
    first_happened_at_ms INTEGER NOT NULL,
    first_event_id TEXT NOT NULL,
    last_happened_at_ms INTEGER NOT NULL,
    last_event_id TEXT NOT NULL,
    consent_asked TEXT,
    PRIMARY KEY (lane_id, ended_at_ms, id)
  ) WITHOUT ROWID;
  INSERT INTO attempts_by_time (lane_id, ended_at_ms, id, started_at_ms, events, status, outcome, code, message,
    first_happened_at_ms, first_event_id, last_happened_at_ms, last_event_id, consent_asked)
  SELECT lane_id, ended_at_ms, id, started_at_ms, events, status, outcome, code, message,
    first_happened_at_ms, first_event_id, last_happened_at_ms, last_event_id, consent_asked FROM attempts;
  DROP TABLE attempts;
  ALTER TABLE attempts_by_time RENAME TO attempts;
  `,
  `
  -- 1: a pending delivery of the latest events, which has no entry in an index (sending/fresh-deliveries.ts).
  ALTER TABLE deliveries ADD COLUMN is_fresh INTEGER;

  -- The place in the order of arrival after which all fresh deliveries are. One row.
  CREATE TABLE fresh_from (id INTEGER PRIMARY KEY, seq INTEGER NOT NULL);
  INSERT INTO fresh_from (id, seq) SELECT 1, ifnull(max(seq), 0) FROM events;

  DROP INDEX deliveries_pending;
  DROP INDEX deliveries_payload;
  CREATE INDEX deliveries_pending ON deliveries (lane_id, happened_at_ms, event_id)
    WHERE state = 'pending' AND is_fresh IS NULL;
  CREATE INDEX deliveries_payload ON deliveries (substr(payload, 3, 32)) WHERE payload IS NOT NULL AND is_fresh IS NULL;
  `,
  `
  -- When old data was last deleted. One row.
  CREATE TABLE cleaned (at_ms INTEGER NOT NULL);
  INSERT INTO cleaned (at_ms) VALUES (0);
  `,
  `
  -- The buckets under which people's data was sealed, with their tags: one row for a transaction, or for several
  -- (keys/sealed-people.ts). Older entries are in person_keys.
  CREATE TABLE sealed_people (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
  `,
  `
  -- The latest replay that took the delivery along, so that a person sees how far their own replay is.
  ALTER TABLE deliveries ADD COLUMN replay_id TEXT;

  CREATE INDEX deliveries_replayed ON deliveries (replay_id) WHERE replay_id IS NOT NULL;
  `,
  `
  -- Failed deliveries, the newest event first: a list of them must not read all other deliveries.
  DROP INDEX deliveries_dead;
  CREATE INDEX deliveries_failed ON deliveries (lane_id, event_seq) WHERE state = 'dead';
  -- Their payloads, by the time at which they failed: they are deleted sooner than the rest.
  CREATE INDEX deliveries_failed_payloads ON deliveries (done_at_ms) WHERE state = 'dead' AND payload IS NOT NULL;
  `,
];
