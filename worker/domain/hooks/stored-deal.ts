import type { StageRules } from '../../schema/settings/hook.ts';
import { MAX_CHANGES, reachedKey, reachedStages } from './stages.ts';
import type { Deal, StageChange } from './stages.ts';

/**
 * A deal as it is stored. Stages are stored by name, so that they stay the same when the stages of a hook change. The
 * first releases stored the position of a stage, and did not store which stages were sent.
 */
export type StoredDeal = {
  changes: readonly (readonly [atMs: number, stage: string | number])[];
  sent: readonly (readonly [stage: string, round: number])[] | undefined;
};

export const NEW_DEAL: StoredDeal = { changes: [], sent: [] };

/**
 * Returns the name of each stage: its event. If several stages have the same event, a number is added to the further
 * ones.
 */
export function stageNames({ stages }: StageRules): string[] {
  return stages.map(({ event }, place) => {
    const earlier = stages.slice(0, place).filter((other) => other.event === event).length;
    return earlier === 0 ? event : `${event} #${earlier + 1}`;
  });
}

/** Reads a deal, with the current stages of its hook. */
export function dealOf({ changes, sent }: StoredDeal, rules: StageRules): Deal {
  const names = stageNames(rules);
  const rankOf = (stage: string | number): number => (typeof stage === 'string' ? names.indexOf(stage) : stage);
  const known = changes
    .map(([atMs, stage]): StageChange => ({ atMs, rank: rankOf(stage) }))
    .filter(({ rank }) => rank >= 0 && rank < names.length);
  // In the first releases, each stage that a deal had reached counted as sent.
  const keys =
    sent === undefined
      ? reachedStages(known, rules).map(reachedKey)
      : sent.map(([stage, round]) => reachedKey({ rank: rankOf(stage), round }));
  return { changes: known, sent: new Set(keys) };
}

/** Returns a deal in its stored form. Stages that the hook no longer has are kept, in case they are added again. */
export function storedDeal({ changes, sent }: Deal, before: StoredDeal, rules: StageRules): StoredDeal {
  const names = stageNames(rules);
  const isFormer = (stage: string | number): stage is string => typeof stage === 'string' && !names.includes(stage);
  const nameOf = (rank: number): string => names[rank] ?? '';
  return {
    changes: [
      ...before.changes.filter(([, stage]) => isFormer(stage)),
      ...changes.map(({ atMs, rank }) => [atMs, nameOf(rank)] as const),
    ].slice(-MAX_CHANGES),
    sent: [
      ...(before.sent ?? []).filter(([stage]) => isFormer(stage)),
      ...[...sent].flatMap((key) => {
        const [rank = -1, round = 0] = key.split(' ').map(Number);
        return rank < 0 ? [] : [[nameOf(rank), round] as const];
      }),
    ],
  };
}
