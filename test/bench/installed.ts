import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Installs packages that we are compared with. They aren't our dependencies: npm installs them in a folder under the
 * system's temporary one, where the next run finds them.
 *
 * @param packages With exact versions.
 * @returns The folder.
 */
export async function installed(packages: readonly string[]): Promise<string> {
  const key = createHash('sha256').update(packages.join()).digest('hex').slice(0, 12);
  const folder = join(tmpdir(), `directflight-bench-${key}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}-${process.pid}`;
  await mkdir(unfinished);
  await writeFile(join(unfinished, 'package.json'), '{ "private": true }');
  await promisify(execFile)(
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact', ...packages],
    { cwd: unfinished },
  );
  await rename(unfinished, folder);
  return folder;
}
