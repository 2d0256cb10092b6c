import type { RowDecisions } from '../../domain/imports/check-rows.ts';
import type { ImportRow } from '../../domain/imports/import-row.ts';

/**
 * Decides again about rows of people who refuse consent in another row of the file: they aren't sent. The order of the
 * rows says nothing about time, so a no counts for all of them.
 */
export async function withoutRefusing(
  rows: readonly ImportRow[],
  {
    decisions,
    isRefusing,
    decide,
  }: {
    decisions: RowDecisions;
    isRefusing: (person: readonly string[]) => boolean;
    decide: (rows: readonly ImportRow[]) => Promise<RowDecisions>;
  },
): Promise<{ rows: ImportRow[]; decisions: RowDecisions }> {
  // A row that refuses consent itself has no delivery, and so no person.
  const isTheirs = decisions.rows.map((each) => each.kind === 'accepted' && isRefusing(each.accepted.person));
  if (!isTheirs.includes(true)) return { rows: [...rows], decisions };
  const next = rows.map((row, at): ImportRow =>
    isTheirs[at] === true
      ? { ...row, consent: 'unclear', problems: [...row.problems, { code: 'refused_in_file' }] }
      : row,
  );
  const again = await decide(next.filter((_, at) => isTheirs[at]));
  const others = [...again.rows];
  return {
    rows: next,
    decisions: {
      rows: decisions.rows.map((each, at) => (isTheirs[at] === true ? (others.shift() ?? each) : each)),
      requests: [...decisions.requests, ...again.requests],
    },
  };
}
