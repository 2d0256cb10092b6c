import { IMPORT_FIELDS } from '../../schema/imports/import-field.ts';
import type { ColumnNames, ColumnPlaces, ImportField } from '../../schema/imports/import-field.ts';
import type { FileColumn } from '../../schema/imports/import-view.ts';
import { sha256Hex } from '../identity/sha256.ts';
import { withoutPeople } from '../privacy/masked-names.ts';
import { loadRareWords } from '../reading/rare-words.ts';
import { cellSamples } from './columns/cell-samples.ts';
import { comparedHeader } from './columns/column-words.ts';
import { consentMeaning } from './columns/consent-columns.ts';
import { CsvDecoder } from './csv-decoder.ts';
import type { Encoding } from './csv-decoder.ts';
import { CsvReader } from './csv-reader.ts';
import type { CsvRecord } from './csv-reader.ts';
import type { OutcomeCounts } from './deal-outcome.ts';
import type { DecimalSign } from './decimal-sign.ts';
import { dataInHeader } from './first-row.ts';
import type { DataCell } from './first-row.ts';
import { readRow } from './import-row.ts';
import type { ImportRow, RowOptions, RowProblem } from './import-row.ts';
import { NdjsonReader } from './ndjson-reader.ts';
import { isLinkedInTemplate, suggestColumns } from './suggest-columns.ts';
import type { FileColumns, IgnoredColumn } from './suggest-columns.ts';

/** The rows that are read before the columns are decided. */
const SAMPLE_ROWS = 50;

/** What the reader has found out about a file. */
export type FileFacts = {
  /** The names of the columns, with personal data masked. */
  header: readonly string[];
  columns: ColumnPlaces;
  encoding: Encoding;
  delimiter: string | undefined;
  isTemplate: boolean;
  /** The number of rows whose dates can only be read in this order. */
  shows: { dmy: number; mdy: number };
  /** The number of rows whose dates can be read in two orders. */
  ambiguous: number;
  /**
   * The number of amounts that can only have this decimal sign. Missing for files that were read by an earlier release.
   */
  decimals?: Readonly<Record<DecimalSign, number>>;
  /** The number of amounts that may have either decimal sign. */
  openAmounts?: number;
  /** The numbers of rows whose deals are won and lost. */
  outcomes?: OutcomeCounts;
  /** Whether the time is the day on which a deal is, or is expected to be, closed. */
  isClosing?: boolean;
  /** Columns with the same meaning as another one. */
  ignored?: readonly IgnoredColumn[];
  rows: number;
};

type Options = RowOptions & {
  /** The columns that a person chose, by name or by position (from 0), or several; null for a field without a column. */
  chosen?: Readonly<Partial<Record<ImportField, string | number | readonly (string | number)[] | null>>> | undefined;
  isNdjson?: boolean;
};

/**
 * Reads a file of conversions as it arrives, with bounded memory. It gets bytes, and returns rows whose e-mail
 * addresses are hashed.
 */
export class FileReader {
  readonly #options: Options;
  readonly #decoder = new CsvDecoder();
  readonly #csv = new CsvReader();
  readonly #ndjson: NdjsonReader | undefined;
  #header: readonly string[] | undefined;
  /** With personal data masked. */
  #shownHeader: readonly string[] = [];
  #dataInHeader: DataCell | undefined;
  #headerFault: RowProblem | undefined;
  #sample: CsvRecord[] = [];
  #columns: FileColumns | undefined;
  /** Samples of each column's cells. */
  #cells: readonly (readonly string[])[] = [];
  #unknown: { field: string; column: string } | undefined;
  #shows = { dmy: 0, mdy: 0 };
  #ambiguous = 0;
  #decimals = { '.': 0, ',': 0 };
  #openAmounts = 0;
  #outcomes = { won: 0, lost: 0 };
  #rows = 0;

  constructor(options: Options) {
    this.#options = options;
    this.#ndjson = options.isNdjson === true ? new NdjsonReader() : undefined;
  }

  get facts(): FileFacts {
    const header = this.#header ?? [];
    return {
      header: this.#shownHeader,
      columns: this.#columns?.columns ?? {},
      encoding: this.#decoder.encoding,
      delimiter: this.#csv.delimiter,
      isTemplate: isLinkedInTemplate(header),
      shows: this.#shows,
      ambiguous: this.#ambiguous,
      decimals: this.#decimals,
      openAmounts: this.#openAmounts,
      outcomes: this.#outcomes,
      isClosing: this.#columns?.hints.isClosing ?? false,
      ignored: this.#columns?.ignored ?? [],
      rows: this.#rows,
    };
  }

  /** The cell in the first row that shows that the file has no header. */
  get dataInHeader(): DataCell | undefined {
    return this.#dataInHeader;
  }

  /** The reason why the names of the columns can't be read. */
  get headerFault(): RowProblem | undefined {
    return this.#headerFault;
  }

  /** A column that a person chose but that the file doesn't have. */
  get unknownColumn(): { field: string; column: string } | undefined {
    return this.#unknown;
  }

  /** Each column of the file: what it is read as, and what is in it, without personal data. */
  get fileColumns(): FileColumn[] {
    const { columns = {}, ignored = [], dates = [] } = this.#columns ?? {};
    return this.#shownHeader.map((column, at) => {
      const [own] = Object.entries(columns).find(([, place]) => place === at) ?? [];
      const others = ignored.filter(({ place }) => place === at);
      const spare = others.find(({ isSpare }) => isSpare)?.field;
      const open = others.find(({ isSpare }) => !isSpare)?.field ?? (dates.includes(at) ? 'time' : undefined);
      const field = IMPORT_FIELDS.find((each) => each === own) ?? spare ?? null;
      const meaning = consentMeaning(this.#header?.[at] ?? '');
      return {
        column,
        samples: [...(this.#cells[at] ?? [])],
        field,
        may_be: field === null ? (open ?? null) : null,
        refuses: meaning === undefined ? null : meaning === 'opt_out' ? 'yes' : 'no',
      };
    });
  }

  /** If no column has the time: the columns with dates, which a person may choose. */
  get openDates(): string[] {
    return (this.#columns?.dates ?? []).map((place) => this.#shownHeader[place] ?? '');
  }

  async push(bytes: Uint8Array): Promise<ImportRow[]> {
    await loadRareWords();
    return this.#read(this.#records(this.#decoder.push(bytes)), false);
  }

  async end(): Promise<ImportRow[]> {
    const rest = this.#records(this.#decoder.end());
    return this.#read([...rest, ...(this.#ndjson ?? this.#csv).end()], true);
  }

  #records(text: string): CsvRecord[] {
    return (this.#ndjson ?? this.#csv).push(text);
  }

  async #read(records: readonly CsvRecord[], isEnd: boolean): Promise<ImportRow[]> {
    const [first, ...rest] = records;
    const isHeader = this.#header === undefined && this.#ndjson === undefined && first !== undefined;
    if (isHeader) {
      this.#header = first.cells.map((name) => name.trim());
      this.#dataInHeader = dataInHeader(first.cells);
      const { fault, linesBelow } = first;
      if (fault !== undefined) this.#headerFault = { code: fault, ...(linesBelow !== undefined && { linesBelow }) };
    }
    if (this.#ndjson !== undefined) this.#header = this.#ndjson.header;
    const data = isHeader ? rest : records;
    if (this.#header === undefined) return this.#readRows(data, NO_COLUMNS, []);
    const isWider = this.#shownHeader.length < this.#header.length;
    if (isWider) this.#shownHeader = this.#header.map(withoutPeople);
    if (this.#columns === undefined) {
      this.#sample.push(...data);
      if (this.#sample.length < SAMPLE_ROWS && !isEnd) return [];
      this.#columns = this.#chosenColumns();
      const { event, stage, country } = this.#columns.columns;
      this.#cells = cellSamples(
        this.#sample.map(({ cells }) => cells),
        (place) => [event, stage, country].includes(place),
      );
      const sample = this.#sample;
      // Later lines of NDJSON may have more fields. Then the cells of these rows decide again.
      if (this.#ndjson === undefined) this.#sample = [];
      return this.#readRows(sample, this.#columns, this.#header);
    }
    if (isWider) this.#columns = this.#chosenColumns(this.#columns.columns);
    return this.#readRows(data, this.#columns, this.#header);
  }

  async #readRows(
    records: readonly CsvRecord[],
    { columns, spares, hints }: Pick<FileColumns, 'columns' | 'spares' | 'hints'>,
    header: readonly string[],
  ): Promise<ImportRow[]> {
    const rows: ImportRow[] = [];
    for (const record of records) {
      // A line of NDJSON lacks the fields that only later lines have.
      const width = this.#ndjson === undefined ? header.length : record.cells.length;
      const options = { ...this.#options, width, spares, hints, isFile: true };
      const { read, shows, decimal } = await readRow(record, columns, options);
      if (shows !== undefined) this.#shows[shows] += 1;
      if (typeof read.time === 'object') this.#ambiguous += 1;
      if (decimal !== undefined) this.#decimals[decimal] += 1;
      if (read.values !== undefined) this.#openAmounts += 1;
      const outcome = read.outcome?.outcome;
      if (outcome === 'won' || outcome === 'lost') this.#outcomes[outcome] += 1;
      rows.push({ ...read, cells: await digestOf(record.cells, header) });
    }
    this.#rows += rows.length;
    return rows;
  }

  /** @param decided The columns that were decided before the header got more names. They stay. */
  #chosenColumns(decided: ColumnPlaces = {}): FileColumns {
    const header = this.#header ?? [];
    const names = header.map(comparedHeader);
    const chosen: Partial<Record<ImportField, number | readonly number[] | null>> = {};
    for (const [field, given] of Object.entries(this.#options.chosen ?? {})) {
      const columns = given === null ? [] : typeof given === 'object' ? given : [given];
      const places = columns.map((one) => (typeof one === 'string' ? placeOf(one, { header, names }) : one));
      const unknown = columns.find((_, at) => header[places[at] ?? -1] === undefined);
      if (unknown !== undefined) this.#unknown ??= { field, column: withoutPeople(String(unknown)) };
      // `ImportQuery` allows only these names.
      else Object.assign(chosen, { [field]: given === null ? null : typeof given === 'object' ? places : places[0] });
    }
    return suggestColumns(
      header,
      this.#sample.map(({ cells }) => cells),
      { chosen, decided },
    );
  }
}

const NO_COLUMNS = { columns: {}, spares: {}, hints: {} } as const;

/** @returns -1 when no column has the name. */
function placeOf(given: string, { header, names }: { header: readonly string[]; names: readonly string[] }): number {
  const exact = header.indexOf(given);
  const compared = comparedHeader(given);
  return exact >= 0 || compared === '' ? exact : names.indexOf(compared);
}

/** A row gets the same result if the columns are in another order, or if other columns were chosen. */
async function digestOf(cells: readonly string[], header: readonly string[]): Promise<string> {
  const named = cells.map((cell, at) => [header[at] ?? '', cell.trim()]).filter(([, cell]) => cell !== '');
  return sha256Hex(JSON.stringify(named.map((each) => JSON.stringify(each)).toSorted()));
}

/** Returns the names of the columns, to show them. */
export function columnNames({ columns, header }: Pick<FileFacts, 'columns' | 'header'>): ColumnNames {
  return Object.fromEntries(Object.entries(columns).map(([field, place]) => [field, header[place] ?? '']));
}
