import type { Fields } from '../../schema/fields.ts';
import type { FieldProblem, ProblemCode } from '../../schema/problem.ts';
import type { SourceConfig } from '../../schema/settings/source-config.ts';
import type { RequestConsent } from '../consent/consent-facts.ts';
import type { Visitor } from '../identity/visitor.ts';
import type { Browser } from './people/browser-memory.ts';
import type { ConsentStatement } from './read/consent-statement.ts';
import type { ParsedEvent } from './read/parse-events.ts';
import type { RejectedEvent } from './read/rejected-events.ts';

/** One request to the collector: all its input, parsed once. `decide` decides what happens with it. */
export type CollectRequest = {
  sender: Sender;
  /** The page's browser and visitor. Undefined when a server sends. */
  visitor: PageVisitor | undefined;
  consent: RequestConsent;
  /** The valid events, in the order they came. */
  events: readonly ParsedEvent[];
  /** The invalid events. They are not stored, but a consent refusal in them counts. */
  refused: readonly RejectedEvent[];
  /** The consent answers of each event, including invalid ones, in the order they came. */
  statements: readonly ConsentStatement[];
  /** Why the whole request is refused. Its consent answers still count. */
  refusal?: Refusal;
  /** The length of its body. */
  bytes: number;
  receivedAtMs: number;
};

export type Sender = {
  /** A server is trusted about IP address and user agent, and has no origin and no cookies. */
  isServer: boolean;
  config: SourceConfig;
};

export type PageVisitor = {
  /** The data from the browser's cookies. After a log-out, it has no identity. */
  known: Visitor;
  /** The ID in the browser's own cookie. */
  browserId: string | undefined;
  /** The visitor's ID from now on: the cookie's, or a new one. */
  anonymousId: string;
  /** The visitor logged out, so their identity is forgotten. */
  isReset: boolean;
  /** It comes from a browser, not from a server's SDK that uses the write key. */
  isBrowser: boolean;
  /** Whether the collector is on the page's own site. Undefined when the request has no page URL. */
  isFirstParty: boolean | undefined;
  /** The client's address, as the edge reports it. */
  ip: string | undefined;
  userAgent: string | undefined;
  /** All cookies of the collector's host, by name. */
  cookies: Readonly<Record<string, string>>;
  /** How the browser receives the answer's cookies. */
  browser: Browser;
};

/** Why a whole request is refused, in the form of the answer. */
export type Refusal = {
  code: ProblemCode;
  detail: string;
  fields?: readonly FieldProblem[];
  /** Further fields of the answer. */
  extensions?: Fields;
};
