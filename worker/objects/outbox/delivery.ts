import type { Receipt } from '../../domain/collect/ingest.ts';
import type { ConsentFacts } from '../../domain/consent/consent.ts';
import type { LateIdentity } from '../../domain/identity/late-identity.ts';
import type { MemberTags } from '../../domain/identity/member-tags.ts';
import type { NamedTags } from '../../domain/identity/person-tags.ts';
import type { Introduction } from './intake/identity-waits.ts';

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

/** An event as the outbox gets it: with whose it is, as keyed hashes. */
export type AcceptedEvent = Receipt & {
  person: readonly string[];
  /** The same by what they stand for, of whoever the event is of: only where something waits for an e-mail. */
  said?: NamedTags;
  /** Whether the collector was on the page's own site; left out where no page says where it is. */
  isFirstParty?: boolean;
  /** How long it was as it was sent, in bytes: what is kept of it is measured by that. */
  sentBytes?: number;
  /** It came with a server key, which no stranger has. */
  isFromServer?: boolean;
  /** The ledger counts it under this name and not its own. */
  countedAs?: string;
  /** It says who the visitor is, and something of theirs may wait for that. */
  introduction?: Omit<Introduction, 'sealed'> & LateIdentity;
  /** Only where memberships decide: see `Memberships`. */
  member?: MemberTags;
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
