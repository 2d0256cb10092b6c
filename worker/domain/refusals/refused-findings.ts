import { NO_ORIGIN, OTHER_NAMES } from '../../schema/events/refusal.ts';
import type { RefusalReason, RefusalRow } from '../../schema/events/refusal.ts';
import { isProblemCode, PROBLEMS } from '../../schema/problem.ts';
import type { FindingCode } from '../../schema/reports/finding.ts';

/** The finding for each refusal reason. */
const FINDING_OF = {
  outbox_full: 'refused_outbox_full',
  outbox_unavailable: 'refused_fault',
  internal_error: 'refused_fault',
  origin_not_allowed: 'refused_origin',
  key_revoked: 'refused_key',
  signature_invalid: 'refused_unreadable',
  rate_limited: 'refused_rate',
  event_invalid: 'refused_invalid',
  event_too_large: 'refused_too_large',
  too_many_events: 'refused_too_large',
  body_too_large: 'refused_too_large',
  batch_invalid: 'refused_unreadable',
  body_not_json: 'refused_unreadable',
  body_not_an_object: 'refused_unreadable',
  body_empty: 'refused_unreadable',
  body_too_deep: 'refused_unreadable',
  content_type_unsupported: 'refused_unreadable',
  content_encoding_unsupported: 'refused_unreadable',
  other: 'refused_unreadable',
} as const satisfies Record<RefusalReason, FindingCode>;

/** The most origins, fields or reasons in one message. The console lists all of them. */
const MAX_NAMED = 3;

/** A finding with the number of refused events, and when the latest was refused. */
export type RefusedFinding = { code: FindingCode; detail: string; events: number; lastAtMs: number };

/** A number of events with the same cause. */
type Counted = { name: string; events: number };

/**
 * Returns the findings about refusals in the last day, one per cause. Origins that have since been allowed are left
 * out.
 */
export function refusedFindings(rows: readonly RefusalRow[]): RefusedFinding[] {
  return [...Map.groupBy(rows, ({ reason }) => FINDING_OF[reason])].flatMap(([code, sharing]) => {
    const counted = sharing.flatMap(causesOf);
    if (counted.length === 0) return [];
    const events = counted.reduce((sum, one) => sum + one.events, 0);
    const names = added(counted).flatMap(({ name }) => (name === '' ? [] : [name]));
    const detail = `${events} in the last 24 hours${names.length === 0 ? '' : `: ${listed(names)}`}.`;
    return [{ code, detail, events, lastAtMs: Math.max(...sharing.map((row) => Date.parse(row.last_at))) }];
  });
}

/** Returns the origins or fields behind an hour's refusals, or the reason when there are none. */
function causesOf({ reason, requests, events, by_origin: origins, by_field: fields }: RefusalRow): Counted[] {
  if (origins !== undefined)
    return origins
      .filter(({ now }) => now !== 'allowed')
      .map((one) => ({ name: originText(one.origin), events: one.events || one.requests }));
  const named = (fields ?? []).map((one) => ({ name: one.field || 'the event itself', events: one.events }));
  const rest = (events || requests) - named.reduce((sum, one) => sum + one.events, 0);
  return rest > 0 ? [...named, { name: reasonText(reason), events: rest }] : named;
}

/** Returns the reason's title, or an empty text when the finding's own title already says it. */
function reasonText(reason: RefusalReason): string {
  const isAlone = Object.values(FINDING_OF).filter((code) => code === FINDING_OF[reason]).length === 1;
  return isAlone || !isProblemCode(reason) ? '' : PROBLEMS[reason].title;
}

function originText(origin: string): string {
  if (origin === NO_ORIGIN) return 'without an origin';
  if (origin === 'null') return 'a page without an address';
  return origin === OTHER_NAMES ? 'other origins' : origin;
}

/** Sums the counts by name, the most frequent first. */
function added(counted: readonly Counted[]): Counted[] {
  return [...Map.groupBy(counted, ({ name }) => name)]
    .map(([name, sharing]) => ({ name, events: sharing.reduce((sum, one) => sum + one.events, 0) }))
    .toSorted((one, other) => other.events - one.events);
}

function listed(names: readonly string[]): string {
  const more = names.length - MAX_NAMED;
  return `${names.slice(0, MAX_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
