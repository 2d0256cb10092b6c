import { logFault } from '../../objects/log-fault.ts';

/** A sieve that fails does so for every request, and each would write its own line. */
const LOG_EVERY_MS = 60_000;

let loggedAtMs = Number.NEGATIVE_INFINITY;

/**
 * Whether the first sieve against floods lets a request through. Where the sieve itself fails it is passed over: it saves
 * work, and nothing relies on it.
 */
export async function passesSieve(sieve: RateLimit, key: string): Promise<boolean> {
  try {
    const { success } = await sieve.limit({ key });
    return success;
  } catch (error) {
    const nowMs = Date.now();
    // Also after a clock that was put back.
    if (Math.abs(nowMs - loggedAtMs) >= LOG_EVERY_MS) {
      loggedAtMs = nowMs;
      logFault('collect.sieve', error);
    }
    return true;
  }
}
