import { logFault } from '../../objects/log-fault.ts';

/** Limits log lines: if the sieve fails, it fails for every request. */
const LOG_EVERY_MS = 60_000;

let loggedAtMs = Number.NEGATIVE_INFINITY;

/**
 * Returns whether the first sieve against floods lets a request through. If the sieve itself fails, the request passes:
 * it only saves work, and nothing relies on it.
 */
export async function passesSieve(sieve: RateLimit, key: string): Promise<boolean> {
  try {
    const { success } = await sieve.limit({ key });
    return success;
  } catch (error) {
    const nowMs = Date.now();
    // Also true after the clock was set back.
    if (Math.abs(nowMs - loggedAtMs) >= LOG_EVERY_MS) {
      loggedAtMs = nowMs;
      logFault('collect.sieve', error);
    }
    return true;
  }
}
