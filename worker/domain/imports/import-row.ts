import { LINT_RULES } from '../../schema/events/lint-rules.ts';
import type { ColumnPlaces, ImportField, SparePlaces } from '../../schema/imports/import-field.ts';
import { isRefusal } from '../../schema/imports/row-problem.ts';
import type { RowProblemCode } from '../../schema/imports/row-problem.ts';
import { validClickId } from '../identity/click-id.ts';
import { emailSha256 } from '../identity/email.ts';
import { leadUrnIn } from '../identity/partner-id.ts';
import { companyIn, nameIn, titleIn } from '../identity/person-text.ts';
import { isSenselessId } from '../identity/sensible-id.ts';
import { leaveOut, unnoted } from '../lint/note.ts';
import type { Note } from '../lint/note.ts';
import { countryIn } from '../reading/country.ts';
import { decimal } from '../value/decimal.ts';
import type { ColumnHints } from './columns/column-hints.ts';
import { isLinkedInLeadId } from './columns/lead-id.ts';
import type { CsvRecord } from './csv-reader.ts';
import { dealOutcome } from './deal-outcome.ts';
import type { RowOutcome } from './deal-outcome.ts';
import { decimalSignOf, unmistakable } from './decimal-sign.ts';
import type { DecimalSign } from './decimal-sign.ts';
import { denialIn, hashesIn } from './denial.ts';
import type { Refusing } from './denial.ts';
import { readTime } from './read-time.ts';
import type { DateOrder, TimeOptions } from './read-time.ts';
import { rowConsent } from './row-consent.ts';
import type { ConsentCell, RowConsent } from './row-consent.ts';
import { currencyIn, rowValue } from './row-value.ts';
import type { RowValue } from './row-value.ts';

/** A problem in a row, and the field of the cell that has it. */
export type RowProblem = {
  code: RowProblemCode;
  field?: ImportField;
  /** The position of the cell's column, if it isn't the field's own one. */
  place?: number;
  /** The number of lines below the row's first one that are refused with it. */
  linesBelow?: number;
};

/** A row of an imported file. Names, company and title are in plain text, because LinkedIn needs them. */
export type ImportRow = {
  row: number;
  problems: RowProblem[];
  emailSha256?: string;
  firstName?: string;
  lastName?: string;
  companyName?: string;
  title?: string;
  countryCode?: string;
  /** In epoch milliseconds. There are two times when the date can be read in two orders. */
  time?: number | { dmy: number; mdy: number };
  event?: string;
  value?: RowValue;
  /** The currency of a row without an amount. */
  currency?: string;
  /** The values for each decimal sign, if the amount may have either. */
  values?: Readonly<Record<DecimalSign, RowValue>>;
  clickId?: string;
  leadUrn?: string;
  eventId?: string;
  userId?: string;
  anonymousId?: string;
  consent?: Exclude<RowConsent, undefined>;
  /** Others who are meant by a no: further addresses and spellings, or who may be meant if the cells may be wrong. */
  alsoRefusing?: readonly Refusing[];
  stage?: string;
  dealId?: string;
  /** From 0 to 1. */
  probability?: string;
  /** What became of the deal, and the column that says it. */
  outcome?: RowOutcome;
  /**
   * When the person clicked the ad or became a lead, in epoch milliseconds. There are two times when the date can be
   * read in two orders.
   */
  clickTime?: number | { dmy: number; mdy: number };
  /** The ad account of a lead, in a notification of LinkedIn's Lead Sync. */
  adAccountId?: string;
  /** The SHA-256 of all cells with the names of their columns, whether the cells could be read or not. */
  cells?: string;
};

/** How the rows of a file are read. */
export type RowOptions = TimeOptions & {
  defaultCurrency?: string | undefined;
  /** The decimal sign. Undefined when nobody has chosen one. */
  decimal?: DecimalSign | undefined;
};

/** How the rows of this file are read. */
type FileOptions = RowOptions & {
  /** The number of columns. */
  width: number;
  /** Columns that are used where a field's own column is empty. */
  spares?: SparePlaces | undefined;
  hints?: ColumnHints | undefined;
  /** The whole column decides how its cells are read. If it doesn't, a person is asked. */
  isFile?: boolean;
  /** Whether an amount that may have either decimal sign is left open. */
  asksDecimal?: boolean;
  /** Whether there is a field for consent, so that an empty one is unclear. */
  isConsentAsked?: boolean;
};

/** Chooses the value of an amount that may have either decimal sign. Without a sign, the row is refused. */
export function withDecimal(row: ImportRow, sign: DecimalSign | undefined): ImportRow {
  if (row.values === undefined) return row;
  const { values, ...rest } = row;
  if (sign !== undefined) return { ...rest, value: values[sign] };
  return { ...rest, problems: [...row.problems, { code: 'amount_ambiguous', field: 'value' }] };
}

/** Longer than any name of an event or a stage, and than any ID. */
const MAX_CHARS = 256;

/** What people and spreadsheets write in place of an ID: 1.23457E+11 stands for many numbers. */
const NO_ID = /^(?:new|neu|x+|tbd|kein\w*|\d(?:[.,]\d+)?e\+\d+)$/i;

/** Never cuts a character in half. */
function cut(text: string | undefined): string | undefined {
  return text?.slice(0, MAX_CHARS).replace(/[\uD800-\uDBFF]$/, '');
}

/** Reads a row. The clear e-mail exists only during this call. */
export async function readRow(
  { row, cells, fault, linesBelow, readable }: CsvRecord,
  columns: ColumnPlaces,
  {
    width,
    spares = {},
    hints = {},
    isFile = false,
    asksDecimal = isFile,
    isConsentAsked = isFile && columns.consent !== undefined,
    ...options
  }: FileOptions,
): Promise<{ read: ImportRow; shows?: DateOrder; decimal?: DecimalSign }> {
  const problems: RowProblem[] = [];
  const wrong =
    fault ?? (cells.length < width ? 'too_few_cells' : cells.length > width ? tooMany(cells, width) : undefined);
  if (wrong !== undefined) {
    // Of the other faults, only the cells before them are readable.
    const shift = fault === undefined || fault === 'quote_malformed' ? (readable ?? cells).length - width : 0;
    const denial = await denialIn(readable ?? cells, { columns, spares, hints, shift });
    return { read: { row, problems: [{ code: wrong, ...(linesBelow !== undefined && { linesBelow }) }], ...denial } };
  }
  const noteOf =
    (field: ImportField): Note =>
    (code) => {
      if (LINT_RULES[code].action === 'left_out') problems.push({ code, field });
    };
  const cellOf = (field: ImportField): string | undefined => {
    const places = [columns[field], ...(spares[field] ?? [])];
    const cell = places.map((place) => (place === undefined ? '' : cells[place]?.trim())).find(Boolean);
    if (cell === undefined || cell === '') return undefined;
    if (!cell.includes('\uFFFD')) return cell;
    problems.push({ code: 'text_garbled', field });
    return undefined;
  };
  const readAs = <Value>(field: ImportField, reader: (cell: string, note: Note) => Value): Value | undefined => {
    const cell = cellOf(field);
    return cell === undefined ? undefined : reader(cell, noteOf(field));
  };
  const email = await readAs('email', emailSha256);
  const names = namesOf(readAs('first_name', nameIn), readAs('last_name', nameIn), problems);
  const time = timeOf(cellOf('time'), { ...options, ...(hints.timeZone && { timeZone: hints.timeZone }) }, problems);
  if (hints.isZoneUnknown === true && options.timeZone === undefined && time.ms !== undefined)
    problems.push({ code: 'zone_in_name_unknown', field: 'time' });
  const idOf = (field: ImportField, code: RowProblemCode): string | undefined => {
    const id = cut(cellOf(field));
    if (id === undefined || !(isSenselessId(id) || NO_ID.test(id))) return id;
    problems.push({ code, field });
    return undefined;
  };
  const answersOf = (field: ImportField): ConsentCell[] =>
    [columns[field], ...(spares[field] ?? [])].map((place) => ({
      place,
      cell: place === undefined ? '' : (cells[place] ?? ''),
      ...(place !== undefined && hints.permissions?.includes(place) === true && { kind: 'permission' as const }),
    }));
  const statuses = (hints.statuses ?? []).map((place) => ({
    place,
    cell: cells[place] ?? '',
    kind: 'status' as const,
  }));
  const { consent, refusedAt, unclear } = rowConsent(
    { agreed: answersOf('consent'), out: [...answersOf('opt_out'), ...statuses] },
    isConsentAsked,
  );
  if (refusedAt !== undefined) problems.push({ code: 'refused_in_status', field: 'opt_out', place: refusedAt });
  if (unclear !== undefined)
    problems.push({
      code: 'consent_unclear',
      field: unclear.field,
      ...(unclear.place !== undefined && { place: unclear.place }),
    });
  const amount = cellOf('value');
  const sign = asksDecimal && amount !== undefined ? decimalSignOf(amount) : undefined;
  const asks = sign === 'either' && options.decimal === undefined;
  const valueAs = (chosen: DecimalSign | undefined, note?: Note): ImportRow['value'] =>
    rowValue(
      amount === undefined || sign !== 'either' || chosen === undefined ? amount : unmistakable(amount, chosen),
      {
        hints,
        currency,
        isCurrencyWrong: problems.some(({ field }) => field === 'currency'),
        defaultCurrency: options.defaultCurrency,
        note: note ?? noteOf('value'),
        report: (code) => {
          if (note === undefined) problems.push({ code, field: 'value' });
        },
      },
    );
  const currency = readAs('currency', currencyIn);
  const value = valueAs(asks ? '.' : options.decimal);
  const other = asks ? valueAs(',', unnoted) : undefined;
  const read: Record<keyof Omit<ImportRow, 'row' | 'problems' | 'adAccountId' | 'cells' | 'alsoRefusing'>, unknown> = {
    emailSha256: email,
    ...names,
    companyName: readAs('company', companyIn),
    title: readAs('title', titleIn),
    countryCode: readAs('country', countryIn),
    time: time.ms,
    event: cut(cellOf('event')),
    ...(value && other ? { value: undefined, values: { '.': value, ',': other } } : { value, values: undefined }),
    currency: value === undefined && other === undefined ? currency : undefined,
    clickId: readAs('click_id', validClickId),
    leadUrn: readAs('lead_id', (cell, note) =>
      hints.isLeadIdSure === false && !isLinkedInLeadId(cell)
        ? leaveOut('lead_malformed', note)
        : leadUrnIn(cell, note),
    ),
    eventId: idOf('event_id', 'event_id_senseless'),
    userId: idOf('user_id', 'user_id_senseless'),
    anonymousId: idOf('anonymous_id', 'user_id_senseless'),
    consent,
    stage: cut(cellOf('stage')),
    dealId: idOf('deal_id', 'deal_id_senseless'),
    probability: probabilityOf(cellOf('probability'), problems),
    clickTime: clickTimeOf(cellOf('click_time'), options),
    outcome: dealOutcome((hints.outcomes ?? []).map((column) => ({ ...column, cell: cells[column.place] ?? '' }))),
  };
  const addresses = [columns.email, ...(spares.email ?? [])].map((place) => cells[place ?? -1]?.trim() ?? '');
  const refusing = consent === false ? await hashesIn(addresses) : [];
  const alsoRefusing = refusing.filter((hash) => hash !== email).map((hash) => ({ emailSha256: hash }));
  const places = placesOf(cells, { columns, spares });
  const placed = problems.map(({ place: own, ...problem }): RowProblem => {
    const place = own ?? (problem.field && places(problem.field));
    return place === undefined || place === columns[problem.field ?? 'time'] ? problem : { ...problem, place };
  });
  const said = Object.fromEntries(Object.entries(read).filter(([, each]) => each !== undefined));
  return {
    read: { row, problems: placed, ...said, ...(alsoRefusing.length > 0 && { alsoRefusing }) },
    ...(time.shows && { shows: time.shows }),
    ...(value !== undefined && sign !== undefined && sign !== 'either' && { decimal: sign }),
  };
}

/** Returns a function that finds the column of a field's cell: the first that isn't empty. */
function placesOf(
  cells: readonly string[],
  { columns, spares }: { columns: ColumnPlaces; spares: SparePlaces },
): (field: ImportField) => number | undefined {
  return (field) =>
    [columns[field], ...(spares[field] ?? [])].find(
      (place) => place !== undefined && (cells[place] ?? '').trim() !== '',
    );
}

/**
 * The reader learns of a column for consent from the first line that has it. A row without it, before that line or
 * after it, is unclear.
 */
export function withConsentColumn(row: ImportRow, hasColumn: boolean): ImportRow {
  if (!hasColumn || row.consent !== undefined || row.problems.some(({ code }) => isRefusal(code))) return row;
  return { ...row, consent: 'unclear', problems: [...row.problems, { code: 'consent_unclear', field: 'consent' }] };
}

/** Excel adds empty cells at the end of a row. */
function tooMany(cells: readonly string[], width: number): 'too_many_cells' | undefined {
  return cells.slice(width).some((cell) => cell.trim() !== '') ? 'too_many_cells' : undefined;
}

type Names = { firstName: string | undefined; lastName: string | undefined };

function namesOf(firstName: string | undefined, lastName: string | undefined, problems: RowProblem[]): Names {
  if ((firstName === undefined) === (lastName === undefined)) return { firstName, lastName };
  const field = firstName === undefined ? 'first_name' : 'last_name';
  // A name that can't be read has been reported already.
  if (!problems.some((problem) => problem.field === field)) problems.push({ code: 'name_incomplete', field });
  return { firstName: undefined, lastName: undefined };
}

function timeOf(
  cell: string | undefined,
  options: TimeOptions,
  problems: RowProblem[],
): { ms: ImportRow['time']; shows?: DateOrder | undefined } {
  const field = 'time';
  if (cell === undefined) {
    problems.push({ code: 'time_missing', field });
    return { ms: undefined };
  }
  const time = readTime(cell, options);
  if (time.kind === 'unreadable') problems.push({ code: 'time_unreadable', field });
  if (time.kind === 'at') return { ms: time.ms, shows: time.shows };
  return { ms: time.kind === 'either' ? { dmy: time.dmy, mdy: time.mdy } : undefined };
}

/** This field is only for a report, so if it can't be read, that is not a problem of the row. */
function clickTimeOf(cell: string | undefined, options: TimeOptions): ImportRow['clickTime'] {
  const time = cell === undefined ? undefined : readTime(cell, options);
  if (time?.kind === 'either') return { dmy: time.dmy, mdy: time.mdy };
  return time?.kind === 'at' ? time.ms : undefined;
}

/** Reads 40, 40 % or 0.4. A number from 0 to 1 is a share; a larger one is in percent. */
function probabilityOf(cell: string | undefined, problems: RowProblem[]): string | undefined {
  if (cell === undefined) return undefined;
  const number = decimal(cell.replace(/\s*%$/, ''));
  if (number === undefined || number.lt(0) || number.gt(100)) {
    problems.push({ code: 'probability_unreadable', field: 'probability' });
    return undefined;
  }
  return (cell.includes('%') || number.gt(1) ? number.div(100) : number).toFixed();
}
