import { outcomeIn, plainOutcomeIn } from '../outcome-words.ts';
import type { ColumnName } from './column-name.ts';

/**
 * A column that says what became of a deal. `won`, `lost`, `closed`: it asks whether the deal is, with yes or no. `loss`:
 * it has when or why the deal was lost. `found`: its cells say so, and not its name. `maybe`: a later cell may say so.
 */
export type OutcomeColumn = {
  place: number;
  asks: 'stage' | 'status' | 'found' | 'won' | 'lost' | 'closed' | 'loss' | 'maybe';
};

/** The stages of people, not of deals. */
const OF_PEOPLE = /^(?:lifecyclestage|leadstatus)$/;

/** Words that say what a stage or a status is of, or which one it is, in ten languages. */
const BESIDE =
  'deals?|opportunit(?:y|ies|a|e)|oportunidade?|opp|sales|pipeline|forecast|current|display|closing|name|label|type|code|grund|reason|reden|razon|razao|raison|motiv[oe]|orsak|arsag|arsak|powod|transaktions?|transactions?|transaccion|transacao|transazione|negocio|affaire|affare|trattativa|vent[ea]|vendita|venda|verkaufs?(?:chancen?)?|vertriebs?|geschafts?|angebots?|auftrags?|abschluss|aktuell\\w{0,2}|verkoop(?:kans)?|affars?|salgs?|handels?|szansy|sprzedazy|hs|crm';
const STATUS =
  'status|state|outcome|result|disposition|ergebnis|statut|etat|estado|stato|resulta(?:t|at|do)|risultato|situa(?:cion|cao|zione)|uitkomst|utfall|udfald|stan|wynik|category';
const STAGE = 'stage|phase|step|stufe|stadium|etape|etapa|fase?|stadio|estagio|steg|skede|etap|faza';
const IS_STATUS = new RegExp(`^(?:${BESIDE})*(?:${STATUS})(?:${BESIDE})*$`);
const IS_STAGE = new RegExp(`^(?:${BESIDE})*(?:${STAGE})(?:${BESIDE})*$`);
/** `Category` alone is a product's. */
const TOO_SHORT = /^(?:category|step|result)$/;
const ARTICLES = /\b(?:of|the|de|d|del|della|dell|di|do|da|du|des|der|la|le|el|l|para|van|het|av|af|i)\b/g;
const FLAG = '(?:hs|crm|is|has|was|deal|opportunity|deal is|closed)*';
const LOST = 'lost|verloren|perdue?|perdid[oa]|pers[oa]|forlorad|tabt|tapt|przegran[aye]';
const IS_WON = new RegExp(`^${FLAG}(?:won|gewonnen|gagnee?|ganad[oa]|vint[oa]|ganh[oa]|vunnen|vundet|wygran[ae])$`);
const IS_LOST = new RegExp(`^${FLAG}(?:${LOST})$`);
const IS_CLOSED = /^(?:hs|is|deal|opportunity)*closed$/;
const IS_LOSS = new RegExp(
  `^${FLAG}(?:(?:lost|loss)(?:time|date|on|at|reason)s?|(?:date|reason)(?:lost|forloss)|(?:${LOST})am|verlust(?:grund|datum)|(?:date|motif|raison)perte|(?:fecha|motivo|razon)perdida|(?:data|motivo)perd(?:it|)a|verliesreden|redenverlies)$`,
);

/** Names of columns whose cells may be such words by chance, or say what was true before. */
const NOT_OF_THE_DEAL =
  /\b(?:previous|prior|former|old|original|initial|vorherig\w*|ancien\w*|anterior\w*|precedent\w*|vorige|forrige|poprzedni\w*|competitor\w*|\w*names?|nom|nombre|nome|naam|namn|navn|nazwa|title|titel|subject|owner|seller|currency|wahrung|devise|moneda|valuta|waluta|product|produkt|produit|producto|campaign|source|notes?|notiz\w*|comments?|commentaires?|kommentar\w*|remarks?|bemerkung\w*|description|beschreibung|notas?|city|stadt|ville|ciudad|country)\b/;

/** More different cells are no stages. */
const MAX_STAGES = 12;

/**
 * Finds the columns that say what became of a deal: by their names, or if these aren't known, by their cells.
 *
 * @param stage The column of the stage. Null when a person chose that there is none: then no column is read.
 * @param cellsOf The first cells of a column that nothing else is read from. Undefined for the others.
 */
export function outcomeColumns(
  names: readonly ColumnName[],
  stage: number | null | undefined,
  cellsOf: (place: number) => readonly string[] | undefined = () => undefined,
): OutcomeColumn[] {
  if (stage === null) return [];
  return names.flatMap((name, place): OutcomeColumn[] => {
    const asks = askedBy(name, place === stage) ?? foundIn(name, cellsOf(place));
    return asks === undefined ? [] : [{ place, asks }];
  });
}

function askedBy({ whole, object, own, words }: ColumnName, isStage: boolean): OutcomeColumn['asks'] | undefined {
  const name = object === 'deal' ? own : whole;
  if (IS_WON.test(name)) return 'won';
  if (IS_LOST.test(name)) return 'lost';
  if (IS_CLOSED.test(name)) return 'closed';
  const short = object === 'deal' ? own : words.replaceAll(ARTICLES, '').replaceAll(' ', '');
  if (IS_LOSS.test(short)) return 'loss';
  if (OF_PEOPLE.test(whole)) return undefined;
  const isOfDeal = (object === undefined || object === 'deal') && (object === 'deal' || !TOO_SHORT.test(short));
  if (isOfDeal && IS_STATUS.test(short)) return 'status';
  return isStage || (isOfDeal && IS_STAGE.test(short)) ? 'stage' : undefined;
}

/** A column of few different cells is one of outcomes if some say that the deal is won or lost, and nothing else. */
function foundIn({ words }: ColumnName, cells: readonly string[] | undefined): 'found' | 'maybe' | undefined {
  if (cells === undefined || NOT_OF_THE_DEAL.test(words)) return undefined;
  const filled = cells.filter((cell) => cell !== '');
  const different = [...new Set(filled)];
  const isFew = different.length <= MAX_STAGES && (filled.length < 8 || different.length <= filled.length * 0.6);
  if (!isFew || different.some((cell) => cell.split(/\s+/).length > 5)) return undefined;
  const isAnswered = filled.length >= cells.length / 2 || different.every((cell) => outcomeIn(cell) !== undefined);
  return isAnswered && different.some((cell) => plainOutcomeIn(cell) !== '') ? 'found' : 'maybe';
}

/** When a deal was won or closed. Until it is closed, CRMs have the day on which it is expected to be. */
const CLOSE_DATE =
  /^(?:deal)?(?:clos(?:e|ed|ing)(?:date|on|at|time)|(?:closed)?won(?:date|on|at|time)|datewon|actualclos(?:e|ing)date|gewonnenam|gagnele|ganadoel|abschlussdatum|abgeschlossenam|datedecloture|fechadecierre|datadichiusura|datadefechamento|sluitingsdatum|avslutsdatum|datazamkniecia)$/;

/** Returns whether a column says when a deal was won or closed, or is expected to be. */
export function isCloseDate({ whole, own, bare }: ColumnName): boolean {
  return [whole, own, bare.whole, bare.own].some((form) => CLOSE_DATE.test(form));
}
