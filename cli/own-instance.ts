import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { OWN_SETTINGS, readOwnSettings } from './setup/own-settings.ts';
import { projectAt } from './setup/project.ts';
import { SECRETS_FILE } from './setup/secrets.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the variables of `Instance`. In a clone that `npm run setup` has deployed, they default to its instance. The
 * clone's token is never used for an address that somebody gave, because that may be another instance.
 *
 * @param say Tells a person which instance it is.
 * @throws CommandError when the clone's settings are unreadable.
 */
export async function withOwnInstance(
  environment: Environment,
  { from, say }: { from: string; say: (line: string) => void },
): Promise<Environment> {
  if (isSet(environment['DIRECTFLIGHT_URL'])) return environment;
  const folder = await projectAt(from);
  const url = folder === undefined ? undefined : await ownUrl(folder);
  if (folder === undefined || url === undefined) return environment;
  const given = environment['DIRECTFLIGHT_TOKEN'];
  const token = isSet(given) ? given : await ownToken(folder);
  if (token === undefined) return environment;
  say(`${url} (${OWN_SETTINGS})`);
  return { ...environment, DIRECTFLIGHT_URL: url, DIRECTFLIGHT_TOKEN: token };
}

const isSet = (value: string | undefined): value is string => value !== undefined && value !== '';

/** Setup has written both. */
async function ownUrl(folder: string): Promise<string | undefined> {
  const { PUBLIC_URL: origin, BASE_PATH: path = '' } = Object((await readOwnSettings(folder))?.['vars']);
  return typeof origin === 'string' && origin !== '' ? `${origin}${String(path)}` : undefined;
}

async function ownToken(folder: string): Promise<string | undefined> {
  try {
    const { ADMIN_TOKEN: token } = Object(JSON.parse(await readFile(join(folder, SECRETS_FILE), 'utf8')));
    return typeof token === 'string' ? token : undefined;
  } catch {
    // The person has moved it to a safe place.
    return undefined;
  }
}
