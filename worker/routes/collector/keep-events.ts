import type { Context } from 'hono';

import { MAX_HELD_BYTES } from '../../domain/collect/storage-budget.ts';
import { triggerSetOf } from '../../domain/rules/ready-mappings.ts';
import type { Env } from '../../env.ts';
import { logFault } from '../../objects/log-fault.ts';
import type { AcceptedEvent, Rejected } from '../../objects/outbox/delivery.ts';
import type { Enqueued } from '../../objects/outbox/outbox-engine.ts';
import type { TooFast } from '../../objects/outbox/outbox.ts';
import type { ConsentCategories } from '../../schema/events/event.ts';
import { Problem } from '../http/problem.ts';
import { unknownKey } from './source-key.ts';
import type { Sender } from './source-key.ts';

/** The outbox is a moment away from being back, or from being moved. */
const RETRY_AFTER_SECONDS = '5';
const RETRY_WHEN_FULL_SECONDS = '600';

/** A character of a text takes two bytes at most on its way to another object. */
const MAX_CALL_CHARS = MAX_HELD_BYTES / 2;

type ToKeep = {
  sender: Sender;
  receipts: readonly AcceptedEvent[];
  rejected: readonly Rejected[];
  /** What stands beside the batch. */
  consent: ConsentCategories;
  /** The length of the whole request. */
  bytes: number;
};

/**
 * Keeps the events of a request: afterwards all of them are on disk.
 *
 * A request of many events and rules is more than one call to an object takes, so it goes in several. When one of them
 * fails, the request fails; what was kept before is a duplicate when the client sends it again.
 *
 * @throws Problem when something of it is not kept.
 */
export async function keepEvents(
  c: Context<{ Bindings: Env }>,
  { sender, receipts, rejected, consent, bytes }: ToKeep,
): Promise<void> {
  const { id, max_events_per_minute: maxEventsPerMinute = null } = sender.config.source;
  const triggerSets = sender.config.integrations.flatMap(({ config: { mappings = [] } }) =>
    mappings.length === 0 ? [] : [triggerSetOf(mappings)],
  );
  const calls = inCalls(measured(receipts, bytes));
  for (const [index, part] of calls.entries()) {
    // The request is allowed as a whole, with its first call; what was refused is counted once, with its last.
    const claims = index === 0 ? receipts.length : 0;
    const beside = { triggerSets, consent, maxEventsPerMinute, claims };
    check(await enqueue(c, id, part, index === calls.length - 1 ? rejected : [], beside));
  }
}

type Beside = Parameters<ReturnType<Env['OUTBOX']['getByName']>['enqueue']>[2];

async function enqueue(
  c: Context<{ Bindings: Env }>,
  sourceId: string,
  receipts: readonly AcceptedEvent[],
  rejected: readonly Rejected[],
  beside: Beside,
): Promise<Enqueued | TooFast> {
  try {
    return await c.env.OUTBOX.getByName(sourceId).enqueue(receipts, rejected, beside);
  } catch (error) {
    logFault('collect.enqueue', error);
    throw outboxUnavailable();
  }
}

function check(enqueued: Enqueued | TooFast): void {
  if (enqueued.kind === 'too_fast')
    throw new Problem('rate_limited', "Nothing was kept: the source's max_events_per_minute is used up.", {
      headers: { 'Retry-After': String(Math.ceil(enqueued.retryAfterMs / 1_000)) },
    });
  if (enqueued.kind === 'source_deleted') throw unknownKey();
  if (enqueued.kind === 'full')
    throw new Problem(
      'outbox_full',
      "The source's storage is full. Send the same request again later: what was kept of it is not kept twice.",
      { headers: { 'Retry-After': RETRY_WHEN_FULL_SECONDS } },
    );
}

/** Whatever was wrong with the object: a client that sends again loses nothing. */
export function outboxUnavailable(): Problem {
  return new Problem('outbox_unavailable', 'Not everything was kept. Send again with the same messageIds.', {
    headers: { 'Retry-After': RETRY_AFTER_SECONDS },
  });
}

/** Says how long each event was on its way: as JSON text it may be longer than it came. */
function measured(receipts: readonly AcceptedEvent[], requestBytes: number): readonly AcceptedEvent[] {
  const together = receipts.reduce((sum, { sentBytes = 0 }) => sum + sentBytes, 0);
  if (together <= requestBytes) return receipts;
  const scale = requestBytes / together;
  return receipts.map((receipt) => ({ ...receipt, sentBytes: Math.floor((receipt.sentBytes ?? 0) * scale) }));
}

/** Splits receipts into calls that each fit. */
function inCalls(receipts: readonly AcceptedEvent[]): AcceptedEvent[][] {
  if (receipts.length <= 1) return receipts.map((receipt) => [receipt]);
  const calls: AcceptedEvent[][] = [];
  let chars = Number.POSITIVE_INFINITY;
  for (const receipt of receipts) {
    const own = JSON.stringify(receipt).length;
    if (chars + own > MAX_CALL_CHARS) {
      calls.push([]);
      chars = 0;
    }
    calls.at(-1)?.push(receipt);
    chars += own;
  }
  return calls;
}
