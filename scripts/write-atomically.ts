import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file so that a reader sees the old one or the new one, never half of either.
 *
 * Two `npm run dev` may build the same folder at the same time, and wrangler watches it, so the unfinished file is
 * written outside the folder.
 *
 * @param root The watched folder; the unfinished file is beside it.
 */
export async function writeAtomically(root: string, path: string, content: string | Uint8Array): Promise<void> {
  const target = join(root, path);
  const unfinished = join(dirname(root), `.${basename(path)}.${process.pid}.${crypto.randomUUID()}`);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(unfinished, content);
  await rename(unfinished, target);
}
