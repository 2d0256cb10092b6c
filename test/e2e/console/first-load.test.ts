import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

import { expect, it } from 'vitest';

const built = join(import.meta.dirname, '../../../dist/client');

/** The limit for everything that a first visit loads. */
const MAX_BYTES = 150 * 1024;

it('the console loads less than 150 KB in total, brotli', async () => {
  const files = ['console.html', ...(await readdir(join(built, 'console'))).map((name) => `console/${name}`)];
  const sizes = await Promise.all(
    files.map(async (file) => brotliCompressSync(await readFile(join(built, file))).length),
  );

  expect(files).toEqual(['console.html', 'console/console.css', 'console/console.js']);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(MAX_BYTES);
});
