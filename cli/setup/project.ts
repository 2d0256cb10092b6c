import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { CommandError, EXIT } from '../instance.ts';
import { readOwnSettings } from './own-settings.ts';

/**
 * Finds the clone of Directflight that is deployed: this folder, or one above it.
 *
 * @throws CommandError that says how to get one.
 */
export async function findProject(from: string): Promise<string> {
  const folder = await projectAt(from);
  if (folder === undefined)
    throw new CommandError(
      'setup deploys the Worker from a clone of Directflight. Clone the repository, run `npm ci` in it, then `npm run setup`.',
      EXIT.wrongUse,
    );
  return folder;
}

/**
 * Returns the names of the vars in the user's own settings; undefined outside of a clone, or if it has none yet.
 *
 * @throws CommandError when the settings are unreadable, or set something that belongs to the release.
 */
export async function ownVars(from: string): Promise<string[] | undefined> {
  const folder = await projectAt(from);
  const settings = folder === undefined ? undefined : await readOwnSettings(folder);
  return settings && Object.keys(Object(settings['vars']));
}

/** Finds the clone that has this folder; undefined outside of one. */
export async function projectAt(from: string): Promise<string | undefined> {
  for (let folder = from; ; folder = dirname(folder)) {
    if (await isProject(folder)) return folder;
    if (dirname(folder) === folder) return undefined;
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
