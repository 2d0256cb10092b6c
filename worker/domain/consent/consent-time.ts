import type { Fields } from '../../schema/fields.ts';
import { parseTime } from '../time/parse-time.ts';

/** The last moment with a four-digit year, as in ISO 8601. */
const MAX_TIME_MS = 253_402_300_799_999;

/**
 * Reads when the visitor was asked, from `at` or `said_at` beside the categories. The event's own value comes before
 * its batch's.
 *
 * @returns ISO 8601.
 */
export function consentTimeOf(places: readonly Fields[]): string | undefined {
  const saidAtMs = places
    .flatMap(({ at, said_at: saidAt }) => [at, saidAt])
    .map((at) => (typeof at === 'string' || typeof at === 'number' ? parseTime(at) : undefined))
    .find((ms) => ms !== undefined && ms <= MAX_TIME_MS);
  return saidAtMs === undefined ? undefined : new Date(saidAtMs).toISOString();
}
