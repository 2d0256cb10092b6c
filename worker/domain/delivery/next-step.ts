import type { HoldReason } from '../../schema/events/outcome.ts';
import { backoffMs, steadyBackoffMs } from './backoff.ts';
import type { DeliveryFailure } from './delivery-failure.ts';

const MINUTE_MS = 60_000;

/**
 * The backoff when LinkedIn can't be reached. Each probe is one request with one event. A day of outage costs at most
 * about 1,700 requests, and the first event is sent at most 100 seconds after its end.
 */
const UNAVAILABLE_BACKOFF = { baseMs: 1_000, maxMs: 100_000 };

/** The backoff for a 429 without Retry-After. LinkedIn doesn't send that header (read 2026-09). */
const THROTTLED_BACKOFF = { baseMs: 2_000, maxMs: 15 * MINUTE_MS };

/**
 * The shortest wait after a 429. A second is LinkedIn's only documented number, from its streaming API (read 2026-09).
 */
const MIN_THROTTLED_MS = 1_000;
const MAX_RETRY_AFTER_MS = 15 * MINUTE_MS;

/** How often one held event checks whether the cause is gone. LinkedIn doesn't notify us. */
const HOLD_PROBE_MS = 60 * MINUTE_MS;

/** The backoff for an unknown answer. It starts short, because the problem may be over in a moment. */
const UNKNOWN_BACKOFF = { baseMs: 10_000, maxMs: 15 * MINUTE_MS };

export type NextStep =
  /** Mark these elements as failed, and send the rest of the batch at once. */
  | { kind: 'fail'; elements: ReadonlyMap<number, string> }
  /** Find the bad elements by halving the batch. */
  | { kind: 'search' }
  /** Send again at once without these kinds of identifier, now and in future. */
  | { kind: 'leave_out'; idTypes: readonly string[] }
  /** Send again at once, in batches of at most this size. */
  | { kind: 'shrink'; maxBatch: number }
  /** Wait and probe. No event is at fault. */
  | { kind: 'wait'; afterMs: number }
  /** Hold until a person fixes the cause. One event probes from time to time. */
  | { kind: 'hold'; scope: 'rule' | 'integration'; reason: HoldReason; probeAfterMs: number }
  /**
   * Hold the rule, although the cause is unknown. If another rule of the integration gets the same answer, hold the
   * integration.
   */
  | { kind: 'suspect'; alsoRefused: HoldReason; probeAfterMs: number };

export type Situation = {
  batchSize: number;
  /** Failures in a row on this rule, including this one. */
  failures: number;
  /** The request used the newest known API version, so no other can be tried. */
  isNewestVersion: boolean;
  /** A number in [0, 1). */
  random: number;
};

/**
 * Decides what to do after a failure. The cause decides, never the number of attempts alone. A refused token is
 * replaced before this (`objects/outbox/sending/send-batch.ts`).
 */
export function nextStep(
  failure: Exclude<DeliveryFailure, { kind: 'token_refused' }>,
  { batchSize, failures, isNewestVersion, random }: Situation,
): NextStep {
  switch (failure.kind) {
    case 'elements_refused':
      return { kind: 'fail', elements: failure.elements };
    case 'batch_refused':
      return batchSize === 1 ? { kind: 'fail', elements: new Map([[0, failure.message]]) } : { kind: 'search' };
    case 'id_types_refused':
      return { kind: 'leave_out', idTypes: failure.idTypes };
    case 'batch_too_large':
      return batchSize === 1
        ? { kind: 'fail', elements: new Map([[0, failure.message]]) }
        : { kind: 'shrink', maxBatch: Math.ceil(batchSize / 2) };
    case 'rule_refused':
      return { kind: 'hold', scope: 'rule', reason: failure.reason, probeAfterMs: HOLD_PROBE_MS };
    case 'access_refused':
      return { kind: 'hold', scope: 'integration', reason: 'access_denied', probeAfterMs: HOLD_PROBE_MS };
    case 'refused_unknown':
      return {
        kind: 'suspect',
        // When a second rule gets 403 too, the token or the member lacks access.
        alsoRefused: failure.status === 403 ? 'access_denied' : 'refused_unknown',
        probeAfterMs: steadyBackoffMs(failures, UNKNOWN_BACKOFF, random),
      };
    case 'version_sunset':
      return {
        kind: 'hold',
        scope: 'integration',
        reason: 'version_sunset',
        probeAfterMs: isNewestVersion ? HOLD_PROBE_MS : 0,
      };
    case 'throttled':
      return { kind: 'wait', afterMs: throttledMs(failure.retryAfterMs, failures, random) };
    case 'unavailable':
      return { kind: 'wait', afterMs: unavailableMs(failures, random) };
  }
}

/** Returns how long no request is sent after a 429: LinkedIn's Retry-After, within limits. */
export function throttledMs(retryAfterMs: number | undefined, failures: number, random: number): number {
  const waitMs = retryAfterMs ?? backoffMs(failures, THROTTLED_BACKOFF, random);
  return Math.min(Math.max(waitMs, MIN_THROTTLED_MS), MAX_RETRY_AFTER_MS);
}

/** Returns how long to wait when LinkedIn can't be reached. */
export function unavailableMs(failures: number, random: number): number {
  return backoffMs(failures, UNAVAILABLE_BACKOFF, random);
}
