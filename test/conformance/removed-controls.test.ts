/** `npm run prove:controls` takes minutes. This checks that each of its entries still fits the code and SECURITY.md. */
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { placeOf } from '../faults/simulation/plant.ts';
import { REMOVED_CONTROLS } from './controls/removed-controls.ts';

const root = join(import.meta.dirname, '../..');

/** The rows of SECURITY.md by their numbers, such as T7. The row "R1, R2" counts as two. */
const rows = (await readFile(join(root, 'SECURITY.md'), 'utf8'))
  .split('\n')
  .filter((line) => /^\| [TRP]\d/.test(line))
  .flatMap((line) => (line.split('|')[1] ?? '').split(',').map((row) => ({ row: row.trim(), line })));

/** Its tests run the console in a browser. */
const WITHOUT_ENTRY = ['T18'];

describe('a control', () => {
  it.each(REMOVED_CONTROLS)('of $row can be removed in one place, so that the code "$without"', async (control) => {
    const source = await readFile(join(root, 'worker', control.file), 'utf8');

    expect(source.match(new RegExp(placeOf(control), 'g'))).toHaveLength(1);
    // Throws when it isn't a valid program any more.
    expect(stripTypeScriptTypes(source.replace(placeOf(control), () => control.replace))).not.toBe(source);
  });

  it.each(REMOVED_CONTROLS)('of $row has a test for "$without" that SECURITY.md names', async ({ row, test }) => {
    const line = rows.find((one) => one.row === row)?.line;

    expect(line).toContain(`\`test/${test.file}\``);
    expect(await readFile(join(root, 'test', test.file), 'utf8')).toContain(test.title);
  });
});

it('each row of SECURITY.md about strangers and people has a control that can be removed', () => {
  const proven = new Set(REMOVED_CONTROLS.map(({ row }) => row));

  expect(rows.map(({ row }) => row).filter((row) => !proven.has(row))).toEqual(WITHOUT_ENTRY);
});
