import type { StageRules } from '../../schema/settings/hook.ts';
import { MAX_CHANGES, reachedStages, sentKey } from './stages.ts';
import type { Deal, StageChange } from './stages.ts';

/**
 * A deal as it is stored. Stages are stored by name, so that they stay the same when the stages of a hook change. The
 * first releases stored the position of a stage, and did not store which stages were sent, or at what time they were
 * reached.
 */
export type StoredDeal = {
  changes: readonly (readonly [atMs: number, stage: string | number])[];
  sent: readonly (readonly [stage: string, nth: number, atMs?: number])[] | undefined;
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
  const entries =
    sent === undefined
      ? reachedStages(known, rules).map(({ rank, atMs }, index, all) => {
          const nth = all.slice(0, index).filter((earlier) => earlier.rank === rank).length;
          return [sentKey({ rank, nth }), atMs] as const;
        })
      : sent.map(([stage, nth, atMs]) => [sentKey({ rank: rankOf(stage), nth }), atMs] as const);
  return { changes: known, sent: new Map(entries) };
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
      ...[...sent].flatMap(([key, atMs]) => {
        const [rank = -1, nth = 0] = key.split(' ').map(Number);
        if (rank < 0) return [];
        return [atMs === undefined ? ([nameOf(rank), nth] as const) : ([nameOf(rank), nth, atMs] as const)];
      }),
    ],
  };
}
