import { checkRows } from '../../domain/imports/check-rows.ts';
import type { RowDecisions } from '../../domain/imports/check-rows.ts';
import type { ImportRow } from '../../domain/imports/import-row.ts';
import { withoutPeople } from '../../domain/privacy/masked-names.ts';
import type { Hook, TakenChanges } from '../../schema/settings/hook.ts';
import { checkedRow } from './checked-row.ts';
import { DeletedLeads } from './deleted-leads.ts';
import type { ImportTables } from './import-tables.ts';
import type { ImportPorts, RowIds } from './imports-engine.ts';
import type { LagTables } from './lag-tables.ts';
import { newLags } from './new-lags.ts';
import { deliveryKeys } from './sent-keys.ts';
import { StageEvents } from './stage-events.ts';
import type { AskedEvents, ChangeOutcome } from './stage-events.ts';
import { eraseDeletedLeads, withoutUnusedLeads } from './unused-leads.ts';

/** LinkedIn accepts events for 90 days, so if a deal changes again after that, it counts as a new one. */
const KEEP_DEALS_MS = 400 * 24 * 60 * 60 * 1000;

/** Changes are decided and stored in parts of this size. */
const PART = 500;

type HookSettings = Pick<Hook, 'id' | 'kind' | 'event' | 'stages' | 'lawful_basis'>;
type Means = { tables: ImportTables; lags: LagTables; ports: ImportPorts; idOf: RowIds };

/**
 * Handles the changes that a CRM reports, and stores the resulting events. If this throws, or the answer is lost, the
 * CRM sends the changes again. Events that were stored already have the same IDs, so they are then duplicates.
 */
export async function takeChanges(
  rows: readonly ImportRow[],
  hook: HookSettings,
  means: Means,
): Promise<TakenChanges | 'unavailable'> {
  const result: TakenChanges = { changes: rows.length, sent: 0, duplicates: 0, skipped: {}, outcomes: [], refused: {} };
  const rejected: string[] = [];
  for (let from = 0; from < rows.length; from += PART) {
    const part = await takePart(rows.slice(from, from + PART), hook, means);
    if (part === 'unavailable') return part;
    for (const { row, outcome, event, isRefused } of part.toSorted((one, other) => one.row - other.row)) {
      if (outcome === 'sent') result.sent += 1;
      else if (outcome === 'duplicate') result.duplicates += 1;
      else result.skipped[outcome] = (result.skipped[outcome] ?? 0) + 1;
      result.outcomes.push({ index: row - 1, ...(event !== undefined && { event }), outcome });
      if (isRefused !== true) continue;
      result.refused[outcome] = (result.refused[outcome] ?? 0) + 1;
      rejected.push(withoutPeople(event ?? hook.event ?? 'unknown'));
    }
  }
  // Counted at the end. Otherwise they would be counted twice if a part fails and the CRM sends everything again.
  const atMs = means.ports.now();
  const counted =
    rejected.length === 0 || (await means.ports.reject(rejected.map((name) => ({ name, atMs })))) === 'kept';
  return counted ? result : 'unavailable';
}

async function takePart(
  rows: readonly ImportRow[],
  hook: HookSettings,
  { tables, lags, ports, idOf }: Means,
): Promise<ChangeOutcome[] | 'unavailable'> {
  const config = await ports.config();
  if (config === undefined) return 'unavailable';
  const decide = (events: readonly ImportRow[]): Promise<RowDecisions> =>
    checkRows(events, {
      config,
      forAll: {
        event: hook.event ?? undefined,
        events: {},
        dateOrder: undefined,
        // A hook's stages decide by themselves.
        ...(hook.stages === null && { deals: { isClosing: false, outcomes: { won: 0, lost: 0 } } }),
      },
      lawfulBasis: hook.lawful_basis,
      consentSource: `hook.${hook.lawful_basis}`,
      keyRing: ports.keyRing(),
      nowMs: ports.now(),
      idOf,
      pause: () => ports.pause(),
    });
  const { id, stages: rules } = hook;
  const deals = rules === null ? undefined : new StageEvents({ id, rules, tables, idOf, decide });
  await eraseDeletedLeads(rows, { ports, idOf });
  const { used, unused } = await withoutUnusedLeads(rows, { ports, idOf, config });
  const { events, others } = (await deals?.take(used)) ?? (await eventsOf(used, id, idOf));
  const decisions = await decide(events.map(({ row }) => row));
  const dealKeys = await dealKeysOf(events, decisions, idOf);
  // An import, another hook, or an earlier change of this part may have sent the deal's event before.
  const ofPart = new Set<string>();
  const isKnown = (index: number, at: number): boolean => {
    const key = events[index]?.reached?.isAgain === true ? undefined : dealKeys[index]?.[at];
    if (key === undefined) return false;
    const wasBefore = ofPart.has(key) || tables.wasSent(key) || tables.wasReported(key);
    ofPart.add(key);
    return wasBefore;
  };
  const results = await outcomesOf(events, decisions, { ports, isKnown });
  const isNew = (index: number): boolean => ['sendable', 'skipped'].includes(results[index]?.outcome ?? '');
  const { requests: denials } = await decide(denialsOf(used, others));
  const stored = await ports.store({
    rows: decisions.rows.filter((_, index) => isNew(index)),
    requests: [...decisions.requests, ...denials],
  });
  if (stored !== 'kept') return 'unavailable';
  for (const [index, { reached }] of events.entries())
    if (reached !== undefined && results[index]?.isDelivery !== true) deals?.notSent(reached);
  const sent = decisions.rows.map((decision, index) => ({
    decision: results[index]?.outcome === 'sendable' ? decision : undefined,
    row: events[index]?.row,
  }));
  const lagged = await newLags(sent, {
    lags,
    idOf,
    isLeadForm: hook.kind === 'linkedin_lead_sync',
    dateOrder: undefined,
  });
  ports.database.transaction(() => {
    lagged();
    lags.removeOld(ports.now());
    new DeletedLeads(ports.database.sql).removeOld(ports.now());
    deals?.save(ports.now());
    for (const [index, keys] of dealKeys.entries())
      if (results[index]?.isDelivery === true)
        for (const key of keys) if (key !== undefined) tables.noteReported(key, ports.now());
    tables.removeDeals(ports.now() - KEEP_DEALS_MS);
  });
  return [
    ...unused,
    ...others,
    ...events.map(({ row: { row, event = hook.event ?? undefined } }, index) => {
      const { outcome, reason = 'unknown' } = results[index] ?? {};
      return { row, event, outcome: reason === 'sendable' ? 'sent' : reason, isRefused: outcome === 'refused' };
    }),
  ];
}

/** Returns the changes without a known stage that refuse consent. The no counts although they lead to no event. */
function denialsOf(rows: readonly ImportRow[], others: readonly ChangeOutcome[]): ImportRow[] {
  const unused = new Set(others.filter(({ isRefused }) => isRefused === true).map(({ row }) => row));
  return rows
    .filter(({ row, consent }) => consent === false && unused.has(row))
    .map((row) => ({ ...row, problems: [...row.problems, { code: 'event_missing', field: 'event' }] }));
}

/** The hook has no stages, so each change is an event. */
async function eventsOf(rows: readonly ImportRow[], id: string, idOf: RowIds): Promise<AskedEvents> {
  const events = rows.map(async (row) => {
    // If a CRM sends a change again, it gives it the same ID.
    const own = row.eventId === undefined ? undefined : await idOf(`${id} ${row.eventId}`);
    return { row: { ...row, ...(own !== undefined && { eventId: own }) } };
  });
  return { events: await Promise.all(events), others: [] };
}

/** The keys by which an import recognises what hooks have sent of a deal. A stage's event ID is only ours. */
async function dealKeysOf(
  events: AskedEvents['events'],
  { rows }: RowDecisions,
  idOf: RowIds,
): Promise<(string | undefined)[][]> {
  const asked = events.map(({ row: { eventId, ...row }, reached }) =>
    reached === undefined && eventId !== undefined ? { ...row, eventId } : row,
  );
  return (await deliveryKeys(asked, rows, idOf)).map((keys) => keys.map(({ deal }) => deal));
}

type EventOutcome = { outcome: string; reason: string; isDelivery: boolean };

/** An event is a duplicate when all of its deliveries are in the outbox, or belong to an earlier event of this part. */
async function outcomesOf(
  events: AskedEvents['events'],
  { rows: decisions }: RowDecisions,
  { ports, isKnown: isKnownOfDeal }: { ports: ImportPorts; isKnown: (index: number, at: number) => boolean },
): Promise<EventOutcome[]> {
  const deliveries = decisions.map((each) =>
    each.kind !== 'accepted'
      ? []
      : each.accepted.deliveries.map(({ integrationId, ruleId, eventId }) => ({ integrationId, ruleId, eventId })),
  );
  const inOutbox = await ports.known(deliveries.flat());
  const seen = new Set<string>();
  let next = 0;
  return events.map(({ row }, index) => {
    const known = (deliveries[index] ?? []).map((delivery, at) => {
      const key = JSON.stringify(delivery);
      const isKnown = inOutbox[next] === true || seen.has(key) || isKnownOfDeal(index, at);
      next += 1;
      seen.add(key);
      return isKnown;
    });
    const isKnown = known.length > 0 && !known.includes(false);
    const [, outcome, problems] = checkedRow(row, decisions[index], { isKnown, deliveries: [] }).result;
    const isDelivery = outcome === 'sendable' || outcome === 'duplicate';
    return { outcome, isDelivery, reason: isDelivery ? outcome : (problems[0]?.code ?? outcome) };
  });
}
