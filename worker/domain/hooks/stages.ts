import type { Stage, StageRules } from '../../schema/settings/hook.ts';
import type { ImportRow } from '../imports/import-row.ts';
import { Big } from '../value/exact-number.ts';

/** A change of a deal's stage, as the CRM reported it. `rank`: the stage's place in the rules, from 0. */
export type StageChange = { atMs: number; rank: number };

/** A stage that a deal has reached. `round`: how often the deal had gone back to an earlier stage before that. */
export type Reached = StageChange & { round: number };

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
): Reached[] {
  const inOrder = changes.toSorted((one, other) => one.atMs - other.atMs || one.rank - other.rank);
  const reached: Reached[] = [];
  let round = 0;
  let furthest = -1;
  let last = -1;
  for (const { atMs, rank } of inOrder) {
    if (rank < last && onBack === 'again') {
      round += 1;
      // The stage that the deal goes back to doesn't count as reached again.
      furthest = rank;
    }
    last = rank;
    if (rank <= furthest) continue;
    const from = onSkip === 'fill' ? furthest + 1 : rank;
    for (let each = from; each <= rank; each += 1) reached.push({ atMs, rank: each, round });
    furthest = rank;
  }
  return reached;
}

/** What is known about a deal. `sent`: the stages that became a delivery, by `reachedKey`. */
export type Deal = { changes: readonly StageChange[]; sent: ReadonlySet<string> };

/**
 * The consequences of a change. `wanted`: the stages that the deal reaches with it, and that weren't sent yet. `isOwn`:
 * one of them is the change's own stage. `otherwise`: the outcome if there are none.
 */
export type StagePlan = {
  changes: StageChange[];
  wanted: Reached[];
  isOwn: boolean;
  otherwise: 'duplicate' | 'stage_already_sent' | 'stage_passed';
};

/** Returns the consequences of a change. They are the same if the change is reported again. */
export function planChange(change: StageChange, { changes: known, sent }: Deal, rules: StageRules): StagePlan {
  const others = known.filter(({ atMs, rank }) => atMs !== change.atMs || rank !== change.rank);
  const changes = [...others, change].slice(-MAX_CHANGES);
  const before = new Set(reachedStages(others, rules).map(reachedKey));
  const concerned = reachedStages(changes, rules).filter(
    (each) => each.rank === change.rank || !before.has(reachedKey(each)),
  );
  const wanted = concerned.filter((each) => !sent.has(reachedKey(each)));
  const isRepeat = others.length < known.length;
  const wasSent = [...sent].some((key) => key.startsWith(`${change.rank} `));
  return {
    changes,
    wanted,
    isOwn: wanted.some(({ rank }) => rank === change.rank),
    otherwise: isRepeat && wasSent ? 'duplicate' : wasSent ? 'stage_already_sent' : 'stage_passed',
  };
}

export function reachedKey({ rank, round }: Pick<Reached, 'rank' | 'round'>): string {
  return `${rank} ${round}`;
}

/** Returns the value of a stage for a deal. */
export function stageValue({ value }: Stage, row: Pick<ImportRow, 'value' | 'probability'>): ImportRow['value'] {
  const { amount, currency } = row.value ?? {};
  switch (value.from) {
    case 'amount':
      return row.value;
    case 'expected':
      return amount === undefined || currency === undefined || row.probability === undefined
        ? undefined
        : { amount: new Big(amount).times(row.probability).toFixed(), currency };
    case 'table': {
      const [first] = Object.entries(value.amounts);
      const own = currency === undefined ? undefined : value.amounts[currency];
      if (own !== undefined && currency !== undefined) return { amount: own, currency };
      // A deal in another currency gets no amount, because this one would be wrong.
      return currency !== undefined || first === undefined ? undefined : { amount: first[1], currency: first[0] };
    }
    case 'nothing':
      return undefined;
  }
}
