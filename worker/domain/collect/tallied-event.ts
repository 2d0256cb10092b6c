import type { SkipReason } from '../../schema/events/outcome.ts';
import type { AcceptedEvent } from './accepted-event.ts';

/** The reasons of events that no conversion rule asks for. Another event can't change that, so they are only counted. */
const TALLIED: ReadonlySet<SkipReason | undefined> = new Set<SkipReason>([
  'no_mapping',
  'no_integration',
  'unsupported_type',
  'bot',
  'internal_traffic',
]);

/** An event that no conversion rule asks for, as the tally receives it: nothing in it identifies a person. */
export type TalliedEvent = Pick<
  AcceptedEvent,
  | 'messageId'
  | 'type'
  | 'name'
  | 'happenedAtMs'
  | 'receivedAtMs'
  | 'hasClickId'
  | 'hasEmail'
  | 'hasNames'
  | 'fields'
  | 'consent'
  | 'consentAsked'
  | 'lint'
  | 'triggers'
  | 'nameRank'
  | 'isFirstParty'
  | 'isFromServer'
  | 'order'
  | 'importId'
  | 'sentBytes'
> & { skipReason: SkipReason };

/**
 * Separates events for the outbox from events for the tally. An event is for the outbox when a rule asks for it, even
 * if it is skipped, or when it changes something for other events: it names a person or ends a membership.
 */
export function forTally(accepted: readonly AcceptedEvent[]): { outbox: AcceptedEvent[]; tally: TalliedEvent[] } {
  const outbox: AcceptedEvent[] = [];
  const tally: TalliedEvent[] = [];
  for (const event of accepted) {
    const tallied = asTallied(event);
    if (tallied === undefined) outbox.push(event);
    else tally.push(tallied);
  }
  return { outbox, tally };
}

function asTallied({
  deliveries,
  introduction,
  membershipsLeft,
  ruleLint,
  skipReason,
  // They identify the person.
  person: _person,
  said: _said,
  member: _member,
  ...event
}: AcceptedEvent): TalliedEvent | undefined {
  if (skipReason === undefined || !TALLIED.has(skipReason)) return undefined;
  const isAlone =
    deliveries.length === 0 && introduction === undefined && membershipsLeft.length === 0 && ruleLint.length === 0;
  return isAlone ? { ...event, skipReason } : undefined;
}
