import type { OwnProblemCode } from '../../schema/imports/row-problem.ts';
import { columnWords } from './columns/column-words.ts';
import type { OutcomeColumn } from './columns/outcome-columns.ts';
import { consentIn } from './consent-words.ts';

/** What became of a deal. `other`: a stage whose name isn't known, such as `Proposal`. */
export type DealOutcome = 'won' | 'lost' | 'open' | 'other';

/** The words of HubSpot, Salesforce, Pipedrive, Zoho and Dynamics, also in other languages. */
const LOST =
  /^(?:(?!not |nicht |never |almost |non |no |pas |nie |ej |inte |ikke )\w+ ){0,2}(?:(?:closed)?lost|verloren|perdu(?:e|es|s)?|perdid[oa]s?|pers[oa]|forlorad[et]?|tabt|tapt|przegran[aye]|abandoned|aufgegeben|disqualified|unqualified|cancell?ed|storniert|annule[e]?|abgebrochen|abgelehnt|rejected|declined|no decision|dead|deleted|geloscht|supprime[e]?|eliminad[oa]|refunded|erstattet|rembourse[e]?|duplicate|spam|junk|(?:not|nicht|non|niet|inte|ikke|nao|no) (?:won|gewonnen|gagnee?|ganad[oa]|ganh[oa]|vint[oa]|vunn[ae][nt]?))(?: deal| opportunity)?$/;
const WON =
  /\b(?:(?:closed)?won|gewonnen|gagnee?s?|ganad[oa]s?|ganh[oa]s?|vint[oa]|vunn[ae][nt]?|vundet|wygran[aye])\b/;
const OPEN =
  /^(?:open|opened|new|in progress|pending|ongoing|on hold|offen|neu|laufend|in bearbeitung|ouverte?|en cours|abiert[oa]|en curso|apert[oa]|in corso|abert[oa]|em andamento|lopend|pagaende|oppe[nt]|aben|apen|otwart[aye])$/;

/** Longer cells are notes. */
const MAX_CHARS = 80;

/** Reads what a stage, or an event's name, begins with: behind a colon, a dash or a bracket, it has its reason. */
function outcomeIn(text: string): Exclude<DealOutcome, 'other'> | undefined {
  const [head = ''] = text.slice(0, MAX_CHARS).split(/[:([–—|]|\s[-/]\s/);
  const words = columnWords(head);
  if (LOST.test(words)) return 'lost';
  if (OPEN.test(words)) return 'open';
  return WON.test(words) ? 'won' : undefined;
}

/** A cell that says what became of a deal. */
export type OutcomeCell = OutcomeColumn & { cell: string };

/** The column that decides: a deal that is won may stay in the stage `New`, and a `Status` may be the record's. */
const IN_ORDER = ['won', 'status', 'stage', 'closed'] as const;

/**
 * Returns what became of a row's deal, and the column that says it. A column that says won or lost decides, before one
 * that says open.
 */
export function dealOutcome(cells: readonly OutcomeCell[]): { outcome: DealOutcome; place: number } | undefined {
  const said = cells
    .toSorted((one, other) => IN_ORDER.indexOf(one.asks) - IN_ORDER.indexOf(other.asks))
    .flatMap(({ place, cell, asks }): { outcome: DealOutcome; place: number }[] => {
      if (cell.trim() === '') return [];
      const isName = asks === 'stage' || asks === 'status';
      const outcome = isName ? (outcomeIn(cell) ?? 'other') : answered(cell, asks);
      return outcome === undefined ? [] : [{ outcome, place }];
    });
  const isEnd = ({ outcome }: { outcome: DealOutcome }): boolean => outcome === 'won' || outcome === 'lost';
  return said.find(isEnd) ?? said.find(({ outcome }) => outcome === 'open') ?? said[0];
}

/** A deal that is closed may be won or lost. */
function answered(cell: string, asks: 'won' | 'closed'): 'won' | 'open' | undefined {
  const answer = consentIn(cell);
  if (answer === false) return 'open';
  return asks === 'won' && answer === true ? 'won' : undefined;
}

/** The numbers of rows of a file with the outcomes that decide about the others. */
export type OutcomeCounts = { won: number; lost: number };

/**
 * Checks that a row's deal ended as the event says that was chosen for all rows. In the exports of CRMs, deals that are
 * lost or open have a close date too.
 *
 * @param file.isClosing Whether the row's time is the day on which a deal is, or is expected to be, closed.
 * @param file.outcomes A stage with an unknown name is refused only if others are known.
 */
export function otherOutcome(
  outcome: DealOutcome,
  event: string,
  { isClosing, outcomes }: { isClosing: boolean; outcomes: OutcomeCounts },
): Extract<OwnProblemCode, 'deal_lost' | 'deal_open' | 'deal_won'> | undefined {
  const said = outcomeIn(event);
  const wanted = said === 'won' || said === 'lost' ? said : isClosing ? 'won' : undefined;
  if (wanted === undefined || outcome === wanted) return undefined;
  if (outcome === 'other') return outcomes[wanted] > 0 ? 'deal_open' : undefined;
  return `deal_${outcome}`;
}
