import type { BatchEnvelope, CarriedCookies } from '../../worker/schema/events/batch.ts';
import type { ConsentValue } from './types.ts';

/** The body that the tag sends to `POST {endpoint}v1/batch`, without the events, which are already JSON. */
export interface Envelope extends Readonly<Omit<BatchEnvelope, 'sentAt' | 'integrations' | 'reset'>> {
  readonly writeKey: string;
  /** Shows the error of this browser's clock, and so of `timestamp`. It is a string in JSON. */
  readonly sentAt: Date;
  readonly consent?: Consent | undefined;
}

/** A batch without events, whose envelope says that consent was withdrawn or that the person logged out. */
export type Notice = Readonly<Pick<BatchEnvelope, 'reset'>>;

/** Consent by category, with `*` for all others. `df-consent.js` adds its consent platform as `source`. */
export type Consent = Readonly<Record<string, ConsentValue>>;

/** The collector's cookies, which the tag carries if the collector is on another site. An empty value deletes one. */
export type Carried = CarriedCookies;
