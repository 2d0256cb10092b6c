import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');

export type DeployableCopy = { readonly folder: string; remove(): Promise<void> };

/**
 * Copies the project as a clone would have it, so that a test can set it up without touching a person's own settings.
 * It uses this project's `node_modules`.
 */
export async function deployableCopy(): Promise<DeployableCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'directflight-clone-'));
  const { stdout } = await promisify(execFile)('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: root,
    maxBuffer: 16 * 1024 * 1024,
  });
  // Tests are not part of a deploy, except for the sandbox, because the build publishes its types.
  const paths = stdout
    .split('\n')
    .filter((path) => path !== '' && (!path.startsWith('test/') || path.startsWith('test/sandbox/')));
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await cp(join(root, path), join(folder, path)).catch((error: unknown) => {
      // Deleted, and not committed yet.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    });
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
