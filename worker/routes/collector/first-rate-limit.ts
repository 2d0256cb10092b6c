import { logFault } from '../../objects/log-fault.ts';

/** How often a failing limiter is logged: when it fails, it fails for every request. */
const LOG_EVERY_MS = 60_000;

let loggedAtMs = Number.NEGATIVE_INFINITY;

/**
 * Returns whether the first flood limit lets a request through. If the limiter itself fails, the request passes,
 * because this limit only saves work.
 */
export async function passesFirstLimit(limit: RateLimit, key: string): Promise<boolean> {
  try {
    const { success } = await limit.limit({ key });
    return success;
  } catch (error) {
    const nowMs = Date.now();
    // The absolute value, so that a clock that was set back does not stop the log.
    if (Math.abs(nowMs - loggedAtMs) >= LOG_EVERY_MS) {
      loggedAtMs = nowMs;
      logFault('collect.first_limit', error);
    }
    return true;
  }
}
