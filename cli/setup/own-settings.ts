import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { applyEdits, modify, parse, type ParseError, printParseErrorCode } from 'jsonc-parser';

import { CommandError, EXIT } from '../instance.ts';

/**
 * The file for a user's own settings. It is not in the repository, so an upgrade never causes a merge conflict. It has
 * the keys of wrangler's configuration, and overrides wrangler.toml.
 */
export const OWN_SETTINGS = 'wrangler.local.jsonc';

export type Settings = Readonly<Record<string, unknown>>;

/** Settings that belong to a release. An old value in the user's file would break the next release, or lose data. */
const OF_THE_RELEASE = [
  'main',
  'no_bundle',
  'base_dir',
  'find_additional_modules',
  'rules',
  'build',
  'assets',
  'durable_objects',
  'exports',
  'migrations',
  'compatibility_date',
  'compatibility_flags',
  'env',
];

/**
 * Reads the user's own settings.
 *
 * @returns Undefined if there are none yet.
 * @throws CommandError when the file is unreadable or sets something that belongs to the release.
 */
export async function readOwnSettings(folder: string): Promise<Settings | undefined> {
  const text = await readText(folder);
  if (text === undefined) return undefined;
  const errors: ParseError[] = [];
  const settings: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined)
    throw new CommandError(
      `Cannot read ${OWN_SETTINGS}: ${printParseErrorCode(error.error)} in line ${lineOf(text, error.offset)}.`,
      EXIT.wrongUse,
    );
  if (!isObject(settings)) throw new CommandError(`Expected an object in ${OWN_SETTINGS}.`, EXIT.wrongUse);
  const foreign = Object.keys(settings).find((key) => OF_THE_RELEASE.includes(key));
  if (foreign !== undefined)
    throw new CommandError(`Remove "${foreign}" from ${OWN_SETTINGS}: it belongs to the release.`, EXIT.wrongUse);
  return settings;
}

/** Changes some of the user's own settings. Comments and everything else in the file stay. A value of undefined removes one. */
export async function writeOwnSettings(
  folder: string,
  changes: readonly (readonly [path: readonly string[], value: unknown])[],
): Promise<void> {
  const text = (await readText(folder)) ?? NEW_FILE;
  const changed = changes.reduce(
    (json, [path, value]) =>
      applyEdits(json, modify(json, [...path], value, { formattingOptions: { insertSpaces: true, tabSize: 2 } })),
    text,
  );
  if (changed !== text) await writeFile(join(folder, OWN_SETTINGS), changed);
}

const NEW_FILE = `// Your own settings, over those of wrangler.toml. Git ignores this file, so keep a copy of it.
// All keys: https://developers.cloudflare.com/workers/wrangler/configuration/
{
  "$schema": "./node_modules/wrangler/config-schema.json"
}
`;

/**
 * Lays a user's own settings over the release's. Objects are merged, also those in lists of bindings, by their name;
 * other values are replaced.
 *
 * @example
 * merged({ vars: { BASE_PATH: '', A: '1' } }, { vars: { BASE_PATH: '/_df' } }) // { vars: { BASE_PATH: '/_df', A: '1' } }
 */
export function merged(release: Settings, own: Settings): Settings {
  const result: Record<string, unknown> = { ...release };
  for (const [key, value] of Object.entries(own)) {
    if (key === '$schema') continue;
    result[key] = mergedValue(result[key], value);
  }
  return result;
}

function mergedValue(release: unknown, own: unknown): unknown {
  if (isObject(release) && isObject(own)) return merged(release, own);
  if (!isNamedList(release) || !isNamedList(own)) return own;
  const byName = new Map(release.map((item) => [nameOf(item), item]));
  for (const item of own) byName.set(nameOf(item), merged(byName.get(nameOf(item)) ?? {}, item));
  return [...byName.values()];
}

function isObject(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNamedList(value: unknown): value is Settings[] {
  return Array.isArray(value) && value.every((item) => isObject(item) && nameOf(item) !== undefined);
}

const nameOf = (item: Settings): unknown => item['binding'] ?? item['name'];

async function readText(folder: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, OWN_SETTINGS), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;
