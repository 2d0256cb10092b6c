import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { CommandError, EXIT } from '../instance.ts';

/**
 * Finds the clone of Directflight that is deployed: this folder, or one above it.
 *
 * @throws CommandError that says how to get one.
 */
export async function findProject(from: string): Promise<string> {
  for (let folder = from; ; folder = dirname(folder)) {
    if (await isProject(folder)) return folder;
    if (dirname(folder) === folder)
      throw new CommandError(
        'setup deploys the Worker from a clone of Directflight. Clone the repository, run `npm ci` in it, then `npm run setup`.',
        EXIT.wrongUse,
      );
  }
}

/** The package alone has no wrangler.toml. */
async function isProject(folder: string): Promise<boolean> {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    await access(join(folder, 'wrangler.toml'));
    return Object(manifest).name === 'directflight';
  } catch {
    // One of the two files isn't there.
    return false;
  }
}
