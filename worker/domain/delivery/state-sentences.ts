import {
  DELIVERED_REASONS,
  ERASE_REASONS,
  FAILURE_REASONS,
  HOLD_REASONS,
  SKIP_REASONS,
  WAIT_REASONS,
} from '../../schema/events/outcome.ts';
import type { DeliveryState } from '../../schema/events/outcome.ts';
import { eventState } from './event-state.ts';

type Outcome = { state: DeliveryState; reason: string | null; sentence: string };

/** Returns one sentence about an event's result, for readers who don't know our code. */
export function eventSentence(type: string, skipReason: string | null, deliveries: readonly Outcome[]): string {
  const { state, reason } = eventState(skipReason, deliveries);
  // The event had its effect, and nothing is wrong.
  if (type === 'identify' && reason === 'no_mapping')
    return "It identifies the visitor and isn't a conversion by itself.";
  const telling =
    deliveries.find((delivery) => delivery.state === state && delivery.reason === reason) ??
    deliveries.find((delivery) => delivery.state === state);
  return telling?.sentence ?? skipSentence(reason);
}

export function deliverySentence({
  state,
  reason,
  attempts,
  status,
}: {
  state: DeliveryState;
  reason: string | null;
  attempts: number;
  status: number | null;
}): string {
  switch (state) {
    case 'pending':
      if (reason !== null) return textOf(WAIT_REASONS, reason);
      return attempts === 0
        ? 'On its way to LinkedIn.'
        : `LinkedIn has not accepted it yet (${status === null ? 'no answer' : `status ${status}`}). It will be sent again.`;
    case 'held':
      return `Held until this is fixed: ${textOf(HOLD_REASONS, reason)}`;
    case 'delivered':
      return reason === null ? 'LinkedIn has accepted it.' : textOf(DELIVERED_REASONS, reason);
    case 'dead':
      return failureSentence(reason);
    case 'expired':
      return 'Its 90 days passed before LinkedIn could be reached.';
    case 'erased':
      return [
        textOf(ERASE_REASONS, reason ?? 'erased_on_request'),
        ...(attempts === 0 ? ['Nothing was sent to LinkedIn.'] : []),
      ].join(' ');
    case 'skipped':
      return skipSentence(reason);
  }
}

/** Returns our text for the failure, or LinkedIn's own message. */
function failureSentence(reason: string | null): string {
  return reason !== null && Object.hasOwn(FAILURE_REASONS, reason)
    ? textOf(FAILURE_REASONS, reason)
    : `LinkedIn refuses this event: ${reason ?? 'no reason given'}`;
}

function skipSentence(reason: string | null): string {
  return textOf(SKIP_REASONS, reason);
}

function textOf(texts: Readonly<Record<string, string>>, reason: string | null): string {
  return (reason === null ? undefined : texts[reason]) ?? reason ?? 'No reason was recorded.';
}
