import type { AcceptedEvent } from '../../domain/collect/accepted-event.ts';
import type { Decisions } from '../../domain/collect/decide.ts';
import { MAX_HELD_BYTES } from '../../domain/collect/storage-budget.ts';
import type { Env } from '../../env.ts';
import { logFault } from '../../objects/log-fault.ts';
import type { Rejected } from '../../objects/outbox/delivery-types.ts';
import type { Enqueued } from '../../objects/outbox/intake/enqueue.ts';
import type { TooFast } from '../../objects/outbox/outbox.ts';
import { Problem, problemOf } from '../http/problem.ts';
import { unknownKey } from './source-key.ts';

/** The outbox is usually back, or moved, within a moment. */
const RETRY_AFTER_SECONDS = '5';
const RETRY_WHEN_FULL_SECONDS = '600';

/** In a call to another object, a character takes at most two bytes. */
const MAX_CALL_CHARS = MAX_HELD_BYTES / 2;

/** The result for a request: everything in it is on disk, or it is refused for a reason. */
export type StoreResult = { kind: 'stored' } | { kind: 'refused'; problem: Problem };

type Outboxes = Env['OUTBOX'];

/**
 * Stores the decisions in the source's outbox. A withdrawn consent also ends the person's pending deliveries, even if
 * nothing else of the request is stored.
 *
 * @throws Problem when the outbox is unreachable, or its source was deleted a moment ago.
 */
export async function storeDecisions(decisions: Decisions, outboxes: Outboxes): Promise<StoreResult> {
  const { refusal } = decisions;
  const problem = refusal === undefined ? await storeEvents(decisions, outboxes) : problemOf(refusal);
  await eraseWithdrawn(decisions, outboxes);
  return problem === undefined ? { kind: 'stored' } : { kind: 'refused', problem };
}

/**
 * Stores the events. Each call is one transaction. A request with many events and rules is too large for one call, so
 * it is split.
 *
 * If a call fails, the request fails. When the client sends it again, the events that were already stored are
 * duplicates.
 *
 * @returns The problem when there is no room for them.
 */
async function storeEvents(
  { source, triggerSets, accepted, refusals, consent, decidedAtMs }: Decisions,
  outboxes: Outboxes,
): Promise<Problem | undefined> {
  const { id, max_events_per_minute: maxEventsPerMinute = null } = source;
  const rejected = refusals.map(({ name }) => ({ name, atMs: decidedAtMs }));
  const calls = inCalls(accepted);
  for (const [index, part] of calls.entries()) {
    // The first call takes the allowance of the whole request. The last call counts what was refused, once.
    const claims = index === 0 ? accepted.length : 0;
    const beside = { triggerSets, consent, maxEventsPerMinute, claims };
    const enqueued = await enqueue(outboxes, id, [part, index === calls.length - 1 ? rejected : [], beside]);
    const problem = problemIn(enqueued);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

type Outbox = ReturnType<Outboxes['getByName']>;

async function enqueue(
  outboxes: Outboxes,
  sourceId: string,
  parts: [AcceptedEvent[], Rejected[], Parameters<Outbox['enqueue']>[2]],
): Promise<Enqueued | TooFast> {
  try {
    return await outboxes.getByName(sourceId).enqueue(...parts);
  } catch (error) {
    logFault('collect.enqueue', error);
    throw outboxUnavailable();
  }
}

function problemIn(enqueued: Enqueued | TooFast): Problem | undefined {
  switch (enqueued.kind) {
    case 'kept':
      return undefined;
    case 'too_fast':
      return new Problem('rate_limited', "Nothing was stored: the source's max_events_per_minute is used up.", {
        headers: { 'Retry-After': String(Math.ceil(enqueued.retryAfterMs / 1_000)) },
      });
    case 'source_deleted':
      throw unknownKey();
    case 'full':
      return new Problem(
        'outbox_full',
        "The source's storage is full. Send the same request again later. Events that were already stored are not stored twice.",
        { headers: { 'Retry-After': RETRY_WHEN_FULL_SECONDS } },
      );
  }
}

async function eraseWithdrawn({ source, erase }: Decisions, outboxes: Outboxes): Promise<void> {
  if (erase.length === 0) return;
  try {
    await outboxes.getByName(source.id).erasePerson(erase, 'consent_withdrawn');
  } catch (error) {
    logFault('collect.erase', error);
    throw outboxUnavailable();
  }
}

/** Used for any fault of the object. A client that sends the same events again loses nothing. */
function outboxUnavailable(): Problem {
  return new Problem(
    'outbox_unavailable',
    'Not everything was stored. Send the same events again with the same messageIds.',
    {
      headers: { 'Retry-After': RETRY_AFTER_SECONDS },
    },
  );
}

/** Splits events into calls that are small enough. */
function inCalls(accepted: readonly AcceptedEvent[]): AcceptedEvent[][] {
  if (accepted.length <= 1) return accepted.map((event) => [event]);
  const calls: AcceptedEvent[][] = [];
  let chars = Number.POSITIVE_INFINITY;
  for (const event of accepted) {
    const own = JSON.stringify(event).length;
    if (chars + own > MAX_CALL_CHARS) {
      calls.push([]);
      chars = 0;
    }
    calls.at(-1)?.push(event);
    chars += own;
  }
  return calls;
}
