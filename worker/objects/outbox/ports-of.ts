import type { Env } from '../../env.ts';
import { SOURCE_DEFAULTS } from '../../schema/settings/source.ts';
import { vaultName } from '../credentials/vault-of.ts';
import { logFault } from '../log-fault.ts';
import { logRequest } from '../log-request.ts';
import { placed } from '../placement.ts';
import { limiterOf } from '../rate-limiter/limiter-of.ts';
import { waitOrAbort } from '../wait-or-abort.ts';
import type { PayloadKeys } from './keys/payload-keys.ts';
import type { Ports } from './ports.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Returns what an outbox needs from the platform. */
export function portsOf(ctx: DurableObjectState, bindings: Env, payloads: PayloadKeys): Ports {
  const env = placed(bindings);
  const { storage } = ctx;
  /** The vault of each integration, as last read. A refused token is reported to the vault that it came from. */
  const vaults = new Map<string, string>();
  return {
    sourceId: ctx.id.name,
    payloads,
    database: { sql: storage.sql, transaction: (work) => storage.transactionSync(work) },
    databaseBytes: () => storage.sql.databaseSize,
    written: () => storage.sync(),
    now: () => Date.now(),
    random: () => Math.random(),
    sleep: waitOrAbort,
    alarm: {
      get: () => storage.getAlarm(),
      set: (atMs) => storage.setAlarm(atMs),
      clear: () => storage.deleteAlarm(),
    },
    isSourceBack: async () =>
      ctx.id.name === undefined || (await env.REGISTRY.getByName('registry').source(ctx.id.name)) !== undefined,
    retention: async () => {
      const source = await env.REGISTRY.getByName('registry').source(ctx.id.name ?? '');
      const { retention_days: days, dead_letter_days: deadLetterDays } = source ?? SOURCE_DEFAULTS;
      return { eventsMs: days * DAY_MS, deadLettersMs: deadLetterDays * DAY_MS };
    },
    integration: async (id) => {
      const found = await env.REGISTRY.getByName('registry').integration(id);
      if (found === undefined) vaults.delete(id);
      else vaults.set(id, vaultName(found));
      return found;
    },
    access: (id) => env.CREDENTIALS.getByName(vaults.get(id) ?? id).access(),
    refused: (id, tokenId) => env.CREDENTIALS.getByName(vaults.get(id) ?? id).refused(tokenId),
    limiter: (key) => limiterOf(env, key),
    sending: () => import('../later.ts'),
    send: async (request) => {
      const { sendConversions } = await import('../later.ts');
      return sendConversions(
        { ...request, apiUrl: env.LINKEDIN_API_URL },
        { fetch: (...args) => fetch(...args), now: () => Date.now() },
      );
    },
    viewers: ctx,
    log: logFault,
    logRequest,
  };
}
