import { readConsent } from '../domain/read-consent.ts';
import type { SaidConsent } from '../domain/read-consent.ts';
import { integrationsIn } from '../domain/sender-veto.ts';
import type { Fields } from '../schema/fields.ts';
import { Problem } from './problem.ts';

/** What stands beside the events of a request. */
export type Envelope = {
  events: readonly unknown[];
  isBatch: boolean;
  sentAt: unknown;
  consent: SaidConsent;
  /** For which destinations they are. */
  integrations: readonly unknown[];
  cookieDomain: string | undefined;
  /** What the page keeps for a collector on another site. */
  carried: unknown;
  /** The visitor logged out: forget who they are. */
  isReset: boolean;
};

/** One event, as the paths for one type take it. */
export function single(body: Fields, type: string): Envelope {
  return { ...beside(body), events: [{ ...body, type }], isBatch: false };
}

/**
 * A list of events.
 *
 * @throws Problem batch_invalid.
 */
export function batch(body: Fields): Envelope {
  const envelope = beside(body);
  const { problem } = envelope.consent;
  if (problem !== undefined)
    throw new Problem('batch_invalid', `Cannot read the batch: ${problem.pointer}: ${problem.detail}`, {
      fields: [problem],
    });
  const { batch: events } = body;
  // Without events there may still be something to say: consent that was withdrawn, a log-out.
  const saysSomething = body['consent'] !== undefined || envelope.isReset;
  if (!Array.isArray(events) || (events.length === 0 && !saysSomething))
    throw new Problem('batch_invalid', 'Cannot read the batch: expected "batch" to be a list of at least one event', {
      fields: [{ pointer: '/batch', detail: 'expected a list of at least one event' }],
    });
  return { ...envelope, events, isBatch: true };
}

function beside(body: Fields): Omit<Envelope, 'events' | 'isBatch'> {
  const { cookieDomain: domain } = body;
  return {
    sentAt: body['sentAt'],
    consent: readConsent(body),
    integrations: integrationsIn(body),
    cookieDomain: typeof domain === 'string' ? domain : undefined,
    carried: body['carried'],
    isReset: body['reset'] === true,
  };
}
