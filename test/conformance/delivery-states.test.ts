/** Only `worker/objects/outbox/delivery-states.ts` changes a delivery, and the docs show its state diagram. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const OWNER = 'worker/objects/outbox/delivery-states.ts';

/** Matches SQL that writes to the table, with any spacing, spelling or quotes. */
const WRITES =
  /\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM|DROP\s+TABLE(?:\s+IF\s+EXISTS)?)\s+["'`[]?deliveries\b/i;

/** Returns the lines of a diagram, without comment marks. */
function diagramIn(text: string): string[] {
  const [, diagram = ''] = /```mermaid\n([\s\S]*?)```/.exec(text.replaceAll(/^ \* ?/gm, '')) ?? [];
  return diagram
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

describe('a delivery', () => {
  it('is changed only by the SQL of one file, apart from the mark that no index has it', async () => {
    const paths = (await readdir(join(root, 'worker'), { recursive: true }))
      .filter((path) => path.endsWith('.ts'))
      .map((path) => join('worker', path));

    const writing = await Promise.all(
      paths.map(async (path) => (WRITES.test(await readFile(join(root, path), 'utf8')) ? [path] : [])),
    );

    expect(writing.flat().toSorted()).toEqual([OWNER, 'worker/objects/outbox/sending/fresh-deliveries.ts'].toSorted());
  });

  it.each([
    "UPDATE deliveries SET state = 'dead'",
    "update\n  deliveries set state = 'dead'",
    'UPDATE OR IGNORE deliveries SET state = ?',
    'INSERT OR REPLACE INTO deliveries VALUES (1)',
    'REPLACE INTO "deliveries" VALUES (1)',
    'DELETE FROM deliveries',
  ])('is recognized as changed by `%s`', (sql) => {
    expect(sql).toMatch(WRITES);
  });

  it('has the same diagram in the code and in the docs', async () => {
    const [code, docs] = await Promise.all(
      [OWNER, 'docs/delivery.md'].map((path) => readFile(join(root, path), 'utf8')),
    );

    expect(diagramIn(code ?? '').length).toBeGreaterThan(10);
    expect(diagramIn(docs ?? '')).toEqual(diagramIn(code ?? ''));
  });
});
