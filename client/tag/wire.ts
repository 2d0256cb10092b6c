import type { BatchEnvelope, CarriedCookies } from '../../worker/schema/events/batch.ts';
import type { ConsentValue } from './types.ts';

/** What `POST {endpoint}v1/batch` gets from the tag, but for the events, which are JSON already. */
export interface Envelope extends Readonly<Omit<BatchEnvelope, 'sentAt' | 'integrations' | 'reset'>> {
  readonly writeKey: string;
  /** Against `timestamp` it shows how wrong this browser's clock is. In JSON it is a text. */
  readonly sentAt: Date;
  readonly consent?: Consent | undefined;
}

/** A batch without events, for what its envelope says: that consent was withdrawn, or that the person logged out. */
export type Notice = Readonly<Pick<BatchEnvelope, 'reset'>>;

/** By category, `*` for every other one; and from `df-consent.js` the consent platform that it asked, as `source`. */
export type Consent = Readonly<Record<string, ConsentValue>>;

/** What would be the collector's cookies, if the collector were on the page's site. Empty: delete. */
export type Carried = CarriedCookies;
