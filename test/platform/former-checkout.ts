import { execFile } from 'node:child_process';
import { access, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');

/**
 * The oldest version that works beside this one. A release moves it to itself, so that the next one is tested beside
 * it. This one has no alerts, hooks and backups yet, and stores deliveries in other rows.
 */
const FORMER = process.env['FORMER'] ?? '59775f0';

/**
 * Returns the folder of a former version's Worker, from git's history. A clone without it fetches it.
 *
 * @throws when git has no such commit.
 */
export async function formerCheckout(commit = FORMER): Promise<string> {
  const folder = join(ROOT, '.cache/former', commit);
  if (await isThere(folder)) return folder;
  const git = (...args: readonly string[]) => run('git', ['-C', ROOT, ...args]);
  await git('cat-file', '-e', `${commit}^{commit}`).catch(() => git('fetch', '--depth=1', 'origin', commit));
  const unpacked = `${folder}.${process.pid}`;
  await mkdir(unpacked, { recursive: true });
  await run('sh', ['-c', `git -C '${ROOT}' archive ${commit} worker package.json | tar -x -C '${unpacked}'`]);
  await rename(unpacked, folder);
  return folder;
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
