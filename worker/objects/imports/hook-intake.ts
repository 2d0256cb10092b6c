import { MAX_CHANGES, reachedStages, stageCalled, stageValue } from '../../domain/hooks/stages.ts';
import type { StageChange } from '../../domain/hooks/stages.ts';
import { checkRows } from '../../domain/imports/check-rows.ts';
import type { ImportRow } from '../../domain/imports/import-row.ts';
import type { Hook, HookResult } from '../../schema/settings/hook.ts';
import { checkedRow } from './checked-row.ts';
import type { ImportTables } from './import-tables.ts';
import type { ImportPorts, RowIds } from './imports-engine.ts';

/** LinkedIn accepts events of 90 days, so an older deal that changes again is a new one. */
const KEEP_DEALS_MS = 400 * 24 * 60 * 60 * 1000;

/**
 * Takes the changes that a CRM reports, and stores what follows from them. When it throws, or the answer is lost, the
 * CRM sends them again, and the same stages have the same IDs.
 */
export async function takeChanges(
  rows: readonly ImportRow[],
  hook: Pick<Hook, 'id' | 'kind' | 'event' | 'stages' | 'lawful_basis'>,
  { tables, ports, idOf }: { tables: ImportTables; ports: ImportPorts; idOf: RowIds },
): Promise<HookResult | 'unavailable'> {
  const result: HookResult = { changes: rows.length, sent: 0, duplicates: 0, skipped: {} };
  const skip = (reason: string): void => void (result.skipped[reason] = (result.skipped[reason] ?? 0) + 1);
  const deals = new Map<string, StageChange[]>();
  const events: ImportRow[] = [];
  for (const row of rows) {
    if (hook.stages === null) {
      // A CRM that sends a change again gives it the same ID.
      const own = row.eventId === undefined ? undefined : await idOf(`${hook.id} ${row.eventId}`);
      events.push({ ...row, ...(own !== undefined && { eventId: own }) });
      continue;
    }
    const made = await stageEvents(row, { ...hook, stages: hook.stages }, { deals, tables, idOf });
    if (typeof made === 'string') skip(made);
    else events.push(...made);
  }
  const config = await ports.config();
  if (config === undefined) return 'unavailable';
  const decisions = await checkRows(events, {
    config,
    forAll: { event: hook.event ?? undefined, events: {}, dateOrder: undefined },
    lawfulBasis: hook.lawful_basis,
    consentSource: `hook.${hook.lawful_basis}`,
    keyRing: ports.keyRing(),
    nowMs: ports.now(),
    idOf,
    pause: () => ports.pause(),
  });
  const identities = decisions.rows.map((each) => (each.kind === 'accepted' ? each.accepted.deliveries : []));
  const known = await ports.known(
    identities.flat().map(({ integrationId, ruleId, eventId }) => ({ integrationId, ruleId, eventId })),
  );
  let next = 0;
  const outcomes = events.map((row, index) => {
    const from = next;
    next += identities[index]?.length ?? 0;
    const isKnown = next > from && !known.slice(from, next).includes(false);
    return checkedRow(row, decisions.rows[index], { isKnown, deliveries: [] }).result;
  });
  const isNew = (index: number): boolean => ['sendable', 'skipped'].includes(outcomes[index]?.[1] ?? '');
  const stored = await ports.store({ ...decisions, rows: decisions.rows.filter((_, index) => isNew(index)) });
  if (stored !== 'kept') return 'unavailable';
  ports.database.transaction(() => {
    for (const [deal, changes] of deals) tables.saveChanges(deal, changes, ports.now());
    tables.removeDeals(ports.now() - KEEP_DEALS_MS);
  });
  for (const [, outcome, problems] of outcomes) {
    if (outcome === 'sendable') result.sent += 1;
    else if (outcome === 'duplicate') result.duplicates += 1;
    else skip(problems[0]?.code ?? outcome);
  }
  return result;
}

/** Returns the events of all stages that the deal has reached by now, or why the change is left out. */
async function stageEvents(
  row: ImportRow,
  { id, stages: rules }: Pick<Hook, 'id'> & { stages: NonNullable<Hook['stages']> },
  { deals, tables, idOf }: { deals: Map<string, StageChange[]>; tables: ImportTables; idOf: RowIds },
): Promise<ImportRow[] | string> {
  const rank = stageCalled(row.stage, rules);
  if (rank === undefined) return 'unknown_stage';
  if (typeof row.time !== 'number') return row.problems.find(({ field }) => field === 'time')?.code ?? 'time_ambiguous';
  const whose = row.dealId ?? row.leadUrn ?? row.emailSha256 ?? row.userId ?? row.clickId;
  if (whose === undefined) return 'no_identity';
  const deal = await idOf(`deal ${id} ${whose}`);
  const known = deals.get(deal) ?? tables.changesOf(deal);
  const change = { atMs: row.time, rank };
  const isKnown = known.some(({ atMs, rank: own }) => atMs === change.atMs && own === change.rank);
  const changes = isKnown ? known : [...known, change].slice(-MAX_CHANGES);
  deals.set(deal, changes);
  const before = new Set(reachedStages(known, rules).map(({ rank: own, round }) => `${own} ${round}`));
  // A change that is reported again may not have been stored the last time, so its stages are asked for again too.
  const reached = reachedStages(changes, rules).filter(
    ({ rank: own, round, atMs }) => !before.has(`${own} ${round}`) || (isKnown && atMs === change.atMs),
  );
  return Promise.all(
    reached.flatMap(({ rank: own, round, atMs }) => {
      const stage = rules.stages[own];
      if (stage === undefined) return [];
      const { value: _, ...rest } = row;
      const value = stageValue(stage, row);
      return [
        idOf(`stage ${id} ${whose} ${own} ${round}`).then((eventId): ImportRow => ({
          ...rest,
          ...(value !== undefined && { value }),
          event: stage.event,
          time: atMs,
          eventId,
        })),
      ];
    }),
  );
}
