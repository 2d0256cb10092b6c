import type { OverviewRow } from '../../../worker/schema/reports/overview.ts';
import { ApiProblem } from '../app/api.ts';
import { rememberedRules } from '../connection/rule-memory.ts';
import { knownRules, type KnownRules } from '../connection/rule-picker.ts';
import { texts } from '../texts.ts';

const t = texts.home;

/** A row of the overview, with the rule that its verdict is about, if the console has found it. */
export type JudgedRow = OverviewRow & { ofRule?: { integrationId: string; ruleId: string } };

/**
 * Each connection costs a request to LinkedIn, so a list asks only about a few. A single site's page always asks. Only
 * LinkedIn knows which campaigns a rule has: the overview of the API doesn't ask it.
 */
const MOST_ASKED = 5;

/** Returns the rules of a connection. */
export type RulesOf = (integrationId: string) => Promise<KnownRules>;

/** Makes a function that asks LinkedIn for the rules of each connection once. */
export function rulesReader(signal: AbortSignal): RulesOf {
  const asked = new Map<string, Promise<KnownRules>>();
  return (id) => {
    const asking = asked.get(id) ?? knownRules(id, signal);
    asked.set(id, asking);
    return asking;
  };
}

/** Says whether LinkedIn can be asked about all connections of working sites at once. */
export function areFew(rows: readonly OverviewRow[]): boolean {
  return rows.flatMap(connectionsToAsk).length <= MOST_ASKED;
}

/**
 * Judges working sites by their rules' campaigns too. If there are too many connections to ask LinkedIn about, only
 * what it has said in the last minutes counts.
 */
export function judgedIfFew(rows: readonly OverviewRow[], rulesOf: RulesOf): Promise<JudgedRow[]> {
  return areFew(rows)
    ? Promise.all(rows.map((row) => judgedByCampaigns(row, rulesOf)))
    : Promise.resolve(judgedByMemory(rows));
}

/** Judges working sites by what LinkedIn has said about their rules in the last minutes. */
export function judgedByMemory(rows: readonly OverviewRow[]): JudgedRow[] {
  return rows.map((row) => {
    const known = connectionsToAsk(row).flatMap((id) => {
      const rules = rememberedRules(id);
      return rules === undefined ? [] : [[id, rules] as const];
    });
    return withoutCampaigns(row, new Map(known));
  });
}

/**
 * Returns the connections of working sites that LinkedIn has said nothing about in the last minutes, those of the most
 * active sites first.
 */
export function notAskedYet(rows: readonly OverviewRow[]): string[] {
  const busiest = rows.toSorted((one, other) => other.received - one.received);
  return [...new Set(busiest.flatMap(connectionsToAsk))].filter((id) => rememberedRules(id) === undefined);
}

/** Returns how many connections of working sites there are. */
export function connectionsOf(rows: readonly OverviewRow[]): number {
  return new Set(rows.flatMap(connectionsToAsk)).size;
}

/** Judges a working site by its rules' campaigns too. Returns the same row if nothing is missing, or nothing is known. */
export async function judgedByCampaigns(row: OverviewRow, rulesOf: RulesOf): Promise<JudgedRow> {
  const ids = connectionsToAsk(row);
  const known = new Map(await Promise.all(ids.map(async (id) => [id, await rulesOf(id)] as const)));
  return withoutCampaigns(row, known);
}

/**
 * Says of a working site that conversions of its latest events can't be attributed to an ad, because their rules have
 * no campaigns.
 */
export function withoutCampaigns(row: OverviewRow, known: ReadonlyMap<string, KnownRules>): JudgedRow {
  if (row.verdict !== 'working') return row;
  const lacking = row.match_by_rule.flatMap(({ integration_id: integrationId, conversion_rule_id: ruleId }) => {
    const rules = known.get(integrationId);
    const rule = rules === undefined || rules instanceof ApiProblem ? undefined : rules.find(({ id }) => id === ruleId);
    return rule?.campaign_ids.length === 0 ? [{ integrationId, ruleId, name: rule.name }] : [];
  });
  const [first] = lacking;
  if (first === undefined) return row;
  return {
    ...row,
    verdict: 'attention',
    cause: 'rule_without_campaigns',
    sentence: t.withoutCampaigns(lacking.map(({ name, ruleId }) => `“${name}” (${ruleId})`)),
    ofRule: { integrationId: first.integrationId, ruleId: first.ruleId },
  };
}

function connectionsToAsk({ verdict, match_by_rule: rules }: OverviewRow): string[] {
  return verdict === 'working' ? [...new Set(rules.map(({ integration_id: id }) => id))] : [];
}
