import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

import { expect, it } from 'vitest';

const built = join(import.meta.dirname, '../../../dist/client');

/** The limit for everything that a first visit loads, with the library of the charts on Home. */
const MAX_BYTES = 120_000;

const LATER = /^(?:access|alerts|imports|mapping-editor)-\w+\.js$/;

it('the console loads less than 120 KB in total, brotli, and its rare pages only when they are opened', async () => {
  const page = await readFile(join(built, 'console.html'), 'utf8');
  const named = [...page.matchAll(/(?:href|src)="\.\/console\/([^"]+)"/g)].map(([, name = '']) => name);
  const files = await readdir(join(built, 'console'));
  const chart = files.filter((name) => name.startsWith('uPlot'));
  const first = ['console.html', ...[...named, ...chart].map((name) => `console/${name}`)];
  const sizes = await Promise.all(
    first.map(async (file) => brotliCompressSync(await readFile(join(built, file))).length),
  );

  expect(named).toEqual(expect.arrayContaining(['console.css', 'console.js']));
  expect(named.filter((name) => LATER.test(name))).toEqual([]);
  expect(files.filter((name) => LATER.test(name)).map((name) => name.replace(/-\w+\.js$/, ''))).toEqual([
    'access',
    'alerts',
    'imports',
    'mapping-editor',
  ]);
  expect(chart).toHaveLength(1);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(MAX_BYTES);
});
