import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { Wrangler } from './wrangler.ts';

/** Where secrets that setup made are kept, below the clone, unless the person names another file. */
export const SECRETS_FILE = '.directflight/secrets.json';

/** What the tokens that `npm run dev` makes begin with. README has people export such a token. */
export const LOCAL_TOKEN_PREFIX = 'dev-';

const NAMES = ['ADMIN_TOKEN', 'ENCRYPTION_KEY'] as const;
type Secrets = Partial<Record<(typeof NAMES)[number], string>>;

export type StoredSecrets = {
  /** The secrets that this machine has. */
  readonly known: Secrets;
  /** The secrets that this run has created. */
  readonly made: readonly string[];
  /** Where a person finds the ADMIN_TOKEN that the Worker has; undefined if this machine may not know it. */
  readonly tokenFrom: 'file' | 'environment' | undefined;
  /** Whether the environment has the token of `npm run dev`, which wasn't used. */
  readonly isLocalTokenIgnored: boolean;
};

/**
 * Stores the secrets that the deployed Worker doesn't have. A secret that is neither in the environment nor in the file
 * is created. It is on this machine's disk before it is sent to Cloudflare, so that a crash in between loses no key.
 *
 * @param file The file for the created secrets, of which the person keeps a copy.
 * @throws CommandError
 */
export async function storeSecrets(
  wrangler: Wrangler,
  { file, environment }: { file: string; environment: NodeJS.ProcessEnv },
): Promise<StoredSecrets> {
  const listed: { name: string }[] = JSON.parse((await wrangler.run(['secret', 'list'])).stdout);
  const missing = NAMES.filter((name) => !listed.some((secret) => secret.name === name));
  const kept = await readKept(file);
  const given = Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = environment[name];
      return value === undefined || value.trim() === '' || isLocal(name, value) ? [] : [[name, value] as const];
    }),
  );
  const known: Secrets = { ...kept, ...given };
  const made = missing.filter((name) => known[name] === undefined);
  for (const name of made) known[name] = MAKE[name]();
  if (made.length > 0) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify({ ...kept, ...pick(known, made) }, null, 2)}\n`, { mode: 0o600 });
  }
  if (missing.length > 0) await wrangler.run(['secret', 'bulk'], { input: JSON.stringify(pick(known, missing)) });
  return {
    known,
    made,
    tokenFrom: tokenFrom({ isNew: missing.includes('ADMIN_TOKEN'), isGiven: 'ADMIN_TOKEN' in given, known }),
    isLocalTokenIgnored: isLocal('ADMIN_TOKEN', environment['ADMIN_TOKEN'] ?? ''),
  };
}

/** A token that was exported for the local run would otherwise be the deployed one, in the same terminal. */
const isLocal = (name: string, value: string): boolean =>
  name === 'ADMIN_TOKEN' && value.startsWith(LOCAL_TOKEN_PREFIX);

function tokenFrom({
  isNew,
  isGiven,
  known,
}: {
  isNew: boolean;
  isGiven: boolean;
  known: Secrets;
}): StoredSecrets['tokenFrom'] {
  // One that was stored earlier may be another one than this terminal's.
  if (isGiven) return isNew ? 'environment' : undefined;
  return known.ADMIN_TOKEN === undefined ? undefined : 'file';
}

const MAKE = {
  ADMIN_TOKEN: () => randomBytes(24).toString('base64url'),
  ENCRYPTION_KEY: () => randomBytes(32).toString('base64'),
};

function pick(secrets: Secrets, names: readonly (keyof Secrets)[]): Secrets {
  return Object.fromEntries(names.map((name) => [name, secrets[name]]));
}

async function readKept(file: string): Promise<Secrets> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}
