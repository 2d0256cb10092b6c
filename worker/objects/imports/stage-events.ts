import { leadSpellings } from '../../domain/hooks/lead-spellings.ts';
import { planChange, sentKey, stageCalled, stageValue } from '../../domain/hooks/stages.ts';
import type { Deal } from '../../domain/hooks/stages.ts';
import { dealOf, NEW_DEAL, stageNames, storedDeal } from '../../domain/hooks/stored-deal.ts';
import type { StoredDeal } from '../../domain/hooks/stored-deal.ts';
import type { RowDecisions } from '../../domain/imports/check-rows.ts';
import { dealIdentity } from '../../domain/imports/deal-identity.ts';
import type { ImportRow } from '../../domain/imports/import-row.ts';
import type { StageRules } from '../../schema/settings/hook.ts';
import type { ImportTables } from './import-tables.ts';
import type { RowIds } from './imports-engine.ts';

/**
 * An event to store. `reached`: the deal's stage, which counts as sent once the event is a delivery. `isAgain`: it was
 * sent before, and the deal went back in the meantime.
 */
type AskedEvent = { row: ImportRow; reached?: { deal: string; key: string; isAgain: boolean } };

/** The outcome of a change, or of one of its events. `isRefused`: the change can't be used at all. */
export type ChangeOutcome = { row: number; outcome: string; event?: string | undefined; isRefused?: boolean };

/** The results of some changes: the events to store, and the outcomes of changes without one. */
export type AskedEvents = { events: AskedEvent[]; others: ChangeOutcome[] };

type Means = {
  id: string;
  rules: StageRules;
  tables: ImportTables;
  idOf: RowIds;
  decide: (rows: readonly ImportRow[]) => Promise<RowDecisions>;
};

/** The deals of a request, in the state after its changes. */
export class StageEvents {
  readonly #means: Means;
  readonly #names: readonly string[];
  readonly #deals = new Map<string, { before: StoredDeal; now: Deal }>();

  constructor(means: Means) {
    this.#means = means;
    this.#names = stageNames(means.rules);
  }

  /**
   * Returns the events of all stages that the deals reach with these changes. A change whose own stage can't be sent
   * doesn't change its deal, so that a corrected change is handled as if it were the first.
   */
  async take(rows: readonly ImportRow[]): Promise<AskedEvents> {
    const { rules, idOf, decide } = this.#means;
    const taken: AskedEvents = { events: [], others: [] };
    const own = rows.flatMap((row) => {
      const isObject = row.problems.every(({ code }) => code !== 'not_an_object');
      const rank = isObject ? stageCalled(row.stage, rules) : undefined;
      const event = rank === undefined ? undefined : this.#eventOf(row, rank);
      if (rank !== undefined && event !== undefined) return [{ row, rank, event }];
      taken.others.push({ row: row.row, outcome: isObject ? 'unknown_stage' : 'not_an_object', isRefused: true });
      return [];
    });
    const { rows: decisions } = await decide(own.map(({ event }) => event));
    for (const [index, { row, rank, event }] of own.entries()) {
      const decision = decisions[index];
      const skipReason = decision?.kind === 'accepted' ? decision.accepted.skipReason : undefined;
      const isSendable = decision?.kind === 'accepted' && skipReason === undefined;
      // If the time can't be right, the change doesn't count for the deal.
      const isTimely = decision?.kind === 'accepted' && skipReason !== 'too_old';
      const whose = await this.#whose(row);
      if (whose === undefined || typeof row.time !== 'number') {
        // By a name alone, nobody can tell whether the person's stage was sent before.
        const { firstName: _, lastName: __, ...nameless } = event;
        taken.events.push({ row: nameless });
        continue;
      }
      const deal = await this.#dealKey(whose);
      const { before, now } = this.#deal(deal);
      const plan = planChange({ atMs: row.time, rank }, now, rules);
      const eventIdOf = (place: number, nth: number): Promise<string> =>
        idOf(`stage ${this.#means.id} ${whose} ${this.#names[place]} ${nth}`);
      // A refusal of consent counts even if the stage was sent before.
      if (!isSendable && (plan.isOwn || !isTimely || row.consent === false)) {
        const nth = plan.wanted.find((each) => each.rank === rank)?.nth ?? 0;
        taken.events.push({ row: { ...event, eventId: await eventIdOf(rank, nth) } });
        continue;
      }
      if (plan.wanted.length === 0) taken.others.push({ row: row.row, event: event.event, outcome: plan.otherwise });
      for (const each of plan.wanted) {
        const wanted = this.#eventOf(row, each.rank);
        if (wanted === undefined) continue;
        const eventId = await eventIdOf(each.rank, each.nth);
        const reached = { deal, key: sentKey(each), isAgain: each.nth > 0 };
        taken.events.push({ row: { ...wanted, time: each.atMs, eventId }, reached });
      }
      const sent = new Map([...now.sent, ...plan.wanted.map((each) => [sentKey(each), each.atMs] as const)]);
      this.#deals.set(deal, { before, now: { changes: plan.changes, sent } });
    }
    return taken;
  }

  /** Returns what identifies the deal of a change. A deal or lead may be stored under another spelling of its ID. */
  async #whose({ dealId, leadUrn, emailSha256, userId, clickId }: ImportRow): Promise<string | undefined> {
    const spellings =
      dealId !== undefined ? [dealIdentity(dealId), dealId] : leadUrn === undefined ? [] : leadSpellings(leadUrn);
    const [first = emailSha256 ?? userId ?? clickId, ...others] = spellings;
    for (const spelling of others) {
      const key = await this.#dealKey(spelling);
      if (this.#means.tables.deal(key) !== NEW_DEAL) return spelling;
    }
    return first;
  }

  #dealKey(whose: string): Promise<string> {
    return this.#means.idOf(`deal ${this.#means.id} ${whose}`);
  }

  /** Records that a stage did not become a delivery after all. */
  notSent({ deal, key }: NonNullable<AskedEvent['reached']>): void {
    const { before, now } = this.#deal(deal);
    const sent = new Map([...now.sent].filter(([each]) => each !== key));
    this.#deals.set(deal, { before, now: { ...now, sent } });
  }

  /** Must be called in a transaction. */
  save(nowMs: number): void {
    const { tables, rules } = this.#means;
    for (const [key, { before, now }] of this.#deals) tables.saveDeal(key, storedDeal(now, before, rules), nowMs);
  }

  #deal(key: string): { before: StoredDeal; now: Deal } {
    const known = this.#deals.get(key);
    if (known !== undefined) return known;
    const before = this.#means.tables.deal(key);
    return { before, now: dealOf(before, this.#means.rules) };
  }

  #eventOf(row: ImportRow, rank: number): ImportRow | undefined {
    const stage = this.#means.rules.stages[rank];
    if (stage === undefined) return undefined;
    const { value: _, eventId: __, ...rest } = row;
    const value = stageValue(stage, row);
    return { ...rest, ...(value !== undefined && { value }), event: stage.event };
  }
}
