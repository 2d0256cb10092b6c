import { eventState } from '../../domain/delivery/event-state.ts';
import { eventSentence } from '../../domain/delivery/state-sentences.ts';
import type { TracedTrigger } from '../../domain/rules/read-trace.ts';
import type { DeliveryView, EventStory, EventView } from '../../schema/events/event-view.ts';
import { lintFindings } from '../../schema/events/lint.ts';
import type { EventFacts } from './event-facts.ts';

/** An event as a store has it. */
export type StoredEvent = {
  seq: number;
  messageId: string;
  type: string;
  name: string | null;
  happenedAtMs: number;
  receivedAtMs: number;
  skipReason: string | null;
  facts: EventFacts;
  consent: EventView['consent'];
};

/** An event with its position in the order of arrival. */
export type NumberedEvent = { seq: number; event: EventView };

/**
 * An event's story as its store knows it. The triggers, by integration, are those from the time of the event, and may
 * have changed since.
 */
export type KeptStory = Omit<EventStory, 'triggers'> & { triggers: Record<string, TracedTrigger[]> };

/** Returns the view of an event with its deliveries. */
export function eventViewOf(stored: StoredEvent, deliveries: DeliveryView[]): EventView {
  const { lint, ...facts } = stored.facts;
  const { state, reason } = eventState(stored.skipReason, deliveries);
  return {
    seq: stored.seq,
    message_id: stored.messageId,
    type: stored.type,
    event: stored.name,
    happened_at: new Date(stored.happenedAtMs).toISOString(),
    received_at: new Date(stored.receivedAtMs).toISOString(),
    state,
    reason,
    sentence: eventSentence(stored.type, stored.skipReason, deliveries),
    ...facts,
    consent: stored.consent,
    lint: lintFindings(lint),
    deliveries,
  };
}
