import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

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
  await rm(outDir, { recursive: true });

  expect(files).toContain('index.js');
  for (const binding of ['CONFIG', 'REGISTRY', 'OUTBOX', 'REFUSALS', 'CREDENTIALS', 'RATE_LIMITER', 'ASSETS'])
    expect(stdout).toContain(`env.${binding}`);
});
