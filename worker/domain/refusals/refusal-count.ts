import { isRefusalReason, NO_ORIGIN, OTHER_NAMES } from '../../schema/events/refusal.ts';
import type { RefusalReason } from '../../schema/events/refusal.ts';
import { mergedNames } from '../privacy/frequent-names.ts';
import type { NamedCount } from '../privacy/frequent-names.ts';

/** Longer than any origin that an owner would recognise. */
const MAX_ORIGIN_CHARS = 200;

/** The number of refusals for one reason, and the origins or fields behind them. */
export type RefusalCount = { reason: RefusalReason; requests: number; events: number; names: readonly NamedCount[] };

/** An event that was refused individually, not with its whole request. */
export type RefusedEvent = { code: string; pointer?: string };

/**
 * Counts the refusals of one request.
 *
 * @param request.code The problem that was answered. Undefined when the other events of the request were accepted.
 * @param request.events The number of events in the request. Undefined when it could not be read.
 * @param request.rejected The events that were refused individually.
 * @returns At most one count per reason. Empty when nothing was refused.
 */
export function refusalsOf({
  code,
  origin,
  events,
  rejected,
}: {
  code: string | undefined;
  origin: string | null;
  events: number | undefined;
  rejected: readonly RefusedEvent[];
}): RefusalCount[] {
  if (code === undefined || rejected.some((event) => event.code === code)) return countsOfEvents(rejected);
  const reason = reasonOf(code);
  const count = { requests: 1, events: events ?? 1 };
  return [{ reason, ...count, names: reason === 'origin_not_allowed' ? [{ name: originName(origin), ...count }] : [] }];
}

/** Adds counts by reason. The number of names stays limited, and frequent names stay in the list. */
export function mergedCounts(more: readonly RefusalCount[], known: readonly RefusalCount[]): RefusalCount[] {
  const merged = new Map(known.map((count) => [count.reason, count]));
  for (const count of more) {
    const before = merged.get(count.reason);
    merged.set(count.reason, before === undefined ? count : merge(count, before));
  }
  return [...merged.values()];
}

function merge(more: RefusalCount, known: RefusalCount): RefusalCount {
  return {
    reason: known.reason,
    requests: known.requests + more.requests,
    events: known.events + more.events,
    names: mergedNames(more.names, known.names),
  };
}

function countsOfEvents(rejected: readonly RefusedEvent[]): RefusalCount[] {
  return [...Map.groupBy(rejected, ({ code }) => reasonOf(code))].map(([reason, events]) => ({
    reason,
    requests: 1,
    events: events.length,
    names: reason === 'event_invalid' ? countsOfFields(events) : [],
  }));
}

function countsOfFields(events: readonly RefusedEvent[]): NamedCount[] {
  const fields = [...Map.groupBy(events, ({ pointer }) => fieldName(pointer))];
  return mergedNames(
    fields.map(([name, sharing]) => ({ name, requests: 1, events: sharing.length })),
    [],
  );
}

function reasonOf(code: string): RefusalReason {
  return isRefusalReason(code) ? code : 'other';
}

/**
 * Returns an origin in a browser's spelling. Any other text was made up by the sender and might contain personal data,
 * such as an e-mail, so it is not stored.
 */
export function originName(header: string | null): string {
  if (header === null) return NO_ORIGIN;
  const origin = header.toLowerCase();
  // A page opened from a file or in a sandboxed frame sends "null".
  if (origin === 'null') return origin;
  const isOrigin =
    origin.length <= MAX_ORIGIN_CHARS &&
    /^[a-z][a-z0-9+.-]{0,30}:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/.test(origin);
  return isOrigin ? origin : OTHER_NAMES;
}

/** The field names in our event schema. Any other name comes from the sender and may contain personal data. */
const FIELDS: ReadonlySet<string> = new Set(
  `type event name messageId userId anonymousId timestamp sentAt originalTimestamp
   properties traits context integrations consent categoryPreferences destinationPreferences`.split(/\s+/),
);
const MAX_DEPTH = 3;

/** Returns a field's JSON pointer, with `*` in place of names that are not in our schema. */
export function fieldName(pointer = ''): string {
  const [, ...names] = pointer.split('/');
  return names
    .slice(0, MAX_DEPTH)
    .map((name) => (FIELDS.has(name) ? `/${name}` : '/*'))
    .join('');
}
