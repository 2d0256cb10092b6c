import type { LateIdentity } from '../identity/late-identity.ts';
import type { MemberTags } from '../identity/member-tags.ts';
import type { NamedTags } from '../identity/person-tags.ts';
import type { Receipt } from './ingest.ts';

/** An accepted event as the outbox receives it: the decision, and its person as keyed hashes. */
export type AcceptedEvent = Receipt & {
  person: readonly string[];
  /** The tags by identifier. Set only when the event waits for an e-mail. */
  said?: NamedTags;
  /** Whether the collector was on the page's own site. Absent when the event has no page URL. */
  isFirstParty?: boolean;
  /** The size of the event as it was sent, in bytes. It limits how much of the event may be stored. */
  sentBytes?: number;
  /** It came with a server key, so it can't be from a stranger. */
  isFromServer?: boolean;
  /** The tag of its order: see `orderTagger`. */
  order?: string;
  /** The import that it came with. */
  importId?: string;
  /** The name under which the ledger counts the event, if it isn't the event's own name. */
  countedAs?: string;
  /** The identity in an `identify`, for conversions that may wait for it. */
  introduction?: Introduced & LateIdentity;
  /** Set only when memberships decide: see `Memberships`. */
  member?: MemberTags;
};

/** A person who gave their identity, with what is needed to find the conversions that wait for it. */
export type Introduced = {
  /** The tags that may find waiting conversions: see `reachableBy`. */
  tags: readonly string[];
  /** The tags by which an erasure finds the completed conversions. */
  person: readonly string[];
  /** The tags by identifier, under every key. They prevent another person's conversion from being completed. */
  said?: NamedTags;
  /** The integrations that may use the identity, because the visitor agreed to their categories. */
  integrationIds: readonly string[];
  /** The identity has an e-mail, so the conversions need not wait any longer. */
  hasEmail: boolean;
  hasNames: boolean;
};
