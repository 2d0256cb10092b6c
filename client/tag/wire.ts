import type { CookieName } from './cookies.ts';
import type { ConsentValue } from './types.ts';

/** What `POST {endpoint}v1/batch` gets, but for the events, which are JSON already. */
export interface Envelope {
  readonly writeKey: string;
  /** Against `timestamp` it shows how wrong this browser's clock is. */
  readonly sentAt: Date;
  readonly consent?: Consent | undefined;
  /** Where the collector's own cookies should live, when the tag knows. Empty: on this host, which has no wider one. */
  readonly cookieDomain?: string | undefined;
  readonly carried?: Carried | undefined;
}

/** A batch without events, for what its envelope says: that consent was withdrawn, or that the person logged out. */
export interface Notice {
  readonly reset?: true;
}

/** By category, `*` for every other one; and from `df-consent.js` the consent platform that it asked, as `source`. */
export type Consent = Readonly<Record<string, ConsentValue>>;

/** What would be the collector's cookies, if the collector were on the page's site. Empty: delete. */
export type Carried = Partial<Record<CookieName, string | undefined>>;
