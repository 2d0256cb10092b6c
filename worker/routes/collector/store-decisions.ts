import type { AcceptedEvent } from '../../domain/collect/accepted-event.ts';
import type { Decisions } from '../../domain/collect/decide.ts';
import { MAX_HELD_BYTES } from '../../domain/collect/storage-budget.ts';
import { forTally } from '../../domain/collect/tallied-event.ts';
import type { TalliedEvent } from '../../domain/collect/tallied-event.ts';
import type { Env } from '../../env.ts';
import type { Stopped } from '../../objects/copy/stop.ts';
import { logFault } from '../../objects/log-fault.ts';
import type { TooFast } from '../../objects/outbox/allowances.ts';
import type { Enqueued } from '../../objects/outbox/intake/enqueue.ts';
import type { Tallied } from '../../objects/tally/tally-engine.ts';
import { Problem, problemOf } from '../http/problem.ts';
import { unknownKey } from './source-key.ts';

/** The outbox is usually back, or moved, within a moment. */
const RETRY_AFTER_SECONDS = '5';
const RETRY_WHEN_FULL_SECONDS = '600';
const RETRY_WHEN_STOPPED_SECONDS = '60';

/** In a call to another object, a character takes at most two bytes. */
const MAX_CALL_CHARS = MAX_HELD_BYTES / 2;

/** The result for a request: everything in it is on disk, or it is refused for a reason. */
export type StoreResult = { kind: 'stored' } | { kind: 'refused'; problem: Problem };

type Stores = Pick<Env, 'OUTBOX' | 'TALLY' | 'IMPORTS'>;

/**
 * Stores the decisions in the source's outbox and tally. A withdrawn consent also ends the person's pending deliveries,
 * even if nothing else of the request is stored.
 *
 * @throws Problem when an object is unreachable, or its source was deleted a moment ago.
 */
export async function storeDecisions(decisions: Decisions, stores: Stores): Promise<StoreResult> {
  const { refusal } = decisions;
  const problem = refusal === undefined ? await storeEvents(decisions, stores) : problemOf(refusal);
  await eraseWithdrawn(decisions, stores);
  return problem === undefined ? { kind: 'stored' } : { kind: 'refused', problem };
}

/**
 * Stores the events: first those for the outbox, then those for the tally. Each call is one transaction. A request with
 * many events and rules is too large for one call, so it is split.
 *
 * If a call fails, the request fails. When the client sends it again, the events that were already stored are
 * duplicates.
 *
 * @returns The problem when there is no room for them.
 */
async function storeEvents(decisions: Decisions, stores: Stores): Promise<Problem | undefined> {
  const { outbox, tally } = forTally(decisions.accepted);
  return (
    (outbox.length === 0 ? await takeAllowance(decisions, stores) : await storeInOutbox(decisions, outbox, stores)) ??
    (await storeInTally(decisions, tally, stores))
  );
}

/** Takes the events of a request that stores nothing in the outbox from the source's allowance. */
async function takeAllowance({ source, accepted }: Decisions, { OUTBOX }: Stores): Promise<Problem | undefined> {
  const { id, max_events_per_minute: maxEventsPerMinute = null } = source;
  if (maxEventsPerMinute === null || accepted.length === 0) return undefined;
  const sender = accepted[0]?.isFromServer === true ? 'server' : 'page';
  const taken = await orUnavailable('collect.allowance', async () =>
    OUTBOX.getByName(id).takeAllowance(sender, { perMinute: maxEventsPerMinute, events: accepted.length }),
  );
  return taken === undefined ? undefined : problemIn(taken);
}

async function storeInOutbox(
  { source, triggerSets, accepted, consent }: Decisions,
  events: readonly AcceptedEvent[],
  { OUTBOX }: Stores,
): Promise<Problem | undefined> {
  const { id, max_events_per_minute: maxEventsPerMinute = null } = source;
  for (const [index, part] of inCalls(events).entries()) {
    // The first call takes the allowance of the whole request.
    const claims = index === 0 ? accepted.length : 0;
    const beside = { triggerSets, consent, maxEventsPerMinute, claims };
    const problem = problemIn(
      await orUnavailable<Enqueued | TooFast | Stopped>('collect.enqueue', async () =>
        OUTBOX.getByName(id).enqueue(part, [], beside),
      ),
    );
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Counts the events that no rule asks for, and the refused ones. */
async function storeInTally(
  { source, triggerSets, refusals, decidedAtMs, asked, consent }: Decisions,
  events: readonly TalliedEvent[],
  { TALLY }: Stores,
): Promise<Problem | undefined> {
  const rejected = refusals.map(({ name }) => ({ name, atMs: decidedAtMs }));
  const calls = inCalls(events);
  if (calls.length === 0 && rejected.length > 0) calls.push([]);
  for (const [index, part] of calls.entries()) {
    const request = { events: part, rejected: index === calls.length - 1 ? rejected : [], triggerSets, asked, consent };
    const problem = problemIn(
      await orUnavailable<Tallied | Stopped>('collect.tally', async () => TALLY.getByName(source.id).count(request)),
    );
    if (problem !== undefined) return problem;
  }
  return undefined;
}

async function orUnavailable<Result>(where: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    logFault(where, error);
    throw outboxUnavailable();
  }
}

function problemIn(enqueued: Enqueued | Tallied | TooFast | Stopped): Problem | undefined {
  switch (enqueued.kind) {
    case 'kept':
      return undefined;
    case 'too_fast':
      return new Problem('rate_limited', "Nothing was stored: the source's max_events_per_minute is used up.", {
        headers: { 'Retry-After': String(Math.ceil(enqueued.retryAfterMs / 1_000)) },
      });
    case 'stopped':
      return new Problem(
        'outbox_unavailable',
        'Nothing was stored: this instance of Directflight was stopped. Send the same events again later with the same messageIds.',
        { headers: { 'Retry-After': RETRY_WHEN_STOPPED_SECONDS } },
      );
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

async function eraseWithdrawn({ source, erase }: Decisions, { OUTBOX, IMPORTS }: Stores): Promise<void> {
  if (erase.length === 0) return;
  // Imports come first, so that none of their rows reaches the outbox afterwards.
  await orUnavailable('collect.erase', async () => IMPORTS.getByName(source.id).erase(erase));
  await orUnavailable('collect.erase', () => OUTBOX.getByName(source.id).erasePerson(erase, 'consent_withdrawn'));
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
function inCalls<Event extends object>(accepted: readonly Event[]): Event[][] {
  if (accepted.length <= 1) return accepted.map((event) => [event]);
  const calls: Event[][] = [];
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
