import type { AcceptedEvent } from '../../domain/collect/accepted-event.ts';
import type { NewDelivery } from '../../domain/collect/decide-for.ts';
import type { ConsentFacts } from '../../domain/consent/consent.ts';
import type { EraseReason } from '../../schema/events/outcome.ts';
import type { Introduction } from './intake/identity-waits.ts';

export type { AcceptedEvent } from '../../domain/collect/accepted-event.ts';

/** Identifies a delivery within its outbox. */
export type DeliveryKey = { queueId: number; eventId: string };

/** A sealed text of a delivery that can no longer be opened, as it was read. */
export type LostText = DeliveryKey & { column: 'payload' | 'late'; text: string };

/**
 * A payload has a different type at each stage, so that stages cannot be confused: a sealed text is never sent, and a
 * conversion that waits for its person is not LinkedIn's element.
 */

/**
 * A payload as it is stored, unreadable without its key. After a wait for the person, their late identity may be stored
 * with it.
 */
export type SealedPayload =
  | { kind: 'sealed_element'; text: string }
  | { kind: 'sealed_conversion'; text: string; late: string | undefined };

/**
 * A payload that has waited for its person: a `WaitingConversion` and, if the person was identified, a `LateIdentity`,
 * each as JSON text.
 */
export type WaitedPayload = { kind: 'conversion'; conversion: string; late: string | undefined };

/** LinkedIn's element as JSON text, ready to be sent. */
export type ElementPayload = {
  kind: 'element';
  element: string;
  /**
   * True when it differs from the stored payload: it was built after a wait, or without an identifier that LinkedIn
   * refuses.
   */
  isRebuilt: boolean;
};

/** A pending delivery with its payload. Without a type argument, one that is ready to be sent. */
export type PendingDelivery<Payload extends SealedPayload | WaitedPayload | ElementPayload = ElementPayload> =
  DeliveryKey & {
    happenedAtMs: number;
    payload: Payload;
    /** The consent that came with the event. */
    consent: ConsentFacts;
  };

/** A delivery as it is read from its row. */
export type SealedDelivery = PendingDelivery<SealedPayload>;

/** A delivery whose payload was opened with its key. */
export type OpenedDelivery = PendingDelivery<WaitedPayload | ElementPayload>;

/** An event without its personal data. */
export type KnownEvent = Omit<AcceptedEvent, 'deliveries' | 'introduction'>;

/** An event as it is stored: its personal data is sealed, or deleted. */
export type SealedEvent = KnownEvent & {
  deliveries: (NewDelivery & { payload: KeptPayload })[];
  introduction?: Introduction;
};

/** `erased`: the person was erased while the event was being received. */
export type KeptPayload = { kind: 'sealed'; text: string } | { kind: 'erased'; reason: EraseReason; atMs: number };

/** An event that was refused in a batch with good ones. It is counted, and nothing of it is stored. */
export type Rejected = { name: string; atMs: number };

/** One request to LinkedIn and its result. */
export type Attempt = {
  queueId: number;
  startedAtMs: number;
  endedAtMs: number;
  status: number | undefined;
  /** The kind of LinkedIn's answer, e.g. `accepted`, `unconfirmed` or `throttled`. */
  outcome: string;
  /** LinkedIn's symbol, such as `ACCESS_DENIED`, which comes with the message. */
  code: string | undefined;
  message: string | undefined;
  /** The deliveries that were sent, ordered by time and event ID. */
  batch: readonly PendingDelivery[];
  /** The consent that the integration required when it was sent. Each delivery of the batch had it. */
  consentAsked: readonly string[];
};
