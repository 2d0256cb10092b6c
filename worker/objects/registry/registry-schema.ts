/** The Registry's tables. A migration's number is its place. Each runs once and is never edited. */
export const REGISTRY_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    write_key TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE integrations (
    id TEXT PRIMARY KEY,
    source_id TEXT NOT NULL,
    body TEXT NOT NULL
  ) WITHOUT ROWID;

  CREATE INDEX integrations_by_source ON integrations (source_id, id);

  -- Keys whose KV value differs from the tables: KV takes one write a second for a key, and may be unreachable.
  CREATE TABLE unpublished (
    key TEXT PRIMARY KEY,
    source_id TEXT
  ) WITHOUT ROWID;
  `,
  `
  -- A revoked token keeps its row without its hash: the audit log names it.
  CREATE TABLE access_tokens (
    id TEXT PRIMARY KEY,
    sha256 TEXT UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    source_ids TEXT,
    last4 TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER,
    used_at_ms INTEGER
  ) WITHOUT ROWID;

  CREATE TABLE sessions (
    sha256 TEXT PRIMARY KEY,
    -- A token's id, or 'admin_token' and which ADMIN_TOKEN it was: a new ADMIN_TOKEN ends the sessions of the old one.
    token_id TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE guesses (
    -- Keyed, so that no address is stored.
    address TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at_ms INTEGER NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE audit_log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    actor_id TEXT NOT NULL,
    actor_role TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    source_id TEXT,
    fields TEXT NOT NULL
  );

  CREATE TRIGGER audit_log_is_not_changed BEFORE UPDATE ON audit_log
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

  CREATE TRIGGER audit_log_is_not_cut BEFORE DELETE ON audit_log
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  `,
  `
  -- Every write key that the collector accepts, without revoked ones; sources.write_key is the newest of them.
  CREATE TABLE write_keys (
    key TEXT PRIMARY KEY,
    source_id TEXT NOT NULL
  ) WITHOUT ROWID;

  INSERT INTO write_keys (key, source_id) SELECT write_key, id FROM sources;
  `,
  `
  -- Addresses from which owners came recently; keyed, as in guesses.
  CREATE TABLE known_addresses (
    address TEXT PRIMARY KEY,
    seen_at_ms INTEGER NOT NULL
  ) WITHOUT ROWID;
  `,
  `
  -- The source that a revoked key belonged to, under its name in KV: traffic that still uses it is counted for that source.
  CREATE TABLE revoked_keys (
    config_key TEXT PRIMARY KEY,
    source_id TEXT NOT NULL,
    revoked_at_ms INTEGER NOT NULL
  ) WITHOUT ROWID;
  `,
  `
  -- A right token is never refused because of wrong ones, so the addresses of owners are no longer needed.
  DELETE FROM known_addresses;
  `,
  `
  -- Deletions of which other objects still hold data: until they have deleted it, the id cannot be used again.
  CREATE TABLE leavings (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, id)
  ) WITHOUT ROWID;
  `,
  `
  -- Whether the source ever had an integration. Without one, nothing is in its outbox, and the watchdog must not create
  -- it, because an object never moves from where it was created.
  ALTER TABLE sources ADD COLUMN is_used INTEGER NOT NULL DEFAULT 0;
  UPDATE sources SET is_used = 1;

  CREATE TRIGGER source_is_used AFTER INSERT ON integrations
  BEGIN UPDATE sources SET is_used = 1 WHERE id = NEW.source_id; END;
  `,
  `
  -- Addresses that CRMs call. The secret in the body is sealed.
  CREATE TABLE hooks (
    id TEXT PRIMARY KEY,
    source_id TEXT NOT NULL,
    body TEXT NOT NULL
  ) WITHOUT ROWID;

  CREATE INDEX hooks_by_source ON hooks (source_id, id);
  `,
  `
  -- Whether KV is being told. If the object dies meanwhile, that write may arrive minutes later, so the key is written
  -- again at again_at_ms.
  ALTER TABLE unpublished ADD COLUMN writing INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE unpublished ADD COLUMN again_at_ms INTEGER;
  UPDATE unpublished SET writing = 1;
  `,
  `
  -- What a change did to settings, as JSON. Null in entries of older releases, and of deleted sources.
  ALTER TABLE audit_log ADD COLUMN changes TEXT;

  -- The values of a deleted source are removed, and nothing else is ever changed.
  DROP TRIGGER audit_log_is_not_changed;
  CREATE TRIGGER audit_log_is_not_changed BEFORE UPDATE ON audit_log
  WHEN NEW.changes IS NOT NULL
    OR (NEW.seq, NEW.at_ms, NEW.actor_id, NEW.actor_role, NEW.method, NEW.path, NEW.source_id, NEW.fields)
      IS NOT (OLD.seq, OLD.at_ms, OLD.actor_id, OLD.actor_role, OLD.method, OLD.path, OLD.source_id, OLD.fields)
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  `,
];
