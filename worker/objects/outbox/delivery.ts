import type { ConsentFacts } from '../../domain/consent/consent.ts';

export type { AcceptedEvent } from '../../domain/collect/accepted-event.ts';

/** What a delivery is known by within its outbox. */
export type DeliveryKey = { queueId: number; eventId: string };

/** A sealed text of a delivery that nothing opens any more, as it was read. */
export type LostText = DeliveryKey & { column: 'payload' | 'late'; text: string };

/** A delivery that waits to be sent. The payload is LinkedIn's element as JSON text. */
export type PendingDelivery = DeliveryKey & {
  happenedAtMs: number;
  payload: string;
  /** As it was said with the event. */
  consent: ConsentFacts;
  /** It has waited for its person's e-mail: the payload is a `WaitingConversion` until it is boarded. */
  hasWaited: boolean;
  /** The payload is not what was kept: built after a wait, or without an identifier that LinkedIn no longer takes. */
  isRebuilt?: true;
  /** Who the person turned out to be: a `LateIdentity` as JSON text, sealed. */
  late: string | undefined;
};

/** An event that was refused beside good ones: counted, and nothing of it kept. */
export type Rejected = { name: string; atMs: number };

/** One request to LinkedIn and what came of it. */
export type Attempt = {
  queueId: number;
  startedAtMs: number;
  endedAtMs: number;
  status: number | undefined;
  /** The kind of LinkedIn's answer, e.g. `accepted`, `unconfirmed` or `throttled`. */
  outcome: string;
  /** LinkedIn's symbol, such as `ACCESS_DENIED`, beside its words. */
  code: string | undefined;
  message: string | undefined;
  /** What was sent, ordered by time and event id. */
  batch: readonly PendingDelivery[];
  /** The consent that the integration asked for when it was sent; each of the batch had it. */
  consentAsked: readonly string[];
};
