/**
 * The Worker of this checkout, prepared once for a whole run of tests. Otherwise each of a hundred processes would load
 * wrangler and bundle the Worker anew, which takes four seconds of computing time.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { prepareWorker, type PreparedWorker } from '../../scripts/local-worker.ts';

/** The environment variable with the folder. Only the set-up of Vitest sets it. */
const FOLDER = 'PREPARED_WORKER';
const SETTINGS = 'settings.json';

type Settings = Omit<PreparedWorker, 'modules'> & { names: string[] };

/**
 * Prepares the Worker for every process that is started from here.
 *
 * @returns What deletes it.
 */
export async function prepareForAll(): Promise<() => Promise<void>> {
  const [folder, { modules, ...settings }] = await Promise.all([
    mkdtemp(join(tmpdir(), 'directflight-prepared-')),
    prepareWorker(),
  ]);
  const stored: Settings = { ...settings, names: [...modules.keys()] };
  await Promise.all([
    writeFile(join(folder, SETTINGS), JSON.stringify(stored)),
    ...[...modules].map(([name, contents]) => writeFile(join(folder, name), contents)),
  ]);
  process.env[FOLDER] = folder;
  return () => rm(folder, { recursive: true, force: true });
}

/** Returns the prepared Worker; undefined outside a run of Vitest, where it could be an old one. */
export async function preparedWorker(): Promise<PreparedWorker | undefined> {
  const folder = process.env[FOLDER];
  if (folder === undefined) return undefined;
  const { names, ...settings }: Settings = JSON.parse(await readFile(join(folder, SETTINGS), 'utf8'));
  const modules = await Promise.all(
    names.map(async (name) => [name, new Uint8Array(await readFile(join(folder, name)))] as const),
  );
  return { ...settings, modules: new Map(modules) };
}
