import { isRefusalReason, NO_ORIGIN, OTHER_NAMES } from '../../schema/events/refusal.ts';
import type { RefusalReason } from '../../schema/events/refusal.ts';
import { mergedNames } from '../privacy/frequent-names.ts';
import type { NamedCount } from '../privacy/frequent-names.ts';

/** A longer origin is no website's that an owner would look for. */
const MAX_ORIGIN_CHARS = 200;

/** How often something was refused for a reason, and by which origins or fields. */
export type RefusalCount = { reason: RefusalReason; requests: number; events: number; names: readonly NamedCount[] };

/** An event that was refused for itself, and not with its request. */
export type RefusedEvent = { code: string; pointer?: string };

/**
 * Counts what was refused of one request.
 *
 * @param request.code The problem that was answered; undefined when the other events of the request were accepted.
 * @param request.events How many events the request has; undefined when it could not be read.
 * @param request.rejected Its events that break a rule.
 * @returns At most one count for a reason; none when nothing was refused.
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

/** Adds counts up, each reason once. Names stay bounded, and those that come often keep their places. */
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
 * Names an origin as a browser would write it. What no browser writes comes from somebody who makes origins up, and may be
 * any text, an e-mail too: it is not kept.
 */
export function originName(header: string | null): string {
  if (header === null) return NO_ORIGIN;
  const origin = header.toLowerCase();
  // "null" is what a page sends that was opened from a file, or stands in a sandboxed frame.
  if (origin === 'null') return origin;
  const isOrigin =
    origin.length <= MAX_ORIGIN_CHARS &&
    /^[a-z][a-z0-9+.-]{0,30}:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/.test(origin);
  return isOrigin ? origin : OTHER_NAMES;
}

/** What our schema calls the fields of an event. Any other name is the sender's own, and may be somebody's address. */
const FIELDS: ReadonlySet<string> = new Set(
  `type event name messageId userId anonymousId timestamp sentAt originalTimestamp
   properties traits context integrations consent categoryPreferences destinationPreferences`.split(/\s+/),
);
const MAX_DEPTH = 3;

/** Names a field by its JSON pointer, with `*` for each name in it that is not of our schema. */
export function fieldName(pointer = ''): string {
  const [, ...names] = pointer.split('/');
  return names
    .slice(0, MAX_DEPTH)
    .map((name) => (FIELDS.has(name) ? `/${name}` : '/*'))
    .join('');
}
