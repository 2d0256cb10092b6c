import type { AcceptedEvent } from '../../domain/collect/accepted-event.ts';
import type { NewDelivery } from '../../domain/collect/decide-for.ts';
import type { ConsentFacts } from '../../domain/consent/consent.ts';
import type { EraseReason } from '../../schema/events/outcome.ts';
import type { Introduction } from './intake/identity-waits.ts';

export type { AcceptedEvent } from '../../domain/collect/accepted-event.ts';

/** What a delivery is known by within its outbox. */
export type DeliveryKey = { queueId: number; eventId: string };

/** A sealed text of a delivery that nothing opens any more, as it was read. */
export type LostText = DeliveryKey & { column: 'payload' | 'late'; text: string };

/*
 * What a delivery is sent from has a type for each of its stages, so that no stage is taken for another: sealed text is
 * never sent, and a conversion that waits for its person is not LinkedIn's element.
 */

/** As it is kept: nobody reads it without its key. What has waited for its person may have their late word beside it. */
export type SealedPayload =
  | { kind: 'sealed_element'; text: string }
  | { kind: 'sealed_conversion'; text: string; late: string | undefined };

/** What has waited for its person: a `WaitingConversion` and, if they spoke, a `LateIdentity`, each as JSON text. */
export type WaitedPayload = { kind: 'conversion'; conversion: string; late: string | undefined };

/** LinkedIn's element as JSON text: what is sent. */
export type ElementPayload = {
  kind: 'element';
  element: string;
  /** It is not what was kept: built after a wait, or without an identifier that LinkedIn no longer takes. */
  isRebuilt: boolean;
};

/** A delivery that is pending, with what it is sent from; by itself, one that is ready to go. */
export type PendingDelivery<Payload extends SealedPayload | WaitedPayload | ElementPayload = ElementPayload> =
  DeliveryKey & {
    happenedAtMs: number;
    payload: Payload;
    /** As it was said with the event. */
    consent: ConsentFacts;
  };

/** As it is read from its row. */
export type SealedDelivery = PendingDelivery<SealedPayload>;

/** As it is once its key has opened it. */
export type OpenedDelivery = PendingDelivery<WaitedPayload | ElementPayload>;

/** What is known of an event, but for what is of a person in it. */
export type KnownEvent = Omit<AcceptedEvent, 'deliveries' | 'introduction'>;

/** An event as it is written down: what is of a person in it is sealed, or nothing of it is left. */
export type SealedEvent = KnownEvent & {
  deliveries: (NewDelivery & { payload: KeptPayload })[];
  introduction?: Introduction;
};

/** `erased`: the person was erased while the event was on its way in. */
export type KeptPayload = { kind: 'sealed'; text: string } | { kind: 'erased'; reason: EraseReason; atMs: number };

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
