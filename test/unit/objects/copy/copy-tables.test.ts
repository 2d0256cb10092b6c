import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { copyTables } from '../../../../worker/objects/copy/copy-tables.ts';
import { beginPaste, endPaste, isPasting, pasteRows } from '../../../../worker/objects/copy/paste-tables.ts';
import { tableShapes } from '../../../../worker/objects/copy/table-shapes.ts';
import { hasTable, migrate, migrated } from '../../../../worker/objects/sql.ts';
import type { Database } from '../../../../worker/objects/sql.ts';
import type { BackupRecord } from '../../../../worker/schema/backup.ts';
import { inADatabase } from '../../support/a-database.ts';

/** Every kind of table that our objects have: keys of texts and numbers, without a key, unique columns, indexes, bytes. */
const MIGRATIONS = [
  `
  CREATE TABLE people (seq INTEGER PRIMARY KEY, tag TEXT NOT NULL UNIQUE, body TEXT);
  CREATE TABLE counts (day TEXT NOT NULL, name TEXT NOT NULL, events INTEGER NOT NULL, PRIMARY KEY (day, name)) WITHOUT ROWID;
  CREATE TABLE sweep (due_at_ms INTEGER NOT NULL);
  CREATE TABLE pictures (id TEXT PRIMARY KEY, bytes BLOB);
  CREATE INDEX people_tag ON people (tag) WHERE body IS NOT NULL;
  `,
  `
  ALTER TABLE counts ADD COLUMN doubled INTEGER;
  UPDATE counts SET doubled = events * 2;
  `,
];

function contentOf({ sql }: Database): Record<string, unknown[]> {
  return Object.fromEntries(
    tableShapes(sql).map(({ name, columns, key }) => [
      name,
      sql
        .exec(`SELECT ${columns.join(', ')} FROM ${name} ORDER BY ${key.join(', ')}`)
        .toArray()
        .map((row) =>
          JSON.stringify(
            Object.values<unknown>(row).map((value) =>
              value instanceof ArrayBuffer ? [...new Uint8Array(value)] : value,
            ),
          ),
        ),
    ]),
  );
}

/** Pastes records as they come from a file. */
function paste(database: Database, records: readonly BackupRecord[], upTo: number): void {
  beginPaste(database, MIGRATIONS, upTo);
  for (const record of records) {
    const read: BackupRecord = JSON.parse(JSON.stringify(record));
    const unfit = read.record === 'rows' || read.record === 'gone' ? pasteRows(database, read) : undefined;
    if (unfit !== undefined) throw new Error(unfit.detail);
  }
  endPaste(database.sql);
  migrate(database, MIGRATIONS);
}

const aStep = fc.oneof(
  fc.record({ kind: fc.constant('copy' as const), records: fc.integer({ min: 1, max: 6 }) }),
  fc.record({
    kind: fc.constant('person' as const),
    seq: fc.integer({ min: 1, max: 900 }),
    tag: fc.integer({ min: 1, max: 900 }),
  }),
  fc.record({ kind: fc.constant('forget' as const), seq: fc.integer({ min: 1, max: 900 }) }),
  fc.record({
    kind: fc.constant('rename' as const),
    from: fc.integer({ min: 1, max: 900 }),
    to: fc.integer({ min: 1, max: 900 }),
  }),
  fc.record({
    kind: fc.constant('count' as const),
    day: fc.integer({ min: 1, max: 3 }),
    name: fc.integer({ min: 1, max: 200 }),
  }),
  fc.record({ kind: fc.constant('sweep' as const), at: fc.integer({ min: 0, max: 9 }) }),
);

function take({ sql }: Database, step: typeof aStep extends fc.Arbitrary<infer Step> ? Step : never): void {
  switch (step.kind) {
    case 'person':
      sql.exec('DELETE FROM people WHERE tag = ?', `tag-${step.tag}`);
      sql.exec(
        'INSERT OR REPLACE INTO people (seq, tag, body) VALUES (?, ?, ?)',
        step.seq,
        `tag-${step.tag}`,
        '{"é":1}',
      );
      return;
    case 'forget':
      sql.exec('DELETE FROM people WHERE seq = ?', step.seq);
      return;
    case 'rename':
      sql.exec('DELETE FROM people WHERE seq = ?', step.to);
      sql.exec('UPDATE people SET seq = ? WHERE seq = ?', step.to, step.from);
      return;
    case 'count':
      sql.exec(
        'INSERT INTO counts (day, name, events, doubled) VALUES (?, ?, 1, 2) ON CONFLICT DO UPDATE SET events = events + 1',
        `2026-11-0${step.day}`,
        `name-${step.name}`,
      );
      return;
    case 'sweep':
      sql.exec('DELETE FROM sweep');
      sql.exec('INSERT INTO sweep (due_at_ms) VALUES (?)', step.at);
      return;
    case 'copy':
  }
}

describe('a copy of a database', () => {
  it('has the content at the moment when copying ended, whatever was written during it', async () => {
    await inADatabase((database) => {
      fc.assert(
        fc.property(fc.array(aStep, { maxLength: 60 }), (steps) => {
          beginPaste(database, MIGRATIONS, 2);
          endPaste(database.sql);
          for (let seq = 1; seq <= 450; seq += 1)
            database.sql.exec('INSERT INTO people (seq, tag, body) VALUES (?, ?, null)', seq, `tag-${seq}`);
          database.sql.exec("INSERT INTO pictures VALUES ('one', x'00ff10')");
          let atEnd: Record<string, unknown[]> | undefined;
          const records: BackupRecord[] = [];
          const copy = copyTables(database, tableShapes(database.sql), () => (atEnd = contentOf(database)));

          for (const step of steps) {
            take(database, step);
            for (let count = 0; step.kind === 'copy' && count < step.records; count += 1) {
              const { value } = copy.next();
              if (value) records.push(value);
            }
          }
          records.push(...copy);
          paste(database, records, 2);

          expect(contentOf(database)).toEqual(atEnd);
        }),
        { numRuns: 40 },
      );
    });
  });

  it('leaves nothing in the database that it copied', async () => {
    await inADatabase((database) => {
      beginPaste(database, MIGRATIONS, 2);
      endPaste(database.sql);
      const before = database.sql.exec('SELECT name FROM sqlite_master ORDER BY name').toArray();

      for (const record of copyTables(database, tableShapes(database.sql))) expect(record.record).toBe('rows');

      expect(database.sql.exec('SELECT name FROM sqlite_master ORDER BY name').toArray()).toEqual(before);
    });
  });

  it('of an earlier release is brought to the newest schema when it is complete', async () => {
    await inADatabase((database) => {
      const rows: BackupRecord = {
        record: 'rows',
        table: 'counts',
        columns: ['day', 'name', 'events'],
        rows: [['2026-11-01', 'Lead', 3]],
      };

      paste(database, [rows], 1);

      expect(database.sql.exec('SELECT events, doubled FROM counts').toArray()).toEqual([{ events: 3, doubled: 6 }]);
      expect(migrated(database.sql)).toBe(2);
    });
  });

  it('keeps the schema of its release while it is being restored, through a restart', async () => {
    await inADatabase((database) => {
      beginPaste(database, MIGRATIONS, 1);

      migrate(database, MIGRATIONS);

      expect(migrated(database.sql)).toBe(1);
      expect(isPasting(database.sql)).toBe(true);
      endPaste(database.sql);
      expect(hasTable(database.sql, '_restoring')).toBe(false);
    });
  });

  it.each<[string, Extract<BackupRecord, { record: 'rows' | 'gone' }>, string]>([
    ['an unknown table', { record: 'rows', table: 'x', columns: ['a'], rows: [] }, 'the table x does not exist'],
    [
      'an unknown column',
      { record: 'rows', table: 'sweep', columns: ['rowid', 'at'], rows: [] },
      'expected the columns rowid, due_at_ms',
    ],
    [
      'a missing column',
      { record: 'rows', table: 'sweep', columns: ['rowid'], rows: [] },
      'expected the columns rowid, due_at_ms',
    ],
    [
      'a short row',
      { record: 'rows', table: 'sweep', columns: ['rowid', 'due_at_ms'], rows: [[1]] },
      'too many or too few',
    ],
    [
      'a row that the table refuses',
      { record: 'rows', table: 'sweep', columns: ['rowid', 'due_at_ms'], rows: [[1, null]] },
      'does not fit',
    ],
    [
      'a deletion by another column',
      { record: 'gone', table: 'people', columns: ['tag'], rows: [] },
      'expected the columns seq',
    ],
  ])('is refused when it has %s', async (_, record, detail) => {
    await inADatabase((database) => {
      beginPaste(database, MIGRATIONS, 2);

      expect(pasteRows(database, record)?.detail).toContain(detail);
    });
  });

  it.each([
    [3, 'a newer release'],
    [0, 'the version of its tables'],
  ])('with tables of version %i is refused', async (version, detail) => {
    await inADatabase((database) => {
      expect(beginPaste(database, MIGRATIONS, version)?.detail).toContain(detail);
    });
  });
});
