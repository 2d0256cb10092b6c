import type { Fields } from '../../schema/fields.ts';
import type { FieldProblem, ProblemCode } from '../../schema/problem.ts';
import type { SourceConfig } from '../../schema/settings/source-config.ts';
import type { RequestConsent } from '../consent/consent-facts.ts';
import type { Visitor } from '../identity/visitor.ts';
import type { Browser } from './people/browser-memory.ts';
import type { Heard } from './read/heard.ts';
import type { ParsedEvent } from './read/parse-events.ts';
import type { RejectedEvent } from './read/rejected-events.ts';

/** One request to the collector: everything that comes from outside, parsed once. What follows from it is in `decide`. */
export type CollectRequest = {
  sender: Sender;
  /** The browser of a page, and what it knows of its visitor; undefined where a server sends. */
  visitor: PageVisitor | undefined;
  consent: RequestConsent;
  /** Those that can be worked with, in the order they came. */
  events: readonly ParsedEvent[];
  /** Those that break a rule: nothing of them is kept, but a no in them counts. */
  refused: readonly RejectedEvent[];
  /** What each event says about consent, refused ones too, in the order they came. */
  heard: readonly Heard[];
  /** Why nothing of the request is taken. What it says about consent counts all the same. */
  refusal?: Refusal;
  /** The length of its body. */
  bytes: number;
  receivedAtMs: number;
};

export type Sender = {
  /** A server's events are believed about IP and user agent, and have no origin and no cookies. */
  isServer: boolean;
  config: SourceConfig;
};

export type PageVisitor = {
  /** What the browser's cookies know; after a log-out no longer who the visitor is. */
  known: Visitor;
  /** The ID in the browser's own cookie. */
  browserId: string | undefined;
  /** The ID that the visitor has from now on: the cookie's, or a new one. */
  anonymousId: string;
  /** The visitor logged out: forget who they are. */
  isReset: boolean;
  /** It comes from a browser, and not from a server's SDK that uses the write key. */
  isBrowser: boolean;
  /** Whether the collector is on the page's own site; undefined where no page says where it is. */
  isFirstParty: boolean | undefined;
  /** The edge's word for who connects. */
  ip: string | undefined;
  userAgent: string | undefined;
  /** All of the collector's host, by name. */
  cookies: Readonly<Record<string, string>>;
  /** Where the answer's cookies go. */
  browser: Browser;
};

/** Why nothing of a request is taken, as it is answered. */
export type Refusal = {
  code: ProblemCode;
  detail: string;
  fields?: readonly FieldProblem[];
  /** Further members of the answer. */
  extensions?: Fields;
};
