import type { OwnProblemCode } from '../../schema/imports/row-problem.ts';
import type { OutcomeColumn } from './columns/outcome-columns.ts';
import { consentIn, hasOptedOut } from './consent-words.ts';
import { endOfEvent, outcomeIn, plainOutcomeIn } from './outcome-words.ts';

/** What became of a deal. `other`: a stage whose name isn't known, such as `Proposal`. */
type DealOutcome = 'won' | 'lost' | 'open' | 'other';

/** A cell that says what became of a deal. */
export type OutcomeCell = OutcomeColumn & { cell: string };

/**
 * What a row says about its deal, and the column that says it. `isEmpty`: its stages are all empty, as below a merged
 * cell.
 */
export type RowOutcome = { outcome: DealOutcome; place: number; isEmpty?: true };

/** The column that decides: a deal that is won may stay in the stage `New`, and a `Status` may be the record's. */
const IN_ORDER = ['won', 'lost', 'status', 'stage', 'found', 'closed', 'loss', 'maybe'] as const;

/** Columns that say what became of each deal, so that an empty cell is no answer. */
const OF_EACH: readonly OutcomeColumn['asks'][] = ['won', 'status', 'stage', 'found'];

/**
 * Returns what became of a row's deal, and the column that says it. A column that says won or lost decides, before one
 * that says open.
 */
export function dealOutcome(cells: readonly OutcomeCell[]): RowOutcome | undefined {
  const sorted = cells.toSorted((one, other) => IN_ORDER.indexOf(one.asks) - IN_ORDER.indexOf(other.asks));
  const said = sorted.flatMap(({ place, cell, asks }): RowOutcome[] => {
    const outcome = cell.trim() === '' ? undefined : saidIn(cell, asks);
    return outcome === undefined ? [] : [{ outcome, place }];
  });
  const isEnd = ({ outcome }: RowOutcome): boolean => outcome === 'won' || outcome === 'lost';
  const empty = sorted.find(({ asks, cell }) => OF_EACH.includes(asks) && cell.trim() === '');
  return (
    said.find(isEnd) ??
    said.find(({ outcome }) => outcome === 'open') ??
    said[0] ??
    (empty && { outcome: 'other', place: empty.place, isEmpty: true })
  );
}

function saidIn(cell: string, asks: OutcomeColumn['asks']): DealOutcome | undefined {
  switch (asks) {
    case 'status':
    case 'stage':
    case 'found':
      return outcomeIn(cell) ?? 'other';
    case 'won':
    case 'closed': {
      // A deal that is closed may be won or lost.
      const answer = consentIn(cell);
      if (answer === false) return 'open';
      return asks === 'won' && answer === true ? 'won' : undefined;
    }
    case 'lost':
      return hasOptedOut(cell) === true ? 'lost' : undefined;
    case 'loss':
      return /[\p{L}\d]{2}/u.test(cell) && !/^\W*(?:n\W?a|none|null|no|false|0)\W*$/i.test(cell) ? 'lost' : undefined;
    case 'maybe':
      return plainOutcomeIn(cell) === 'lost' ? 'lost' : undefined;
  }
}

/** The numbers of rows of a file with the outcomes that decide about the others. */
export type OutcomeCounts = { won: number; lost: number };

/**
 * Checks that a row's deal ended as the event says that was chosen for all rows. In the exports of CRMs, deals that are
 * lost or open have a close date too.
 *
 * @param file.isClosing Whether the row's time is the day on which a deal is, or is expected to be, closed.
 * @param file.outcomes A stage with an unknown name, or without any, is refused only if others are known.
 */
export function otherOutcome(
  { outcome, isEmpty }: RowOutcome,
  event: string,
  { isClosing, outcomes }: { isClosing: boolean; outcomes: OutcomeCounts },
): Extract<OwnProblemCode, 'deal_lost' | 'deal_open' | 'deal_won'> | undefined {
  const wanted = endOfEvent(event) ?? (isClosing ? 'won' : undefined);
  if (wanted === undefined || outcome === wanted) return undefined;
  const others = isEmpty === true ? outcomes.won + outcomes.lost : outcomes[wanted];
  if (outcome === 'other') return others > 0 ? 'deal_open' : undefined;
  return `deal_${outcome}`;
}
