import type { Source } from '../../schema/settings/source.ts';
import type { RefusalCount } from './refusal-count.ts';
import { statusOf } from './refusal-view.ts';

type RefusedHour = RefusalCount & { lastAtMs: number };
type Settings = Pick<Source, 'allowed_origins' | 'require_origin' | 'max_events_per_minute' | 'updated_at'>;

/**
 * Counts the refused events that nobody has dealt with: those that the source's settings would refuse again. An origin
 * that is allowed now is not counted, and neither are events above a limit that has since been removed or changed.
 * Whether a page or server has been corrected can't be known, so other refusals always count.
 */
export function stillRefused(hours: readonly RefusedHour[], settings: Settings): number {
  return hours
    .filter((hour) => !isDealtWith(hour, settings))
    .reduce((sum, hour) => sum + hour.events - allowedSince(hour, settings), 0);
}

/** Counts the refused events whose origin has been allowed since. They aren't stored, so they are lost. */
export function refusedBefore(hours: readonly RefusedHour[], settings: Settings): number {
  return hours.reduce((sum, hour) => sum + allowedSince(hour, settings), 0);
}

/** Checks whether the limit that caused the refusals of an hour was removed, or changed after the last of them. */
export function isDealtWith(
  { reason, lastAtMs }: Pick<RefusedHour, 'reason' | 'lastAtMs'>,
  { max_events_per_minute: limit, updated_at: updatedAt }: Settings,
): boolean {
  return reason === 'rate_limited' && (limit === null || lastAtMs < Date.parse(updatedAt));
}

function allowedSince({ reason, events, names }: RefusedHour, settings: Settings): number {
  if (reason !== 'origin_not_allowed') return 0;
  // Without a list, every origin is allowed, including those that were not stored by name because there were too many.
  if (settings.allowed_origins.length === 0 && !settings.require_origin) return events;
  return names
    .filter(({ name }) => statusOf(name, settings) === 'allowed')
    .reduce((sum, named) => sum + named.events, 0);
}
