import type { Answer } from '../domain/delivery/delivery-failure.ts';
import type { Heard } from '../domain/delivery/heard.ts';

/** Who asked: the outbox, somebody who sends a test event, or the management API (lists, conversion rules, the doctor). */
export type Asker = 'delivery' | 'test_event' | 'management';

/** How a request ended: for conversions what LinkedIn's answer blames, for a management call `ok` or `refused`. */
export type RequestOutcome = Answer['kind'] | 'unconfirmed' | 'ok' | 'refused' | Exclude<Heard, 'answered'>;

/**
 * The line that the log has for each request to LinkedIn. These fields and no others: none can hold a person, a token or
 * anything of an element. docs/reference/logs.md explains it to operators.
 */
export type RequestLine = {
  level: 'info';
  where: 'linkedin.request';
  asker: Asker;
  /** The integration's ID. */
  integration: string;
  /** The conversion rule's number; null for a management call. */
  rule: string | null;
  /** How many conversions the request held; 0 for a management call. */
  events: number;
  /** LinkedIn's HTTP status; null when there was no answer. */
  status: number | null;
  outcome: RequestOutcome;
  milliseconds: number;
  /** The LinkedIn-Version header. */
  version: string;
};
