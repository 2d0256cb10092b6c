import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { LOCAL_TOKEN_PREFIX } from '../cli/setup/secrets.ts';
import { giveUp } from './give-up.ts';

const KEY_BYTES = 32;

export type LocalSecrets = { ADMIN_TOKEN: string; ENCRYPTION_KEY: string };

/** Returns the local run's secrets. They are created once and stored, so that sealed data opens after a restart. */
export async function localSecrets(folder: string): Promise<LocalSecrets> {
  const path = join(folder, 'secrets.json');
  const kept = await readSecrets(path);
  const secrets = kept ?? {
    ADMIN_TOKEN: `${LOCAL_TOKEN_PREFIX}${randomBytes(18).toString('base64url')}`,
    ENCRYPTION_KEY: randomBytes(KEY_BYTES).toString('base64'),
  };
  if (kept === undefined) await writeFile(path, JSON.stringify(secrets), { mode: 0o600 });
  return { ...secrets, ...secretsOfEnvironment() };
}

/** Returns the secrets that a person set. */
export function secretsOfEnvironment(): Partial<LocalSecrets> {
  const { ADMIN_TOKEN, ENCRYPTION_KEY } = process.env;
  if (ADMIN_TOKEN?.trim() === '')
    giveUp('ADMIN_TOKEN is empty. Set a token, or unset it: then one is made and printed');
  if (ENCRYPTION_KEY !== undefined && !isKeyRing(ENCRYPTION_KEY))
    giveUp(
      'ENCRYPTION_KEY is not base64 of 32 bytes, or several of them with commas between. `openssl rand -base64 32` makes one; unset, one is made and kept',
    );
  return {
    ...(ADMIN_TOKEN !== undefined && { ADMIN_TOKEN }),
    ...(ENCRYPTION_KEY !== undefined && { ENCRYPTION_KEY }),
  };
}

/** As `parseKeyRing` of the Worker, which needs a newer Node than the one that runs this. */
function isKeyRing(text: string): boolean {
  return text.split(',').every((part) => isKey(part.trim()));
}

function isKey(text: string): boolean {
  const bytes = Buffer.from(text, 'base64');
  // Node reads any text, so it is written again and compared.
  return bytes.length === KEY_BYTES && bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
}

async function readSecrets(path: string): Promise<LocalSecrets | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    // It is the first run, or the file is truncated; then nothing sealed with it can be opened anyway.
    return undefined;
  }
}
