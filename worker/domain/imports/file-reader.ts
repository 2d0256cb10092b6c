import { isFields } from '../../schema/fields.ts';
import { IMPORT_FIELDS } from '../../schema/imports/import-field.ts';
import type { ColumnNames, ColumnPlaces, ImportField } from '../../schema/imports/import-field.ts';
import { withoutPeople } from '../privacy/masked-names.ts';
import { CsvDecoder } from './csv-decoder.ts';
import type { Encoding } from './csv-decoder.ts';
import { CsvReader } from './csv-reader.ts';
import type { CsvRecord } from './csv-reader.ts';
import { dataInHeader } from './first-row.ts';
import type { DataCell } from './first-row.ts';
import { readRow } from './import-row.ts';
import type { ImportRow, RowOptions } from './import-row.ts';
import { comparedHeader, isLinkedInTemplate, suggestColumns } from './suggest-columns.ts';

/** The rows that are read before the columns are decided. */
const SAMPLE_ROWS = 50;

/** What was found out about a file. */
export type FileFacts = {
  /** The names of the columns, with personal data masked. */
  header: readonly string[];
  columns: ColumnPlaces;
  encoding: Encoding;
  delimiter: string | undefined;
  isTemplate: boolean;
  /** The rows whose dates can only be in this order. */
  shows: { dmy: number; mdy: number };
  /** The rows whose dates may be in two orders. */
  ambiguous: number;
  rows: number;
};

type Options = RowOptions & {
  /** The columns that a person chose, by their names or their places from 0. */
  chosen?: Readonly<Partial<Record<ImportField, string | number>>> | undefined;
  isNdjson?: boolean;
};

/** Reads a file of conversions as it arrives, in bounded memory: bytes in, rows without clear e-mails out. */
export class FileReader {
  readonly #options: Options;
  readonly #decoder = new CsvDecoder();
  readonly #csv = new CsvReader();
  readonly #ndjson: NdjsonReader | undefined;
  #header: readonly string[] | undefined;
  #dataInHeader: DataCell | undefined;
  #sample: CsvRecord[] = [];
  #columns: ColumnPlaces | undefined;
  #shows = { dmy: 0, mdy: 0 };
  #ambiguous = 0;
  #rows = 0;

  constructor(options: Options) {
    this.#options = options;
    this.#ndjson = options.isNdjson === true ? new NdjsonReader() : undefined;
  }

  get facts(): FileFacts {
    const header = this.#header ?? [];
    return {
      header: header.map(withoutPeople),
      columns: this.#columns ?? {},
      encoding: this.#decoder.encoding,
      delimiter: this.#csv.delimiter,
      isTemplate: isLinkedInTemplate(header),
      shows: this.#shows,
      ambiguous: this.#ambiguous,
      rows: this.#rows,
    };
  }

  /** The cell that shows that the file has no header. */
  get dataInHeader(): DataCell | undefined {
    return this.#dataInHeader;
  }

  async push(bytes: Uint8Array): Promise<ImportRow[]> {
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
    this.#header ??= this.#ndjson === undefined ? first?.cells.map((name) => name.trim()) : this.#ndjson.header;
    if (isHeader) this.#dataInHeader = dataInHeader(first.cells);
    const data = isHeader ? rest : records;
    if (this.#header === undefined) return this.#readRows(data, {}, 0);
    if (this.#columns === undefined) {
      this.#sample.push(...data);
      if (this.#sample.length < SAMPLE_ROWS && !isEnd) return [];
      this.#columns = this.#chosenColumns();
      const sample = this.#sample;
      this.#sample = [];
      return this.#readRows(sample, this.#columns, this.#header.length);
    }
    return this.#readRows(data, this.#columns, this.#header.length);
  }

  async #readRows(records: readonly CsvRecord[], columns: ColumnPlaces, width: number): Promise<ImportRow[]> {
    const rows: ImportRow[] = [];
    for (const record of records) {
      const { read, shows } = await readRow(record, columns, { ...this.#options, width });
      if (shows !== undefined) this.#shows[shows] += 1;
      if (typeof read.time === 'object') this.#ambiguous += 1;
      rows.push(read);
    }
    this.#rows += rows.length;
    return rows;
  }

  #chosenColumns(): ColumnPlaces {
    const header = this.#header ?? [];
    const sample = this.#sample.map(({ cells }) => cells);
    const { chosen } = this.#options;
    if (chosen === undefined) return suggestColumns(header, sample);
    const names = header.map(comparedHeader);
    return Object.fromEntries(
      IMPORT_FIELDS.flatMap((field) => {
        const given = chosen[field];
        if (given === undefined) return [];
        const exact = typeof given === 'number' ? given : header.indexOf(given);
        const place = exact >= 0 || typeof given === 'number' ? exact : names.indexOf(comparedHeader(given));
        return place >= 0 && place < header.length ? [[field, place]] : [];
      }),
    );
  }
}

/** Returns the columns by their names, to show them. */
export function columnNames({ columns, header }: Pick<FileFacts, 'columns' | 'header'>): ColumnNames {
  return Object.fromEntries(Object.entries(columns).map(([field, place]) => [field, header[place] ?? '']));
}

/** Reads one JSON object per line. Its columns are the fields of the first line. */
class NdjsonReader {
  #rest = '';
  #row = 0;
  header: string[] | undefined;

  push(text: string): CsvRecord[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#record(line));
  }

  end(): CsvRecord[] {
    const rest = this.#rest;
    this.#rest = '';
    return this.#record(rest);
  }

  #record(line: string): CsvRecord[] {
    this.#row += 1;
    if (line.trim() === '') return [];
    const fields = fieldsOf(line);
    if (fields === undefined) return [{ row: this.#row, cells: [], fault: 'json_malformed' }];
    this.header ??= Object.keys(fields);
    return [{ row: this.#row, cells: this.header.map((name) => textOf(fields[name])) }];
  }
}

function fieldsOf(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
