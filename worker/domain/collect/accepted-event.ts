import type { LateIdentity } from '../identity/late-identity.ts';
import type { MemberTags } from '../identity/member-tags.ts';
import type { NamedTags } from '../identity/person-tags.ts';
import type { Receipt } from './ingest.ts';

/** An event that is taken, as the outbox gets it: what becomes of it, and whose it is, as keyed hashes. */
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
  introduction?: Introduced & LateIdentity;
  /** Only where memberships decide: see `Memberships`. */
  member?: MemberTags;
};

/** Somebody who says who they are, and which conversions may have waited for that. */
export type Introduced = {
  /** By which what waits may be found: see `reachableBy`. */
  tags: readonly string[];
  /** By which an erasure finds what is completed with them. */
  person: readonly string[];
  /** The same by what they stand for, under every key: what waits for somebody else is left alone. */
  said?: NamedTags;
  /** Those that may have it: the visitor agreed to what they ask for. */
  integrationIds: readonly string[];
  /** There is an e-mail, so that nothing more is waited for. */
  hasEmail: boolean;
  hasNames: boolean;
};
