import type { Fields } from '../../../schema/fields.ts';
import { NOTHING_SAID, readConsent } from '../../consent/read-consent.ts';
import type { SaidConsent } from '../../consent/read-consent.ts';
import { integrationsIn } from '../../consent/sender-veto.ts';
import type { SenderWishes } from '../../consent/sender-veto.ts';
import type { Refusal } from '../collect-request.ts';
import { eventOfCall, isKeptCall } from './kept-call.ts';

/** What stands beside the events of a request. */
export type Envelope = {
  events: readonly unknown[];
  isBatch: boolean;
  sentAt: unknown;
  consent: SaidConsent;
  /** For which destinations they are. */
  integrations: SenderWishes['besideBatch'];
  cookieDomain: string | undefined;
  /** What the page keeps for a collector on another site. */
  carried: unknown;
  /** The visitor logged out: forget who they are. */
  isReset: boolean;
  /** Why nothing of it is taken. What it says about consent is heard before this is answered. */
  problem?: Refusal;
};

/** What is answered where a request's body should be an object. */
export const NOT_AN_OBJECT: Refusal = {
  code: 'body_not_an_object',
  detail: 'Cannot read the request: expected a JSON object',
};

/** One event, as the paths for one type take it. */
export function single(body: Fields, type: string): Envelope {
  return { ...beside(body), events: [{ ...body, type }], isBatch: false };
}

/** A list of events where a batch should be: nothing of it is taken. */
export function bare(events: readonly unknown[]): Envelope {
  return {
    ...beside({}),
    events,
    isBatch: true,
    problem: NOT_AN_OBJECT,
  };
}

/** A list of events, or batch_invalid as its `problem`. */
export function batch(body: Fields): Envelope {
  const { batch: events } = body;
  const envelope = beside(saidByStub(body, events));
  const problem = batchProblem(events, envelope);
  return {
    ...envelope,
    events: Array.isArray(events) ? events.map(eventOfCall) : [],
    isBatch: true,
    ...(problem !== undefined && { problem }),
  };
}

/** The page's stub sends the script's attributes as they are, and the consent attribute's `auto` says nothing. */
function saidByStub(body: Fields, events: unknown): Fields {
  const { consent, ...rest } = body;
  return consent === 'auto' && Array.isArray(events) && events.some(isKeptCall) ? rest : body;
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
  // Without events there may still be something to say: consent that was withdrawn, wherever it is said, or a log-out.
  const saysSomething = consent !== NOTHING_SAID || isReset;
  if (Array.isArray(events) && (events.length > 0 || saysSomething)) return undefined;
  return {
    code: 'batch_invalid',
    detail: 'Cannot read the batch: expected "batch" to be a list of at least one event',
    fields: [{ pointer: '/batch', detail: 'expected a list of at least one event' }],
  };
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
