import type { HoldReason } from '../../schema/events/outcome.ts';
import { backoffMs, steadyBackoffMs } from './backoff.ts';
import type { DeliveryFailure } from './delivery-failure.ts';

const MINUTE_MS = 60_000;

/**
 * LinkedIn unreachable: from a second up to 100 of them. A probe is one request with one event, so a day of outage costs
 * at most some 1,700 requests, and the first event goes at most 100 seconds after its end.
 */
const UNAVAILABLE_BACKOFF = { baseMs: 1_000, maxMs: 100_000 };

/** 429 without a Retry-After, which LinkedIn does not send (read 2026-09). */
const THROTTLED_BACKOFF = { baseMs: 2_000, maxMs: 15 * MINUTE_MS };

/** At least a second after a 429: LinkedIn's only hint in numbers, from its streaming API (read 2026-09). */
const MIN_THROTTLED_MS = 1_000;
const MAX_RETRY_AFTER_MS = 15 * MINUTE_MS;

/** How often one event asks whether a hold's cause is gone without anybody telling us. */
const HOLD_PROBE_MS = 60 * MINUTE_MS;

/** Of what LinkedIn said in words that are not known here: soon at first, since it may be over in a moment. */
const UNKNOWN_BACKOFF = { baseMs: 10_000, maxMs: 15 * MINUTE_MS };

export type NextStep =
  /** These elements are dead letters; the rest of the batch goes again at once. */
  | { kind: 'bury'; elements: ReadonlyMap<number, string> }
  /** Find out by halving who is to blame. */
  | { kind: 'search' }
  /** Send again at once without these kinds of identifier, now and in future. */
  | { kind: 'leave_out'; idTypes: readonly string[] }
  /** Send again at once, in batches of at most this many. */
  | { kind: 'shrink'; maxBatch: number }
  /** Wait and probe; not counted against anybody. */
  | { kind: 'wait'; afterMs: number }
  /** Wait for somebody to fix the cause; one event probes now and then. */
  | { kind: 'hold'; scope: 'rule' | 'integration'; reason: HoldReason; probeAfterMs: number }
  /** As `hold`, and nobody knows whose fault it is: the rule's, unless another one of the integration hears the same. */
  | { kind: 'suspect'; alsoRefused: HoldReason; probeAfterMs: number };

export type Situation = {
  batchSize: number;
  /** Failures in a row on this rule, this one included. */
  failures: number;
  /** The newest API version that we know was used: there is none to try instead. */
  isNewestVersion: boolean;
  /** A number in [0, 1). */
  random: number;
};

/**
 * Decides what follows from a failure: whose fault it is decides, never the number of attempts alone. A refused token is
 * replaced before (`objects/outbox/sending/send-batch.ts`).
 */
export function nextStep(
  failure: Exclude<DeliveryFailure, { kind: 'token_refused' }>,
  { batchSize, failures, isNewestVersion, random }: Situation,
): NextStep {
  switch (failure.kind) {
    case 'elements_refused':
      return { kind: 'bury', elements: failure.elements };
    case 'batch_refused':
      return batchSize === 1 ? { kind: 'bury', elements: new Map([[0, failure.message]]) } : { kind: 'search' };
    case 'id_types_refused':
      return { kind: 'leave_out', idTypes: failure.idTypes };
    case 'batch_too_large':
      return batchSize === 1
        ? { kind: 'bury', elements: new Map([[0, failure.message]]) }
        : { kind: 'shrink', maxBatch: Math.ceil(batchSize / 2) };
    case 'rule_refused':
      return { kind: 'hold', scope: 'rule', reason: failure.reason, probeAfterMs: HOLD_PROBE_MS };
    case 'access_refused':
      return { kind: 'hold', scope: 'integration', reason: 'access_denied', probeAfterMs: HOLD_PROBE_MS };
    case 'refused_unknown':
      return {
        kind: 'suspect',
        // A second rule that may not send makes it the token's fault, or the member's.
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

/** How long nobody asks LinkedIn after it said 429: as long as it says, within reason. */
export function throttledMs(retryAfterMs: number | undefined, failures: number, random: number): number {
  const waitMs = retryAfterMs ?? backoffMs(failures, THROTTLED_BACKOFF, random);
  return Math.min(Math.max(waitMs, MIN_THROTTLED_MS), MAX_RETRY_AFTER_MS);
}

/** How long to wait for a LinkedIn that can't be reached. */
export function unavailableMs(failures: number, random: number): number {
  return backoffMs(failures, UNAVAILABLE_BACKOFF, random);
}
