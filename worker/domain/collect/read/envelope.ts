import type { BatchEnvelope } from '../../../schema/events/batch.ts';
import type { Fields } from '../../../schema/fields.ts';
import { NOTHING_SAID, readConsent } from '../../consent/read-consent.ts';
import type { SaidConsent } from '../../consent/read-consent.ts';
import { integrationsIn } from '../../consent/sender-veto.ts';
import type { SenderWishes } from '../../consent/sender-veto.ts';
import type { Refusal } from '../collect-request.ts';
import { eventOfQueuedCall, isQueuedCall } from './queued-call.ts';

/** The data around the events of a request. */
export type Envelope = {
  events: readonly unknown[];
  isBatch: boolean;
  sentAt: unknown;
  consent: SaidConsent;
  /** The destinations of the events. */
  integrations: SenderWishes['besideBatch'];
  cookieDomain: string | undefined;
  /** The values that the page stores for a collector on another site. */
  carried: unknown;
  /** The visitor logged out, so their identity is forgotten. */
  isReset: boolean;
  /** Why the whole request is refused. Its consent answers are read before that. */
  problem?: Refusal;
};

/** The refusal of a body that is not an object. */
export const NOT_AN_OBJECT: Refusal = {
  code: 'body_not_an_object',
  detail: 'Cannot read the request: expected a JSON object',
};

/** Returns the envelope of one event, as the paths for a single type receive it. */
export function single(body: Fields, type: string): Envelope {
  return { ...beside(body), events: [{ ...body, type }], isBatch: false };
}

/** Returns the envelope of a list in place of a batch. Its events are refused. */
export function bare(events: readonly unknown[]): Envelope {
  return {
    ...beside({}),
    events,
    isBatch: true,
    problem: NOT_AN_OBJECT,
  };
}

/** Returns the envelope of a batch, with the `problem` batch_invalid when it has no list of events. */
export function batch(body: Fields): Envelope {
  const { batch: events } = body;
  const envelope = beside(saidByStub(body, events));
  const problem = batchProblem(events, envelope);
  return {
    ...envelope,
    events: Array.isArray(events) ? events.map(eventOfQueuedCall) : [],
    isBatch: true,
    ...(problem !== undefined && { problem }),
  };
}

/**
 * Removes the consent value `auto`, which is not an answer. The page's stub sends the script's attributes unchanged.
 */
function saidByStub(body: Fields, events: unknown): Fields {
  const { consent, ...rest } = body;
  return consent === 'auto' && Array.isArray(events) && events.some(isQueuedCall) ? rest : body;
}

function batchProblem(
  events: unknown,
  { consent, isReset }: Omit<Envelope, 'events' | 'isBatch'>,
): Refusal | undefined {
  const { problem } = consent;
  if (problem !== undefined)
    return {
      code: 'batch_invalid',
      detail: `Cannot read the batch: ${problem.pointer}: ${problem.detail}`,
      fields: [problem],
    };
  // A request without events may still withdraw consent or log out.
  const saysSomething = consent !== NOTHING_SAID || isReset;
  if (Array.isArray(events) && (events.length > 0 || saysSomething)) return undefined;
  return {
    code: 'batch_invalid',
    detail: 'Cannot read the batch: expected "batch" to be a list of at least one event',
    fields: [{ pointer: '/batch', detail: 'expected a list of at least one event' }],
  };
}

/** The envelope before it is checked: every field may have any type. */
type Unread = { readonly [Name in keyof BatchEnvelope]?: unknown };

function beside(body: Fields): Omit<Envelope, 'events' | 'isBatch'> {
  const { sentAt, cookieDomain, carried, reset }: Unread = body;
  return {
    sentAt,
    consent: readConsent(body),
    integrations: integrationsIn(body),
    cookieDomain: typeof cookieDomain === 'string' ? cookieDomain : undefined,
    carried,
    isReset: reset === true,
  };
}
