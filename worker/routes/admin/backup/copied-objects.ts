import type { Env } from '../../../env.ts';
import type { CopiedInBackups } from '../../../objects/copy/copied-in-backups.ts';
import type { BackupPlace } from '../../../schema/backup.ts';

type Registry = ReturnType<Env['REGISTRY']['getByName']>;

/** An object in a backup that is reached by calls. */
type Reached = {
  [Method in keyof CopiedInBackups]: (
    ...args: Parameters<CopiedInBackups[Method]>
  ) => Promise<Awaited<ReturnType<CopiedInBackups[Method]>>>;
};

/**
 * The bindings of Durable Objects that are not part of a backup, with the reason. A test checks that all others are.
 */
export const NOT_BACKED_UP: Readonly<Record<string, string>> = {
  PAYLOAD_KEYS: 'the pages of keys are copied with their outbox',
  RATE_LIMITER: 'the requests of the current day and minute: a restored instance begins with full limits',
};

/** Returns an object by its place in a backup. The registry has functions of its own. */
export function copiedObject(env: Env, { object, name }: Pick<BackupPlace, 'object' | 'name'>): Reached {
  switch (object) {
    case 'outbox':
      return env.OUTBOX.getByName(name);
    case 'tally':
      return env.TALLY.getByName(name);
    case 'refusals':
      return env.REFUSALS.getByName(name);
    case 'imports':
      return env.IMPORTS.getByName(name);
    case 'credentials':
      return env.CREDENTIALS.getByName(name);
    case 'alerts':
      return env.ALERTS.getByName(name);
    case 'registry':
      throw new Error('The registry keeps its part of a backup until the rest is restored');
  }
}

export function registryOf(env: Pick<Env, 'REGISTRY'>): Registry {
  return env.REGISTRY.getByName('registry');
}
