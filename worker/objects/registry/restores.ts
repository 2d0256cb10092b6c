import type { BackupPlace, BackupRecord } from '../../schema/backup.ts';
import { beginPaste, pasteRows } from '../copy/paste-tables.ts';
import type { Unfit } from '../copy/paste-tables.ts';
import { hasTable, migrate } from '../sql.ts';
import type { Database } from '../sql.ts';
import { REGISTRY_MIGRATIONS } from './registry-schema.ts';
import { resealHooks } from './reseal-hooks.ts';

/** An object for which a backup has data. */
export type RestoredObject = Pick<BackupPlace, 'object' | 'name'>;

/**
 * The progress of a restore. `mac` is the signature of the last line that was read. `firstMac` is that of the first
 * line, and identifies the backup. `part` counts the requests that sent parts of the backup: only the latest one may
 * continue.
 */
export type RestoreState = { line: number; mac: string; firstMac: string; isComplete: boolean; part: number };

/**
 * The names of these tables begin with `_`, so they are not part of a backup, and stay when the other tables are
 * replaced.
 */
const TABLES = `
  CREATE TABLE _restore (line INTEGER NOT NULL, mac TEXT NOT NULL, first_mac TEXT NOT NULL,
    is_complete INTEGER NOT NULL, part INTEGER NOT NULL);
  CREATE TABLE _restore_records (n INTEGER PRIMARY KEY, body TEXT NOT NULL);
  CREATE TABLE _restore_objects (object TEXT NOT NULL, name TEXT NOT NULL, owner TEXT NOT NULL, PRIMARY KEY (object, name));
`;

/** Tables that belong to the running instance, and not to the one in the backup. */
export const NOT_IN_BACKUPS: ReadonlySet<string> = new Set(['sessions', 'guesses', 'known_addresses', 'unpublished']);

/**
 * Stores the progress of a restore, and the registry's own part of the backup until the rest is restored. So a source
 * appears only when everything about it is restored.
 */
export class Restores {
  readonly #database: Database;
  readonly #keyRing: () => Uint8Array[];

  /** @param keyRing Throws when ENCRYPTION_KEY is missing or malformed. */
  constructor(database: Database, keyRing: () => Uint8Array[]) {
    this.#database = database;
    this.#keyRing = keyRing;
  }

  /** Returns undefined when nothing is being restored. */
  state(): RestoreState | undefined {
    const { sql } = this.#database;
    if (!hasTable(sql, '_restore')) return undefined;
    const [row] = sql
      .exec<{ line: number; mac: string; first_mac: string; is_complete: number; part: number }>(
        'SELECT * FROM _restore',
      )
      .toArray();
    return (
      row && {
        line: row.line,
        mac: row.mac,
        firstMac: row.first_mac,
        isComplete: row.is_complete === 1,
        part: row.part,
      }
    );
  }

  begin(mac: string): void {
    const { sql } = this.#database;
    this.#database.transaction(() => {
      this.forget();
      sql.exec(TABLES);
      sql.exec('INSERT INTO _restore (line, mac, first_mac, is_complete, part) VALUES (1, ?, ?, 0, 1)', mac, mac);
    });
  }

  /** Begins another part. An earlier request that is still running may not continue. */
  continue(): RestoreState | undefined {
    if (hasTable(this.#database.sql, '_restore')) this.#database.sql.exec('UPDATE _restore SET part = part + 1');
    return this.state();
  }

  /** Records that all lines up to this one are restored. Returns false for a part that may not continue. */
  reached({ line, mac, part }: Pick<RestoreState, 'line' | 'mac' | 'part'>): boolean {
    const { sql } = this.#database;
    if (this.state()?.part !== part) return false;
    sql.exec('UPDATE _restore SET line = ?, mac = ?', line, mac);
    return true;
  }

  /** Records that an object gets data, before the data is stored. */
  touch({ object, name }: RestoredObject, owner: string): void {
    this.#database.sql.exec(
      'INSERT OR REPLACE INTO _restore_objects (object, name, owner) VALUES (?, ?, ?)',
      object,
      name,
      owner,
    );
  }

  /** Returns the name that an object has in the backup. */
  ownerOf({ object, name }: RestoredObject): string | undefined {
    return this.#database.sql
      .exec<{ owner: string }>('SELECT owner FROM _restore_objects WHERE object = ? AND name = ?', object, name)
      .toArray()[0]?.owner;
  }

  objects(): RestoredObject[] {
    if (!hasTable(this.#database.sql, '_restore_objects')) return [];
    return this.#database.sql
      .exec<{ object: RestoredObject['object']; name: string }>('SELECT object, name FROM _restore_objects')
      .toArray();
  }

  /** Keeps a record of the registry until all others are restored. */
  keep(n: number, record: BackupRecord): Unfit | undefined {
    if (record.record === 'pages' || record.record === 'secrets')
      return { kind: 'unfit', detail: 'the registry has no keys' };
    this.#database.sql.exec(
      'INSERT OR REPLACE INTO _restore_records (n, body) VALUES (?, ?)',
      n,
      JSON.stringify(record),
    );
    return undefined;
  }

  /** Replaces the registry's tables by those of the backup: all of them, or nothing. */
  complete(): Unfit | undefined {
    let unfit: Unfit | undefined;
    try {
      this.#database.transaction(() => {
        unfit = this.#replaceTables();
        // Undoes what was replaced so far.
        if (unfit !== undefined) throw new Error('The registry in the backup does not fit');
      });
    } catch (error) {
      if (unfit === undefined) throw error;
    }
    return unfit;
  }

  #replaceTables(): Unfit | undefined {
    const { sql } = this.#database;
    // The audit log of this instance continues the one in the backup.
    const own = sql.exec('SELECT * FROM audit_log ORDER BY seq').toArray();
    for (const record of this.#records()) {
      const unfit =
        record.record === 'object'
          ? beginPaste(this.#database, REGISTRY_MIGRATIONS, record.migrations, false)
          : record.record === 'rows' || record.record === 'gone'
            ? pasteRows(this.#database, record)
            : undefined;
      if (unfit !== undefined) return unfit;
    }
    migrate(this.#database, REGISTRY_MIGRATIONS);
    for (const { seq: _, ...entry } of own) {
      const columns = Object.keys(entry);
      sql.exec(
        `INSERT INTO audit_log (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
        ...Object.values(entry),
      );
    }
    sql.exec('UPDATE _restore SET is_complete = 1');
    sql.exec('DELETE FROM _restore_records');
    return undefined;
  }

  *#records(): Generator<BackupRecord> {
    let after = 0;
    for (;;) {
      const [row] = this.#database.sql
        .exec<{ n: number; body: string }>('SELECT n, body FROM _restore_records WHERE n > ? ORDER BY n LIMIT 1', after)
        .toArray();
      if (row === undefined) return;
      after = row.n;
      // `keep` wrote it.
      yield JSON.parse(row.body);
    }
  }

  /** Called when an object of a complete restore works again, or its data was deleted. */
  forgetObject({ object, name }: RestoredObject): void {
    this.#database.sql.exec('DELETE FROM _restore_objects WHERE object = ? AND name = ?', object, name);
  }

  /**
   * Called when all other objects of a complete restore work, or when the data of an incomplete restore was deleted.
   */
  async end(): Promise<void> {
    if (this.state()?.isComplete === true) await resealHooks(this.#database.sql, this.#keyRing());
    this.forget();
  }

  /** Nothing is left to do. */
  forget(): void {
    for (const name of ['_restore', '_restore_records', '_restore_objects'])
      this.#database.sql.exec(`DROP TABLE IF EXISTS ${name}`);
  }
}
