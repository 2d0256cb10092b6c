import type { ColumnName } from './column-name.ts';

/** A column that says what became of a deal. `won`, `closed`: it asks whether the deal is, with yes or no. */
export type OutcomeColumn = { place: number; asks: 'stage' | 'status' | 'won' | 'closed' };

/** The stages of people, not of deals. */
const OF_PEOPLE = /^(?:lifecyclestage|leadstatus)$/;
const STATUS = /^(?:deal|opportunity)?(?:status|state|outcome|etat|estado|stato)$/;
const STAGE = /^(?:(?:deal|opportunity)?(?:stage|stagename)|salesstage|etape|etapa|fase|phase|stufe)$/;
const WON = /^(?:is)?(?:won|closedwon|gewonnen|gagne|ganado|vinto|ganho)$/;
const CLOSED = /^(?:isclosed|closed)$/;

/**
 * Finds the columns that say what became of a deal.
 *
 * @param stage The column of the stage. Null when a person chose that there is none: then no column is read.
 */
export function outcomeColumns(names: readonly ColumnName[], stage: number | null | undefined): OutcomeColumn[] {
  if (stage === null) return [];
  return names.flatMap(({ whole, object, own }, place): OutcomeColumn[] => {
    const name = object === 'deal' ? own : whole;
    if (WON.test(name)) return [{ place, asks: 'won' }];
    if (CLOSED.test(name)) return [{ place, asks: 'closed' }];
    const isOfDeal = object === undefined || object === 'deal';
    if (isOfDeal && STATUS.test(name)) return [{ place, asks: 'status' }];
    const isStage = place === stage ? !OF_PEOPLE.test(name) : isOfDeal && STAGE.test(name);
    return isStage ? [{ place, asks: 'stage' }] : [];
  });
}

/** When a deal was won or closed. Until it is closed, CRMs have the day on which it is expected to be. */
const CLOSE_DATE =
  /^(?:deal)?(?:clos(?:e|ed|ing)(?:date|on|at|time)|(?:closed)?won(?:date|on|at|time)|datewon|actualclos(?:e|ing)date|gewonnenam|gagnele|ganadoel|abschlussdatum|abgeschlossenam|datedecloture|fechadecierre|datadichiusura|datadefechamento|sluitingsdatum|avslutsdatum|datazamkniecia)$/;

/** Returns whether a column says when a deal was won or closed, or is expected to be. */
export function isCloseDate({ whole, own, bare }: ColumnName): boolean {
  return [whole, own, bare.whole, bare.own].some((form) => CLOSE_DATE.test(form));
}
