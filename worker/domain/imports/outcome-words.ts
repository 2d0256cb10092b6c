import { memoized } from '../memoize.ts';
import { columnWords } from './columns/column-words.ts';

/**
 * The words with which CRMs and people say what became of a deal: English, German, French, Spanish, Italian, Portuguese,
 * Dutch, Swedish, Danish and Norwegian, Polish, in plain small letters (`columnWords`).
 */
const WON =
  '(?:closed)?won|gewonnen|gagnee?s?|ganad[oa]s?|ganh[oa]s?|vint[oa]|vunn[ae][nt]?|vundet|wygran[aye]|受注|成約';
const LOST =
  '(?:closed)?lost|verloren|perdu(?:e|es|s)?|perdid[oa]s?|pers[oa]|forlorad[et]?|tabt|tapt|przegran[aye]|失注';
const NOT = 'not|nicht|never|nie|non|niet|inte|ej|ikke|nao|no|pas';
const ALMOST = 'almost|nearly|fast|beinahe|presque|casi|quasi|quase|bijna|nastan|naesten|nesten|prawie';

/** They end a deal too, but a row of something else may have them: an order is cancelled, an invoice expired. */
const ENDED =
  'cancell?ed|storniert|annul[el]\\w*|annull?at[oa]|cancelad[oa]|geannuleerd|anulowan[aye]|avbrut\\w+|afbrudt|avbrutt|kansellert|abgebrochen|abgelehnt|abgesagt|absage|rejected|rechazad[oa]|recusad[oa]|refused|refusee?|rifiutat[oa]|afgewezen|geweigerd|avvisad|avslag|odrzucon[aye]|declined|withdrawn|zuruckgezogen|ingetrokken|expired|abgelaufen|expiree?|vencid[oa]|scadut[oa]|verlopen|abandoned|abandonn\\w+|abandonad[oa]|abbandonat[oa]|aufgegeben|dis?qualif\\w+|unqualified|unqualifiziert|descalificad[oa]|desqualificad[oa]|squalificat[oa]|gediskwalificeerd|diskvalificera[dt]|no (?:decision|sale|go|interest)|kein(?:e)? (?:abschluss|interesse|entscheidung)|unsold|dead|dq|out of scope|out ?sold|ausverkauft|agotad[oa]|epuise[e]?|esaurit[oa]|esgotad[oa]|uitverkocht|omitted|deleted|geloscht|supprime[e]?|eliminad[oa]|eliminat[oa]|refunded|erstattet|ruckerstattet|rembourse[e]?|reembolsad[oa]|rimborsat[oa]|terugbetaald|duplicat[eo]|duplicad[oa]|duplikat|doublon|spam|junk|trash|churn(?:ed)?|dropped|ghosted|failed|gescheitert|erfolglos|unsuccessful|terminated';
const DONE = `${WON}|sold|converted|successful|interested|verkauft|erfolgreich|interessiert|vendue?|vendid[oa]|vendut[oa]|verkocht|sald|solgt`;
const A_LOSS = `(?:${LOST}|${ENDED}|(?:${NOT}) (?:${DONE}))(?: (?:deals?|opportunity|(?:to|by|due|because|gegen|wegen|durch|contre|contra|por|pour|per|door|aan|till|til) .*))?`;

/** What may stand before the end of a deal without changing it: `Cerrado perdido`, `5 Closed Won`. */
const BESIDE =
  'closed?|deals?|opportunity|opp|sales?|order|contract|project|customer|client|account|renewal|upsell|new|existing|business|bid|tender|is|status|stage|phase|step|finally?|fully|and|then|later|now|but|und|et|y|e|en|geschlossen|abgeschlossen|auftrag|vertrag|projekt|neukunde|kunde|geschaft|affaire|vente|contrat|cloture[e]?|fermee?|conclue?|cerrad[oa]|negocio|venta|contrato|cliente|fechad[oa]|chius[oa]|affare|trattativa|contratto|gesloten|stangd|lukket|avslutad|zamkniet[aey]|\\d+';

const WORDED = new RegExp(`(?<!\\S)(?:${WON})(?!\\S)`);
const IS_WON = new RegExp(`^(?:(?:${BESIDE}) )*(?:${WON})(?!\\S)|(?<!\\S)won back$`);
const PLAINLY_WON = new RegExp(`^(?:(?:${BESIDE}) )*(?:${WON})(?: (?:deals?|opportunity))?$`);
const PLAINLY_LOST = new RegExp(`^(?:(?:${BESIDE}) )*(?:${LOST})(?: (?:deals?|opportunity))?$`);
/** A win of somebody else, or none: `Competitor won`, `Won't buy`, `Pas gagné`. */
const IS_LOST = new RegExp(`^(?:(?!(?:${NOT}|${ALMOST}) )\\S+ ){0,2}${A_LOSS}$|^won t\\b`);
const ENDS_LOST = new RegExp(`^(?:(?:${BESIDE}) )*${A_LOSS}$`);
const COMPETITOR = '(?:competit|wettbewerb|mitbewerb|konkurr|concurr|concorr|competid)\\w*';
const OF_OTHERS = new RegExp(
  `${COMPETITOR} (?:\\w+ )?(?:${WON})|(?:${WON}) (?:by|von|vom|durch|par|por|da|dal|door|av|af|przez) (?:\\w+ )?${COMPETITOR}|(?:${WON}) .*(?<!\\S)(?:${LOST})(?!\\S)`,
);
/** `Likely to be won` is still open. */
const HOPED = new RegExp(
  `\\b(?:${ALMOST}|(?:to|will) be|not yet|noch nicht|likely|probabl\\w+|expect\\w*|verbal\\w*|pending|soon|maybe|should|could|may|might|would|hopefully|voraussichtlich|wahrscheinlich|bald|bientot|probabil\\w*|provavel\\w*|waarschijnlijk|snart)\\b`,
);
const OPEN =
  /^(?:(?:closed )?(?:deferred|postponed)|open|opened|new|in progress|pending|ongoing|on hold|stalled|paused|nurtur(?:e|ing)|cold|best case|commit|pipeline|offen|neu|laufend|in bearbeitung|zuruckgestellt|verschoben|ouverte?|en cours|suspendue?|en attente|abiert[oa]|en curso|en espera|apert[oa]|in corso|in attesa|sospes[oa]|abert[oa]|em andamento|em espera|suspens[oa]|lopend|in behandeling|wordt uitgevoerd|in uitvoering|in de wacht|pagaende|vilande|oppe[nt]|aben|apen|i gang|igang|pa hold|otwart[aye]|w toku|wstrzyman[aye])$/;

/** Longer cells are notes. */
const MAX_CHARS = 80;

/** Behind a colon, a dash or a bracket, a stage has its reason, or says the same more clearly. */
function partsOf(text: string): string[] {
  return text
    .slice(0, MAX_CHARS)
    .split(/[:,;()[\]–—|/]|\s-\s/)
    .map(columnWords)
    .filter((words) => /[^\d ]/.test(words));
}

type Outcome = 'won' | 'lost' | 'open';

function outcomeOf(head: string): Outcome | undefined {
  if (IS_LOST.test(head) || OF_OTHERS.test(head)) return 'lost';
  if (OPEN.test(head)) return 'open';
  if (!WORDED.test(head)) return undefined;
  if (HOPED.test(head)) return 'open';
  return IS_WON.test(head) ? 'won' : undefined;
}

const read = memoized(
  (text): Outcome | '' => {
    const [head = '', ...rest] = partsOf(text);
    const own = outcomeOf(head);
    const isLost = rest.some((words) => ENDS_LOST.test(words));
    if (own !== undefined) return own === 'won' && isLost ? 'lost' : own;
    if (isLost) return 'lost';
    return rest.some((words) => PLAINLY_WON.test(words)) ? 'won' : '';
  },
  { maxTexts: 1_000, maxChars: MAX_CHARS },
);

/** Reads what a stage says about the end of its deal. Undefined when its words aren't known. */
export function outcomeIn(text: string): Outcome | undefined {
  return read(text) || undefined;
}

/** Returns whether a cell says only that a deal is won or lost, so that it can hardly be about anything else. */
export const plainOutcomeIn = memoized(
  (text): 'won' | 'lost' | '' => {
    const parts = partsOf(text);
    if (text.length > MAX_CHARS || parts.length > 2 || !parts.some((words) => isPlain(words))) return '';
    const outcome = read(text);
    return outcome === 'open' ? '' : outcome;
  },
  { maxTexts: 1_000, maxChars: MAX_CHARS },
);

function isPlain(words: string): boolean {
  return PLAINLY_WON.test(words) || PLAINLY_LOST.test(words);
}

/** Returns the end that an event is about, by its name. */
export function endOfEvent(name: string): 'won' | 'lost' | undefined {
  const outcome = outcomeIn(name);
  if (outcome === 'lost') return 'lost';
  return WORDED.test(columnWords(name.slice(0, MAX_CHARS))) ? 'won' : undefined;
}
