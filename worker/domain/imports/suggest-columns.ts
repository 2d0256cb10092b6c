import { IMPORT_FIELDS, SEVERAL_COLUMNS } from '../../schema/imports/import-field.ts';
import type { ColumnPlaces, ImportField, SparePlaces } from '../../schema/imports/import-field.ts';
import { hintsOf } from './columns/column-hints.ts';
import type { ColumnHints } from './columns/column-hints.ts';
import { columnName } from './columns/column-name.ts';
import type { ColumnName } from './columns/column-name.ts';
import { comparedHeader } from './columns/column-words.ts';
import { consentMeaning, isStatus } from './columns/consent-columns.ts';
import type { ConsentMeaning } from './columns/consent-columns.ts';
import { emailColumns } from './columns/email-columns.ts';
import { maybeUserIds, placesCalled } from './columns/field-names.ts';
import { freePlaces } from './columns/file-view.ts';
import type { FileView, FoundColumns } from './columns/file-view.ts';
import { isLinkedInLeadId } from './columns/lead-id.ts';
import { currencyColumns, valueColumns } from './columns/money-columns.ts';
import { isCloseDate, outcomeColumns } from './columns/outcome-columns.ts';
import { timeColumns } from './columns/time-columns.ts';
import { isConsentAnswer } from './consent-words.ts';

/** The columns of LinkedIn's template that every row needs. */
const TEMPLATE = ['timestamp', 'eventtype', 'amount', 'currency'];

/** Returns whether the file is LinkedIn's own template. In its dates, the month comes first. */
export function isLinkedInTemplate(header: readonly string[]): boolean {
  const names = new Set(header.map(comparedHeader));
  return TEMPLATE.every((name) => names.has(name));
}

/**
 * A column with the same meaning as the one that was chosen for a field, or one that may have the field, but whose name
 * doesn't say so for sure. `isSpare`: it is used where the chosen one is empty.
 */
export type IgnoredColumn = { place: number; field: ImportField; isSpare: boolean };

/** The columns of a file: each field's, and others with the same meaning. */
export type FileColumns = {
  columns: ColumnPlaces;
  spares: SparePlaces;
  ignored: readonly IgnoredColumn[];
  hints: ColumnHints;
  /** If no column has the time: those with dates, which a person may choose. */
  dates: readonly number[];
};

/** Fields whose other columns are used too. */
const SPARED: ReadonlySet<ImportField> = new Set(SEVERAL_COLUMNS);

/** The columns that a person chose; null for a field without a column. In a list, all columns are used. */
export type ChosenColumns = Readonly<Partial<Record<ImportField, number | readonly number[] | null>>>;

/** Fields that are found by more than a name are decided last, when the columns of the others are known. */
const BY_MORE_THAN_A_NAME = ['lead_id', 'email', 'time', 'value', 'currency', 'click_time'] as const;
const IN_ORDER: readonly ImportField[] = [
  ...IMPORT_FIELDS.filter((field) => !BY_MORE_THAN_A_NAME.some((each) => each === field)),
  ...BY_MORE_THAN_A_NAME,
];

/** HubSpot calls the ID of any object `Record ID`. Only files of deals and tickets have the names below. */
const DEALS = /^(?:deal|opportunity)(?:name|stage|owner|type)$/;
const TICKETS = /^ticket(?:name|status|owner)$/;

/**
 * Suggests a field for each column: by the column's name, or if that says nothing, by its contents. A column that may be
 * something else is named instead of used.
 *
 * @param sample Some of the first rows.
 * @param options.chosen The other fields are found as usual.
 * @param options.decided Columns that were suggested before the header got more names. They stay.
 */
export function suggestColumns(
  header: readonly string[],
  sample: readonly (readonly string[])[],
  { chosen: given = {}, decided = {} }: { chosen?: ChosenColumns; decided?: ColumnPlaces } = {},
): FileColumns {
  const names = columnNames(header);
  const consents = header.map((name, at) =>
    meaningOf(
      name,
      sample.map((row) => row[at]?.trim() ?? ''),
    ),
  );
  const { chosen, more } = apart(given);
  const columns: Partial<Record<ImportField, number>> = {};
  const listed = new Set(more.map(({ place }) => place));
  const isTaken = (place: number): boolean => Object.values(columns).includes(place) || listed.has(place);
  for (const known of [chosen, decided])
    for (const field of IMPORT_FIELDS) {
      const place = chosen[field] === null ? undefined : known[field];
      if (place !== undefined && place !== null) columns[field] ??= place;
    }
  const file: FileView = {
    names,
    isFree: (at) => !isTaken(at) && consents[at] === undefined,
    isMostly: (at, looksRight) => isMostly(looksRight, sample, at),
  };
  const find = (field: ImportField): FoundColumns => {
    if (field === 'consent' || field === 'opt_out')
      return {
        sure: consents.flatMap((meaning, at) => (fieldOf(meaning) === field && !isTaken(at) ? [at] : [])),
        open: [],
      };
    if (field === 'email') return emailColumns(file);
    if (field === 'time') return timeColumns(file);
    if (field === 'value') return valueColumns(file);
    if (field === 'currency') return currencyColumns(file, columns.value);
    if (field === 'lead_id') return leadColumns(file);
    const open = field === 'user_id' ? maybeUserIds(names).filter(file.isFree) : [];
    const sure = placesCalled(field, names).filter(file.isFree);
    if (field !== 'user_id') return { sure, open };
    // Only our own field's name says that the site's ID is meant. `User ID` may be the CRM's.
    const isOurs = (at: number): boolean => /^user(?:_id|Id)$/.test(header[at] ?? '');
    return { sure: sure.filter(isOurs), open: [...sure.filter((at) => !isOurs(at)), ...open] };
  };
  const others: IgnoredColumn[] = [];
  let dates: readonly number[] = [];
  for (const field of IN_ORDER) {
    const isChosen = chosen[field] !== undefined;
    // A person who chooses the column for consent, or none, sees which others are not read.
    if (isChosen && field !== 'consent' && field !== 'opt_out') continue;
    const found = find(field);
    const place = columns[field] ?? (isChosen ? undefined : (found.sure[0] ?? found.only));
    if (!isChosen && place !== undefined) columns[field] = place;
    const isSame = (at: number): boolean => names[at]?.whole === names[place ?? -1]?.whole;
    const spare = (at: number): boolean => !isChosen && (isSame(at) || SPARED.has(field));
    const unsure =
      field !== 'time' && (place === undefined || field === 'currency' || field === 'email') ? found.open : [];
    for (const at of found.sure) if (at !== place) others.push({ place: at, field, isSpare: spare(at) });
    for (const at of unsure) if (at !== place) others.push({ place: at, field, isSpare: false });
    if (field === 'time' && place === undefined) dates = found.open;
  }
  const ignored = [...others.filter(({ place }) => !isTaken(place)), ...more].toSorted(
    (one, other) => IMPORT_FIELDS.indexOf(one.field) - IMPORT_FIELDS.indexOf(other.field),
  );
  const spares: Partial<Record<ImportField, number[]>> = {};
  for (const { field, place, isSpare } of ignored) if (isSpare) spares[field] = [...(spares[field] ?? []), place];
  // Also one for consent that a person has chosen for `opt_out`: its yes must not become a refusal, nor its no a consent.
  const permissions = consents.flatMap((meaning, at) =>
    meaning === 'permission' || meaning === 'consent' ? [at] : [],
  );
  const isLeadIdSure = chosen.lead_id !== undefined || placesCalled('lead_id', names).includes(columns.lead_id ?? -1);
  // A list adds to what is read, so it doesn't silence the statuses.
  const areStatusesRead = chosen.opt_out === undefined || Array.isArray(given.opt_out);
  const statuses = areStatusesRead ? header.flatMap((name, at) => (isStatus(name) ? [at] : [])) : [];
  const spared = new Set(ignored.filter(({ isSpare }) => isSpare).map(({ place }) => place));
  const outcomes = outcomeColumns(names, chosen.stage === null ? null : columns.stage, (at) =>
    at === columns.stage || (file.isFree(at) && !spared.has(at))
      ? sample.map((row) => row[at]?.trim() ?? '')
      : undefined,
  );
  const closing = names[columns.time ?? -1];
  const isClosing = closing !== undefined && isCloseDate(closing);
  const hints = { permissions, statuses, isLeadIdSure, outcomes, isClosing, ...hintsOf(names, columns) };
  return { columns, spares, ignored, hints, dates };
}

/** What a column says about consent, by its name or, if that says nothing, by its first cells. */
function meaningOf(name: string, cells: readonly string[]): ConsentMeaning | undefined {
  const meaning = consentMeaning(name);
  // `Marketing` with 12 and 340 is money or a number of contacts.
  if (meaning === 'permission' && cells.some((cell) => /^-?\d[\d.,\s]*$/.test(cell) && !/^[01](?:[.,]0+)?$/.test(cell)))
    return undefined;
  // The cells of a status are read in any case.
  const isAnswered =
    meaning === undefined &&
    !isStatus(name) &&
    isMostly(
      isConsentAnswer,
      cells.map((cell) => [cell]),
      0,
    );
  return isAnswered ? 'permission' : meaning;
}

/** Separates the first columns of lists from the rest of them. */
function apart(given: ChosenColumns): {
  chosen: Readonly<Partial<Record<ImportField, number | null>>>;
  more: readonly IgnoredColumn[];
} {
  const chosen: Partial<Record<ImportField, number | null>> = {};
  const more: IgnoredColumn[] = [];
  for (const field of IMPORT_FIELDS) {
    const own = given[field];
    if (own === undefined) continue;
    const [first, ...rest] = own === null ? [] : typeof own === 'number' ? [own] : own;
    chosen[field] = first ?? null;
    for (const place of new Set(rest)) if (place !== first) more.push({ place, field, isSpare: true });
  }
  return { chosen, more };
}

/** A column that says who may be contacted is read for `opt_out`, the other way round. */
function fieldOf(meaning: ConsentMeaning | undefined): 'consent' | 'opt_out' | undefined {
  return meaning === 'permission' ? 'opt_out' : meaning;
}

function columnNames(header: readonly string[]): ColumnName[] {
  const names = header.map(columnName);
  const kind = names.some(({ whole }) => DEALS.test(whole))
    ? 'deal'
    : names.some(({ whole }) => TICKETS.test(whole))
      ? 'ticket'
      : '';
  return names.map((name) => (name.whole === 'recordid' ? { ...name, whole: `${kind}recordid` } : name));
}

/** The names that a CRM's own ID of a lead has too. */
const MAY_BE_LEAD_ID = /^(?:leadid|responseid|formresponseid|submissionid|formsubmissionid)$/;

/** Finds the columns with the IDs of LinkedIn's lead form responses. A CRM's own `Lead ID` is none. */
function leadColumns(file: FileView): FoundColumns {
  const called = placesCalled('lead_id', file.names).filter(file.isFree);
  const maybe = freePlaces(file).filter(
    (at) => MAY_BE_LEAD_ID.test(file.names[at]?.whole ?? '') || file.isMostly(at, isLeadUrn),
  );
  const shaped = maybe.filter((at) => !called.includes(at) && file.isMostly(at, isLinkedInLeadId));
  const open = maybe.filter((at) => !shaped.includes(at) && file.names[at]?.whole === 'leadid');
  return { sure: [...called, ...shaped], open };
}

function isLeadUrn(cell: string): boolean {
  return cell.startsWith('urn:li:leadGenFormResponse:');
}

/** A few wrong cells don't change the meaning of a column. */
function isMostly(
  looksRight: (cell: string) => boolean,
  sample: readonly (readonly string[])[],
  place: number,
): boolean {
  const cells = sample.map((row) => row[place]?.trim() ?? '').filter((cell) => cell !== '');
  return cells.length > 0 && cells.filter(looksRight).length >= cells.length * 0.8;
}
