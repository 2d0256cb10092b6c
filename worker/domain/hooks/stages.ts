import type { Stage, StageRules } from '../../schema/settings/hook.ts';
import type { ImportRow } from '../imports/import-row.ts';
import { canMean } from '../value/currency.ts';
import { Big } from '../value/exact-number.ts';

/** A change of a deal's stage, as the CRM reported it. `rank`: the stage's place in the rules, from 0. */
export type StageChange = { atMs: number; rank: number };

/** A stage to send. `nth`: 0 the first time that it is sent for its deal. */
type SentStage = { rank: number; nth: number };

/** A stage that a deal reaches, and that has to be sent. */
type Wanted = StageChange & SentStage;

/** A deal has few changes. More than these come from two systems that update each other in a loop. */
export const MAX_CHANGES = 200;

/** Returns the stage that has this name or ID in the CRM. */
export function stageCalled(name: string | undefined, { stages }: StageRules): number | undefined {
  const wanted = name?.trim().toLowerCase();
  const rank = stages.findIndex(({ values }) => values.some((value) => value.toLowerCase() === wanted));
  return rank < 0 ? undefined : rank;
}

/**
 * Returns the stages that a deal has reached: each once, or again after the deal went back. The result depends only on
 * the changes and their times, not on the order in which the CRM reported them, or how often.
 */
export function reachedStages(
  changes: readonly StageChange[],
  { on_skip: onSkip, on_back: onBack }: StageRules,
): StageChange[] {
  const inOrder = changes.toSorted((one, other) => one.atMs - other.atMs || one.rank - other.rank);
  const reached: StageChange[] = [];
  let furthest = -1;
  let last = -1;
  for (const { atMs, rank } of inOrder) {
    // The stage that the deal goes back to doesn't count as reached again.
    if (rank < last && onBack === 'again') furthest = rank;
    last = rank;
    if (rank <= furthest) continue;
    const from = onSkip === 'fill' ? furthest + 1 : rank;
    for (let each = from; each <= rank; each += 1) reached.push({ atMs, rank: each });
    furthest = rank;
  }
  return reached;
}

/**
 * The stages of a deal that became a delivery, by `sentKey`, with the time at which they were reached. Undefined for
 * those of the first releases.
 */
type SentStages = ReadonlyMap<string, number | undefined>;

/** What is known about a deal. */
export type Deal = { changes: readonly StageChange[]; sent: SentStages };

/**
 * The consequences of a change. `wanted`: the stages that the deal reaches with it, and that weren't sent yet. `isOwn`:
 * one of them is the change's own stage. `otherwise`: the outcome if there are none.
 */
export type StagePlan = {
  changes: StageChange[];
  wanted: Wanted[];
  isOwn: boolean;
  otherwise: 'duplicate' | 'stage_already_sent' | 'stage_passed';
};

/**
 * Returns the consequences of a change. They are the same if the change is reported again.
 *
 * A stage is sent at most as often as the deal has reached it, by all that is known by then. So a change that comes
 * late never sends a stage once more that was sent before, although it changes what came after what.
 */
export function planChange(change: StageChange, { changes: known, sent }: Deal, rules: StageRules): StagePlan {
  const others = known.filter((each) => !isSame(each, change));
  const changes = [...others, change].slice(-MAX_CHANGES);
  const before = reachedStages(others, rules);
  const reached = reachedStages(changes, rules);
  const isConcerned = (each: StageChange): boolean =>
    isSame(each, change) || !before.some((earlier) => isSame(earlier, each));
  const ranks = new Set(reached.filter(isConcerned).map(({ rank }) => rank));
  const wanted = [...ranks].flatMap((rank) => stillToSend(rank, { reached, change, sent }));
  const isRepeat = others.length < known.length;
  const wasSent = sentOf(change.rank, sent).length > 0;
  return {
    changes,
    wanted: wanted.toSorted((one, other) => one.atMs - other.atMs || one.rank - other.rank),
    isOwn: wanted.some(({ rank }) => rank === change.rank),
    otherwise: isRepeat && wasSent ? 'duplicate' : wasSent ? 'stage_already_sent' : 'stage_passed',
  };
}

export function sentKey({ rank, nth }: SentStage): string {
  return `${rank} ${nth}`;
}

function isSame(one: StageChange, other: StageChange): boolean {
  return one.atMs === other.atMs && one.rank === other.rank;
}

/** Returns the times of a stage that are reached and not sent, this change's own first: as many as are still due. */
function stillToSend(
  rank: number,
  { reached, change, sent }: { reached: readonly StageChange[]; change: StageChange; sent: SentStages },
): Wanted[] {
  const ofRank = reached.filter((each) => each.rank === rank);
  const sentTimes = sentOf(rank, sent);
  const unsent = ofRank
    .filter(({ atMs }) => !sentTimes.includes(atMs))
    .toSorted((one, other) => Number(isSame(other, change)) - Number(isSame(one, change)));
  const nths = Array.from({ length: sent.size + unsent.length }, (_, nth) => nth).filter(
    (nth) => !sent.has(sentKey({ rank, nth })),
  );
  return unsent
    .slice(0, Math.max(ofRank.length - sentTimes.length, 0))
    .map((each, index) => ({ ...each, nth: nths[index] ?? 0 }));
}

function sentOf(rank: number, sent: SentStages): (number | undefined)[] {
  return [...sent].filter(([key]) => key.startsWith(`${rank} `)).map(([, atMs]) => atMs);
}

/** Returns the value of a stage for a deal. */
export function stageValue(
  { value }: Stage,
  row: Pick<ImportRow, 'value' | 'currency' | 'probability' | 'problems'>,
): ImportRow['value'] {
  const { amount, currency = row.currency, sign } = row.value ?? {};
  switch (value.from) {
    case 'amount':
      return row.value;
    case 'expected':
      return amount === undefined || row.probability === undefined
        ? undefined
        : { ...row.value, amount: new Big(amount).times(row.probability).toFixed() };
    case 'table': {
      const [first] = Object.entries(value.amounts);
      const own = currency === undefined ? undefined : value.amounts[currency];
      if (own !== undefined && currency !== undefined) return { amount: own, currency };
      // A deal in another currency gets no amount, because this one would be wrong.
      const isOther =
        currency !== undefined ||
        row.problems.some(({ field }) => field === 'currency') ||
        first === undefined ||
        (sign !== undefined && !canMean(sign, first[0]));
      return isOther ? undefined : { amount: first[1], currency: first[0] };
    }
    case 'nothing':
      return undefined;
  }
}
