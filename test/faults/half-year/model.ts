/**
 * The expected results of the half year, derived only from the documentation (docs/how-to/connect-a-crm.md and
 * import-conversions.md). It shares no code with the product, and works in another way.
 */
import { isOlderThan90Days, STAGES } from './journeys.ts';
import type { Change, FormLead, HookName, LeadNotice, Money, Person, Row, StageName } from './journeys.ts';

export type Expected = { rule: 'Lead' | StageName; atMs: number; person: Person; money: Money | undefined };

/** The settings of a hook in the half year. */
export type StageSettings = { fills: boolean; repeats: boolean };

type KnownChange = { rank: number; atMs: number };
type KnownDeal = { known: KnownChange[]; sent: KnownChange[] };

export class Model {
  readonly accepted: Expected[] = [];
  readonly #formIds = new Set<string>();
  readonly #leads = new Set<string>();
  readonly #deletedLeads = new Set<string>();
  readonly #rowIds = new Set<string>();
  readonly #deals = new Map<string, KnownDeal>();

  form({ id, atMs, person, hasConsent }: FormLead, nowMs: number): string {
    if (this.#formIds.has(id)) return 'duplicate';
    this.#formIds.add(id);
    if (!hasConsent) return 'no_consent';
    if (isOlderThan90Days(atMs, nowMs)) return 'too_old';
    if (isNobody(person)) return 'no_identity';
    this.accepted.push({ rule: 'Lead', atMs, person, money: undefined });
    return 'sent';
  }

  notice({ urn, atMs, action }: LeadNotice, nowMs: number): string {
    if (action === 'DELETED') this.#deletedLeads.add(urn);
    if (this.#deletedLeads.has(urn)) return 'lead_deleted';
    if (this.#leads.has(urn)) return 'duplicate';
    if (isOlderThan90Days(atMs, nowMs)) return 'too_old';
    this.#leads.add(urn);
    this.accepted.push({ rule: 'Lead', atMs, person: { leadUrn: urn }, money: undefined });
    return 'sent';
  }

  /** Returns the outcome of each event of a change, or of the change itself. */
  change(
    hook: HookName,
    { deal, stage, atMs, person, money }: Change,
    settings: StageSettings,
    nowMs: number,
  ): string[] {
    const rank = STAGES.findIndex((name) => name === stage);
    if (rank < 0) return ['unknown_stage'];
    if (atMs === undefined) return ['time_missing'];
    if (isOlderThan90Days(atMs, nowMs)) return ['too_old'];
    const key = `${hook} ${deal}`;
    const { known, sent } = this.#deals.get(key) ?? { known: [], sent: [] };
    const own = { rank, atMs };
    const isRepeat = known.some((one) => isSame(one, own));
    const before = known.filter((one) => !isSame(one, own));
    const after = [...before, own];
    const due = stillDue(own, {
      before: reached(before, settings),
      now: reached(after, settings),
      sent,
    });
    if (isNobody(person) && due.some((one) => one.rank === rank)) return ['no_identity'];
    this.#deals.set(key, { known: after, sent });
    const wasSent = sent.some((one) => one.rank === rank);
    if (due.length === 0) return [wasSent ? (isRepeat ? 'duplicate' : 'stage_already_sent') : 'stage_passed'];
    for (const one of due) {
      sent.push(one);
      const name = STAGES[one.rank] ?? 'MQL';
      this.accepted.push({ rule: name, atMs: one.atMs, person, money: worth(name, money) });
    }
    return due.map(() => 'sent');
  }

  /** Returns the outcome of each row of a file. */
  file(rows: readonly Row[], nowMs: number): string[] {
    const inFile = new Set<string>();
    return rows.map((row) => {
      if (row.atMs === undefined) return 'time_unreadable';
      const rule = STAGES.find((name) => name === row.event);
      if (rule === undefined) return 'no_mapping';
      if (row.consent === 'no') return 'no_consent';
      if (isOlderThan90Days(row.atMs, nowMs)) return 'too_old';
      if (isNobody(row.person)) return 'no_identity';
      if (this.#rowIds.has(row.id)) return inFile.has(row.id) ? 'duplicate_in_file' : 'already_sent';
      this.#rowIds.add(row.id);
      inFile.add(row.id);
      this.accepted.push({ rule, atMs: row.atMs, person: row.person, money: row.money });
      return 'accepted';
    });
  }
}

const isNobody = ({ email, clickId, leadUrn }: Person): boolean =>
  [email, clickId, leadUrn].every((one) => one === undefined);

const isSame = (one: KnownChange, other: KnownChange): boolean => one.rank === other.rank && one.atMs === other.atMs;

/** Of the stages that a change concerns: the times that were not sent, at most as many as the deal has reached it more often than it was sent. */
function stillDue(
  own: KnownChange,
  { before, now, sent }: Record<'before' | 'now' | 'sent', readonly KnownChange[]>,
): KnownChange[] {
  const due: KnownChange[] = [];
  for (const [rank] of STAGES.entries()) {
    const ofRank = (list: readonly KnownChange[]): KnownChange[] => list.filter((one) => one.rank === rank);
    const isNew = ofRank(now).some((one) => isSame(one, own) || !before.some((other) => isSame(other, one)));
    if (!isNew) continue;
    const unsent = ofRank(now).filter((one) => !sent.some((other) => isSame(other, one)));
    const ordered = [...unsent.filter((one) => isSame(one, own)), ...unsent.filter((one) => !isSame(one, own))];
    due.push(...ordered.slice(0, Math.max(0, ofRank(now).length - ofRank(sent).length)));
  }
  return due;
}

/** The stages that a deal has reached: each time that it moves forward, those after the stage where it began. */
function reached(changes: readonly KnownChange[], { fills, repeats }: StageSettings): KnownChange[] {
  const climbs: KnownChange[][] = [[]];
  for (const change of changes.toSorted((one, other) => one.atMs - other.atMs || one.rank - other.rank)) {
    const last = climbs.at(-1)?.at(-1);
    if (repeats && last !== undefined && change.rank < last.rank) climbs.push([change]);
    else climbs.at(-1)?.push(change);
  }
  return climbs.flatMap((climb, round) => {
    const floor = round === 0 ? -1 : (climb[0]?.rank ?? -1);
    return STAGES.flatMap((_, rank) => {
      if (rank <= floor) return [];
      // The first change to the stage, or beyond it, decides.
      const firstBeyond = climb.find((one) => one.rank > rank);
      const firstAt = climb.find((one) => one.rank === rank);
      const isInTime =
        firstAt !== undefined && (firstBeyond === undefined || climb.indexOf(firstAt) < climb.indexOf(firstBeyond));
      if (isInTime) return [{ rank, atMs: firstAt.atMs }];
      return fills && firstBeyond !== undefined ? [{ rank, atMs: firstBeyond.atMs }] : [];
    });
  });
}

/** MQL by table, SQL by amount and probability, Won by amount. */
function worth(stage: string, money: Money | undefined): Money | undefined {
  if (stage === 'MQL') {
    const amount = { EUR: 50, USD: 55 }[money?.currency ?? 'EUR'];
    return amount === undefined ? undefined : { amount, currency: money?.currency ?? 'EUR' };
  }
  if (stage === 'SQL') return money && { ...money, amount: (money.amount * 2) / 5 };
  return money;
}
