import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/**
 * The largest size of the modules, in bytes of gzip. These numbers only go down. The targets are 120,000 for a collector
 * request and 180,000 in all (docs/benchmarks.md).
 */
const BUDGETS = { ofACollectorRequest: 280_500, ofAllModules: 306_000 };

it('the Worker can be deployed: wrangler accepts it', async () => {
  const outDir = await mkdtemp(join(tmpdir(), 'directflight-deploy-'));

  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(root, 'node_modules/wrangler/bin/wrangler.js'), 'deploy', '--dry-run', '--outdir', outDir],
    {
      cwd: root,
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true', NO_COLOR: '1' },
    },
  );
  const files = await readdir(outDir);
  const modules = files.filter((name) => /\.m?js$/.test(name));
  const sizes = new Map(
    await Promise.all(
      modules.map(
        async (name) => [name, gzipSync(await readFile(join(outDir, name)), { level: 9 }).byteLength] as const,
      ),
    ),
  );
  await rm(outDir, { recursive: true });

  expect(files).toContain('index.js');
  // Only `liquid.mjs` is loaded later.
  expect(sizes.get('index.js')).toBeLessThanOrEqual(BUDGETS.ofACollectorRequest);
  expect([...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(BUDGETS.ofAllModules);
  for (const binding of ['CONFIG', 'REGISTRY', 'OUTBOX', 'REFUSALS', 'CREDENTIALS', 'RATE_LIMITER', 'ASSETS'])
    expect(stdout).toContain(`env.${binding}`);
});
