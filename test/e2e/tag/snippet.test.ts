import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

import { transform } from 'esbuild';
import { expect, it } from 'vitest';

import { snippet, stub } from '../../../client/tag/snippet.ts';

const project = join(import.meta.dirname, '../../..');

it('contains the stub as esbuild minifies it', async () => {
  const source = await readFile(join(project, 'client/tag/stub.js'), 'utf8');

  const { code } = await transform(source, { minify: true, target: 'es2020' });

  expect(stub('_df')).toBe(code.trim());
});

it('adds at most 450 bytes of brotli to a page for the stub', () => {
  expect(brotliCompressSync(stub('_df')).length).toBeLessThanOrEqual(450);
});

it("finds its own tag's script when there are several", () => {
  expect(stub('other')).toContain(`querySelector("[data-global='other']")`);
  expect(stub('_df')).toContain('querySelector("[data-write-key^=wk_]")');
});

it('loads at most 2,700 bytes of brotli, or 3,100 of gzip', async () => {
  const script = await readFile(join(project, 'dist/client/df.js'));

  expect(brotliCompressSync(script).length).toBeLessThanOrEqual(2_700);
  expect(gzipSync(script, { level: 9 }).length).toBeLessThanOrEqual(3_100);
});

it('loads at most 2,400 bytes of brotli when the collector keeps all cookies', async () => {
  const script = await readFile(join(project, 'dist/client/df-core.js'));

  expect(brotliCompressSync(script).length).toBeLessThanOrEqual(2_400);
});

it('loads at most 2,200 more bytes of brotli to read a consent platform', async () => {
  const script = await readFile(join(project, 'dist/client/df-consent.js'));

  expect(brotliCompressSync(script).length).toBeLessThanOrEqual(2_200);
});

it('escapes its attributes, and refuses a name that would be code', () => {
  expect(snippet({ src: '/df.js"><script>alert(1)</script>', writeKey: 'wk_"&' })).toContain(
    'src="/df.js&quot;>&lt;script>alert(1)&lt;/script>" data-write-key="wk_&quot;&amp;"',
  );
  expect(() => stub('x;alert(1)')).toThrow(/expected letters/);
});
