import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export type LocalSecrets = { ADMIN_TOKEN: string; ENCRYPTION_KEY: string };

/** Returns the local run's secrets. They are created once and stored, so that sealed data opens after a restart. */
export async function localSecrets(folder: string): Promise<LocalSecrets> {
  const path = join(folder, 'secrets.json');
  const kept = await readSecrets(path);
  const secrets = kept ?? {
    ADMIN_TOKEN: `dev-${randomBytes(18).toString('base64url')}`,
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  };
  if (kept === undefined) await writeFile(path, JSON.stringify(secrets), { mode: 0o600 });
  const { ADMIN_TOKEN, ENCRYPTION_KEY } = process.env;
  return {
    ADMIN_TOKEN: ADMIN_TOKEN ?? secrets.ADMIN_TOKEN,
    ENCRYPTION_KEY: ENCRYPTION_KEY ?? secrets.ENCRYPTION_KEY,
  };
}

async function readSecrets(path: string): Promise<LocalSecrets | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    // It is the first run, or the file is truncated; then nothing sealed with it can be opened anyway.
    return undefined;
  }
}
