/**
 * F12: a static file under the base path costs nothing. If there is no file, the Worker is called, which is charged.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { buildClient } from '../../scripts/build.ts';

let outDir: string;
let paths: string[];
beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'directflight-client-'));
  paths = [...(await buildClient({ demo: false, outDir, basePath: '/_df/' })).keys()];
});
afterAll(() => rm(outDir, { recursive: true }));

it('every file is also under the base path, but those that the Worker adapts to the region', () => {
  const missing = paths.filter((path) => !path.startsWith('_') && !paths.includes(`_df/${path}`));

  expect(missing.toSorted()).toEqual(['df-core.js', 'df.js']);
});

it('files under the base path have the same headers', async () => {
  const headers = (await readFile(join(outDir, '_headers'), 'utf8')).trimEnd();
  const ruleOf = (path: string): string | undefined =>
    headers.split('\n\n').find((rule) => rule.startsWith(`${path}\n`));

  for (const path of ['/df/*', '/df-*', '/console', '/console/*'])
    expect(ruleOf(`/_df${path}`)?.split('\n').slice(1)).toEqual(ruleOf(path)?.split('\n').slice(1));
});
