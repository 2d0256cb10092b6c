import type { BatchResponse } from '../domain/delivery/delivery-failure.ts';
import type { ResponseKind } from '../domain/delivery/response-kind.ts';

/**
 * The origin of a request: the outbox, a person who sends a test event, or the management API (lists, conversion rules,
 * the doctor).
 */
export type Asker = 'delivery' | 'test_event' | 'management';

/** How a request ended: for conversions, what LinkedIn's answer blames; for a management call, `ok` or `refused`. */
export type RequestOutcome =
  | BatchResponse['kind']
  | 'unconfirmed'
  | 'ok'
  | 'refused'
  | Exclude<ResponseKind, 'answered'>;

/**
 * The log line of a request to LinkedIn. It has these fields and no others: none of them can contain personal data, a
 * token or part of an element. docs/reference/logs.md explains it to operators.
 */
export type RequestLine = {
  level: 'info';
  where: 'linkedin.request';
  asker: Asker;
  /** The integration's ID. */
  integration: string;
  /** The conversion rule's number; null for a management call. */
  rule: string | null;
  /** The number of conversions in the request; 0 for a management call. */
  events: number;
  /** LinkedIn's HTTP status; null when there was no answer. */
  status: number | null;
  outcome: RequestOutcome;
  milliseconds: number;
  /** The LinkedIn-Version header. */
  version: string;
};
