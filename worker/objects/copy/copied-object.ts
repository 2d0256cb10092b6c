import type { BackupRecord } from '../../schema/backup.ts';
import { migrated } from '../sql.ts';
import type { Database } from '../sql.ts';
import { dropChangeLog } from './change-log.ts';
import { copyTables } from './copy-tables.ts';
import { KEY_IS_MISSING, beginPaste, endPaste, isPasting, pasteRows } from './paste-tables.ts';
import type { Unfit } from './paste-tables.ts';
import { tableShapes } from './table-shapes.ts';

type Parts = {
  database: Database;
  migrations: readonly string[];
  /** The object's name in the keys of payload pages, or just its name. */
  owner: string;
  /** Tables that are not part of a backup. */
  leftOut?: ReadonlySet<string>;
};

/** The tables of one object in a backup: how they are copied, and how they are restored. */
export class CopiedObject {
  readonly #parts: Parts;
  /** Counts the backups. If an older one is still running when a new one begins, the older one ends with an error. */
  #backup = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    // An earlier backup was cut off by a restart of the object.
    dropChangeLog(parts.database.sql);
  }

  /** Returns the records as a stream; see `records`. */
  stream(pages?: () => Promise<BackupRecord | undefined>): ReadableStream<Uint8Array> {
    return recordStream(this.records(pages));
  }

  /**
   * Returns the records of the object. Each is read in one turn, so writers never wait for long.
   *
   * @param pages Returns the object's pages of payload keys. Called before and after the rows: a page that is deleted in
   * the meantime may still be needed by rows that were read before.
   */
  async *records(pages?: () => Promise<BackupRecord | undefined>): AsyncGenerator<BackupRecord> {
    this.#backup += 1;
    const backup = this.#backup;
    const { database, owner, leftOut } = this.#parts;
    yield { record: 'object', migrations: migrated(database.sql), owner };
    const before = await pages?.();
    if (before !== undefined) yield before;
    const rows = copyTables(database, tableShapes(database.sql, leftOut));
    try {
      for (;;) {
        if (backup !== this.#backup) throw new Error('Another backup of this object has begun');
        const { value, done } = rows.next();
        if (done === true) break;
        yield value;
      }
    } finally {
      // The reader may have disconnected. The log stays if a newer backup uses it.
      if (backup === this.#backup) dropChangeLog(database.sql);
    }
    const after = await pages?.();
    if (after !== undefined) yield after;
  }

  get isRestoring(): boolean {
    return isPasting(this.#parts.database.sql);
  }

  /** Takes one record of a backup. Repeating the records from the first one on changes nothing. */
  take(record: BackupRecord): Unfit | undefined {
    const { database, migrations } = this.#parts;
    switch (record.record) {
      case 'object':
        return beginPaste(database, migrations, record.migrations);
      case 'rows':
      case 'gone':
        return this.isRestoring ? pasteRows(database, record) : { kind: 'unfit', detail: 'the object was not begun' };
      case 'pages':
      case 'secrets':
        return { kind: 'unfit', detail: 'this object has no keys' };
    }
  }

  /** Restores pages of payload keys. @param paste Stores one page, and returns false if no key opens it. */
  async takePages<Page>(
    { pages }: { pages: readonly Page[] },
    paste: (page: Page) => Promise<boolean>,
  ): Promise<Unfit | undefined> {
    for (const page of pages) if (!(await paste(page))) return { kind: 'unfit', detail: KEY_IS_MISSING };
    return undefined;
  }

  /** Called when everything is restored. The caller then updates the tables to the newest schema. */
  finish(): void {
    endPaste(this.#parts.database.sql);
  }
}

const encoder = new TextEncoder();

/** Returns records as a stream of lines. Calls between objects transport only streams of bytes. */
export function recordStream(records: AsyncGenerator<BackupRecord>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      const { value, done } = await records.next();
      if (done === true) {
        controller.close();
        // Completes a read that was waiting for bytes.
        controller.byobRequest?.respond(0);
      } else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
    },
    async cancel() {
      await records.return(undefined);
    },
  });
}
