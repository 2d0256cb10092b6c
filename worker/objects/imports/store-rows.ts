import { forTally } from '../../domain/collect/tallied-event.ts';
import type { RowDecisions } from '../../domain/imports/check-rows.ts';
import type { Env } from '../../env.ts';
import type { EraseReason } from '../../schema/events/outcome.ts';
import type { Rejected } from '../outbox/delivery-types.ts';

type Stored = 'kept' | 'full' | 'source_deleted';
type Stores = { env: Pick<Env, 'OUTBOX' | 'TALLY'>; sourceId: string; importId?: string | undefined };

/**
 * Stores the events of rows as the collector stores those of a server. People who withdraw consent are erased, even if
 * there is no room for the events.
 *
 * @param importId The import that they came with, if it is one.
 * @param erase Ends what waits for people, in the outbox and in open imports.
 */
export async function storeRows(
  decisions: RowDecisions,
  { erase, ...stores }: Stores & { erase: (tags: readonly string[], reason: EraseReason) => Promise<unknown> },
): Promise<Stored> {
  const stored = await storeEvents(decisions, stores);
  const withdrawn = decisions.requests.flatMap((request) => request.erase);
  if (withdrawn.length > 0) await erase(withdrawn, 'consent_withdrawn');
  return stored;
}

async function storeEvents({ rows, requests }: RowDecisions, { env, sourceId, importId }: Stores): Promise<Stored> {
  const [request] = requests;
  if (request === undefined) return 'kept';
  const { triggerSets, asked, consent } = request;
  const from = importId === undefined ? {} : { importId };
  const { outbox, tally } = forTally(
    rows.flatMap((row) => (row.kind === 'accepted' ? [{ ...row.accepted, ...from }] : [])),
  );
  if (outbox.length > 0) {
    const beside = { triggerSets, consent, maxEventsPerMinute: null };
    const stored = await env.OUTBOX.getByName(sourceId).enqueue(outbox, [], beside);
    if (stored.kind !== 'kept') return stored.kind === 'source_deleted' ? 'source_deleted' : 'full';
  }
  if (tally.length > 0) {
    const stored = await env.TALLY.getByName(sourceId).count({
      events: tally,
      rejected: [],
      triggerSets,
      asked,
      consent,
    });
    if (stored.kind !== 'kept') return 'source_deleted';
  }
  return 'kept';
}

/** Counts the changes or rows that can't be used, as received and rejected. */
export async function countRejected(
  rejected: readonly Rejected[],
  { env, sourceId }: { env: Pick<Env, 'TALLY'>; sourceId: string },
): Promise<'kept' | 'source_deleted'> {
  const beside = { events: [], triggerSets: [], asked: [], consent: {} };
  const counted = await env.TALLY.getByName(sourceId).count({ ...beside, rejected });
  return counted.kind === 'kept' ? 'kept' : 'source_deleted';
}
