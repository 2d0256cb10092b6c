import { fieldsIn } from '../schema/fields.ts';
import type { Fields } from '../schema/fields.ts';
import { parseTime } from './event-time.ts';

/** The last moment that ISO 8601 has four digits of a year for. */
const MAX_TIME_MS = 253_402_300_799_999;

/**
 * Reads when the visitor was asked, where the sender says it: `at` beside the categories, an event's own before its batch's.
 *
 * @returns ISO 8601.
 */
export function consentTimeOf(context: Fields, besideBatch: unknown): string | undefined {
  const saidAtMs = [fieldsIn(context, 'consent')['at'], besideBatch]
    .map((at) => (typeof at === 'string' || typeof at === 'number' ? parseTime(at) : undefined))
    .find((ms) => ms !== undefined && ms <= MAX_TIME_MS);
  return saidAtMs === undefined ? undefined : new Date(saidAtMs).toISOString();
}
