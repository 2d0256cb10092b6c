import { takeAllowance } from '../domain/collect/event-allowance.ts';
import type { Allowance } from '../domain/collect/event-allowance.ts';
import type { PublishedKey } from '../schema/settings/source-config.ts';

/** Returns what the registry has under a KV key, as JSON. */
export type AskRegistry = (key: string) => Promise<string | undefined>;

/**
 * The most keys for which one isolate asks the registry in a minute. Anybody can make up keys, so without a limit they
 * could keep the registry busy.
 */
const PER_MINUTE = 300;

/** KV doesn't have the key, and the registry can't be asked now. */
export class UnknownForNow extends Error {
  override name = 'UnknownForNow';
}

/** The count is in memory only, so a new isolate may ask again. */
let allowance: Allowance | undefined;

/**
 * Asks the registry for a key that KV doesn't have. KV may not have it yet: each location of Cloudflare remembers for a
 * minute that a key was missing (https://developers.cloudflare.com/kv/concepts/how-kv-works/, read 2026-11).
 *
 * @throws UnknownForNow when the registry can't be asked, or was asked too often.
 */
export async function askForKey(key: string, ask: AskRegistry, nowMs: number): Promise<PublishedKey | undefined> {
  const taken = takeAllowance(allowance, { perMinute: PER_MINUTE, events: 1, nowMs });
  if (taken.kind === 'too_fast') throw new UnknownForNow('The registry was asked for too many unknown keys');
  ({ allowance } = taken);
  const published = await asked(key, ask);
  // The registry wrote it, from a value of this type.
  return published === undefined ? undefined : JSON.parse(published);
}

async function asked(key: string, ask: AskRegistry): Promise<string | undefined> {
  try {
    return await ask(key);
  } catch (error) {
    throw new UnknownForNow('The registry did not answer', { cause: error });
  }
}

export function forgetQuestions(): void {
  allowance = undefined;
}
