import type { Context } from 'hono';
import { Hono } from 'hono';

import { refusedBefore, stillRefused } from '../../domain/refusals/still-refused.ts';
import { outcomeHistory } from '../../domain/reports/outcome-history.ts';
import { byNeed, judged } from '../../domain/reports/verdict.ts';
import type { ConnectionFacts } from '../../domain/reports/verdict.ts';
import { namesInLedger } from '../../domain/reports/why-none.ts';
import { vaultOf } from '../../objects/credentials/vault-of.ts';
import type { OverviewSpan } from '../../objects/outbox/outbox-reader.ts';
import type { BacklogView } from '../../objects/outbox/reports/backlog.ts';
import { OverviewQuery } from '../../schema/queries.ts';
import { OVERVIEW_HOURS, VERDICTS } from '../../schema/reports/overview.ts';
import type { OverviewPeriod, OverviewRow } from '../../schema/reports/overview.ts';
import type { Integration } from '../../schema/settings/integration.ts';
import type { Source } from '../../schema/settings/source.ts';
import { versionInUseDaysLeft } from './connection/version-in-use.ts';
import type { AdminEnv } from './env.ts';
import { page, pageOfAll } from './input.ts';
import { readQuery } from './query.ts';

type AdminContext = Context<AdminEnv>;

const DAY_MS = 86_400_000;

/** The sender may have corrected what was refused before this time, and there is no other sign of that. */
const REFUSED_HOURS = 24;

/** The most sites that are sorted together. Each costs four calls between objects, and a request may make 1,000. */
const MOST_SORTED = 200;

/** `/v1/admin/overview`: every site that the person may see, the worst first. */
export function adminOverview(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();
  routes.get('/', async (c) => {
    const { period, limit, cursor, source_id: wanted } = readQuery(c, OverviewQuery);
    const registry = c.env.REGISTRY.getByName('registry');
    const only = onlyIn(c, wanted);
    const after = cursor?.block;
    const block = page(await registry.sources({ limit: MOST_SORTED + 1, after, only }), MOST_SORTED);
    const every = { limit: Number.MAX_SAFE_INTEGER, after: undefined, sourceId: undefined };
    const bySource = Map.groupBy(await registry.integrations({ ...every, only }), ({ source_id: id }) => id);
    const rows = await Promise.all(
      block.data.map((source) => rowOf(c, { source, integrations: bySource.get(source.id) ?? [], period })),
    );
    const found = pageOfAll(byNeed(rows, VERDICTS), { limit, cursor: cursor?.last }, (row) => row.source_id);
    return c.json({ ...found, next_cursor: cursorOf({ after, last: found.next_cursor, next: block.next_cursor }) });
  });
  return routes;
}

/**
 * Returns the cursor of the next page. The sites that are sorted together begin after the ID `after`. The page ends with
 * the site `last`, or else the next page begins after `next`, with other sites.
 */
function cursorOf({
  after = '',
  last,
  next,
}: {
  after: string | undefined;
  last: string | null;
  next: string | null;
}): string | null {
  if (last !== null) return `${after}.${last}`;
  return next === null ? null : `${next}.`;
}

/** Returns the sources that the person may see, or the one that they ask for. Undefined means all. */
function onlyIn(c: AdminContext, wanted: string | undefined): readonly string[] | undefined {
  const { sourceIds } = c.get('principal');
  if (wanted === undefined) return sourceIds;
  return sourceIds === undefined || sourceIds.includes(wanted) ? [wanted] : [];
}

type Site = { source: Source; integrations: readonly Integration[]; period: OverviewPeriod };

async function rowOf(c: AdminContext, { source, integrations, period }: Site): Promise<OverviewRow> {
  const nowMs = Date.now();
  const { id } = source;
  const hours = OVERVIEW_HOURS[period];
  const step = period === '24h' ? 'hour' : 'day';
  const span: OverviewSpan =
    step === 'hour' ? { hours } : { from: day(nowMs - hours * HOUR_MS + DAY_MS), to: day(nowMs) };
  const tally = c.env.TALLY.getByName(id);
  const [report, tallied, refusals, ends, versionDays] = await Promise.all([
    c.env.OUTBOX.getByName(id).siteOverview(
      integrations.map((integration) => integration.id),
      span,
    ),
    'hours' in span ? tally.lastHours(span.hours) : tally.ledger(span),
    c.env.REFUSALS.getByName(id).lastHours(REFUSED_HOURS),
    Promise.all(integrations.map((integration) => vaultOf(c.env, integration).ends())),
    Promise.all(integrations.map((integration) => versionInUseDaysLeft(c.env, integration, nowMs))),
  ]);
  const { totals } = report.ledger;
  const skipped = skippedIn([totals.skipped, tallied.totals.skipped]);
  const facts = {
    held: sum(report.backlogs.map((backlog) => backlog.held)),
    failed: totals.dead,
    received: totals.received + tallied.totals.received,
    delivered: totals.delivered,
    refused: stillRefused(refusals, source),
    refusedBefore: refusedBefore(refusals, source),
    tokenDaysLeft: soonest(ends.map((one) => daysLeft(reconnectAtMs(one), nowMs))),
    versionDaysLeft: soonest(versionDays.map((days) => days ?? null)),
  };
  const { identifiers } = report;
  const isNew = facts.received === 0 && identifiers.events === 0 && !(await hasEverReceived(c.env, id));
  const others = {
    waiting: totals.pending,
    skipped,
    names: namesInLedger([...report.ledger.data, ...tallied.data]),
    settings: integrations.filter(({ enabled }) => enabled).map(({ config }) => config),
    isShortLull: step === 'hour' && identifiers.events > 0,
  };
  const share = (events: number): number | null => (identifiers.events === 0 ? null : events / identifiers.events);
  return {
    source_id: id,
    name: source.name,
    labels: source.labels ?? [],
    ...judged({
      ...facts,
      isNew,
      others,
      connections: integrations.map((integration, index) =>
        connectionFacts(integration, ends[index] !== undefined, report.backlogs[index]),
      ),
    }),
    received: facts.received,
    delivered: facts.delivered,
    pending: totals.pending,
    held: facts.held,
    failed: facts.failed,
    skipped: sum(Object.values(skipped)),
    refused: facts.refused,
    value_delivered: byCurrency(report.valueDelivered),
    value_at_risk: byCurrency(report.valueAtRisk),
    match: {
      click_id: share(identifiers.click_id),
      email: share(identifiers.email),
      names: share(identifiers.names),
    },
    // An object of an older release doesn't know it yet.
    match_by_rule: report.identifiersByRule ?? [],
    token_days_left: facts.tokenDaysLeft,
    version_days_left: facts.versionDaysLeft,
    connections: integrations.map(({ id: integrationId, name, enabled }) => ({ id: integrationId, name, enabled })),
    history: outcomeHistory([...report.ledger.data, ...tallied.data], {
      step,
      steps: step === 'hour' ? hours : hours / 24,
      nowMs,
    }),
  };
}

const HOUR_MS = DAY_MS / 24;

/** Before any version of Directflight. The ledger's counts stay until the site is deleted. */
const FIRST_DAY = '2026-01-01';

/** Only for sites without events in a period and in the outbox: it reads all their counts. */
async function hasEverReceived({ OUTBOX, TALLY }: AdminContext['env'], id: string): Promise<boolean> {
  const always = { from: FIRST_DAY, to: day(Date.now()) };
  const ledgers = await Promise.all([OUTBOX, TALLY].map((store) => store.getByName(id).ledger(always)));
  return ledgers.some(({ totals }) => totals.received > 0);
}

function connectionFacts(
  { enabled }: Integration,
  hasToken: boolean,
  backlog: Omit<BacklogView, 'storage'> | undefined,
): ConnectionFacts {
  return {
    enabled,
    hasToken,
    hold: backlog?.hold ?? null,
    rules: (backlog?.rules ?? []).flatMap(({ hold, waiting, conversion_rule_id: ruleId }) =>
      hold !== null && waiting > 0 ? [{ ruleId, reason: hold.reason, sentence: hold.sentence }] : [],
    ),
  };
}

type Ends = { accessExpiresAtMs: number | undefined; refreshExpiresAtMs: number | undefined; isRenewable: boolean };

/** Returns when a person has to connect again. A token that is renewed lasts as long as its refresh token. */
function reconnectAtMs(ends: Ends | undefined): number | undefined {
  return ends?.isRenewable === true ? ends.refreshExpiresAtMs : ends?.accessExpiresAtMs;
}

function daysLeft(atMs: number | undefined, nowMs: number): number | null {
  return atMs === undefined ? null : Math.floor((atMs - nowMs) / DAY_MS);
}

function soonest(days: readonly (number | null)[]): number | null {
  const known = days.filter((one) => one !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function byCurrency(value: readonly { currency: string; amount: string }[]): Record<string, string> {
  return Object.fromEntries(value.map(({ currency, amount }) => [currency, amount]));
}

/** Adds up skipped events by reason. */
function skippedIn(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const all = Map.groupBy(
    counts.flatMap((one) => Object.entries(one)),
    ([reason]) => reason,
  );
  return Object.fromEntries([...all].map(([reason, same]) => [reason, sum(same.map(([, events]) => events))]));
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
