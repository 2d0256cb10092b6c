import Papa from 'papaparse';

import type { OwnProblemCode } from '../../schema/imports/row-problem.ts';

const DELIMITERS = [',', ';', '\t', '|'] as const;

/** The longest record. A longer one is a quote that was never closed. */
const MAX_RECORD_CHARS = 65_536;

/** A record of the file. */
export type CsvRecord = {
  /** The row's number in a spreadsheet: the header is row 1, and blank lines count. */
  row: number;
  cells: readonly string[];
  /** The reason why its cells may be wrong. */
  fault?: OwnProblemCode;
};

/**
 * Splits the text of a CSV file into records as it arrives. The splitting is done by Papa Parse (docs/decisions/0032).
 * This class finds the separator, and after a quote that is never closed, it continues with the next line.
 */
export class CsvReader {
  #delimiter: string | undefined;
  #rest = '';
  #row = 0;
  #endsInReturn = false;
  /** The rest of a line that is too long is left out. */
  #isSkipping = false;

  /** Undefined before the first line is complete. */
  get delimiter(): string | undefined {
    return this.#delimiter;
  }

  /** Returns the records that are complete. */
  push(text: string): CsvRecord[] {
    this.#rest += this.#unskipped(this.#withPlainLineEnds(text));
    return this.#records(false);
  }

  /** Returns the rest of the records. */
  end(): CsvRecord[] {
    if (this.#rest !== '' && !this.#rest.endsWith('\n')) this.#rest += '\n';
    return this.#records(true);
  }

  #unskipped(text: string): string {
    if (!this.#isSkipping) return text;
    const end = text.indexOf('\n');
    this.#isSkipping = end < 0;
    return end < 0 ? '' : text.slice(end + 1);
  }

  #withPlainLineEnds(text: string): string {
    const whole = this.#endsInReturn && text.startsWith('\n') ? text.slice(1) : text;
    if (text !== '') this.#endsInReturn = text.endsWith('\r');
    return whole.includes('\r') ? whole.replaceAll(/\r\n?/g, '\n') : whole;
  }

  #records(isEnd: boolean): CsvRecord[] {
    const records: CsvRecord[] = [];
    if (this.#delimiter === undefined && !this.#findDelimiter()) return records;
    let from = 0;
    for (;;) {
      const { next, brokenAt } = this.#parsed(from, records);
      from = next;
      const isStuck = brokenAt === undefined && (isEnd || this.#rest.length - from > MAX_RECORD_CHARS);
      if (brokenAt === undefined && !(isStuck && from < this.#rest.length)) break;
      // The record has a quote that is never closed, or that is closed many lines below. Then only its first line is
      // lost.
      const end = this.#rest.indexOf('\n', from) + 1 || this.#rest.length;
      this.#row += 1;
      const line = this.#rest.slice(from, end);
      this.#isSkipping = !line.endsWith('\n');
      records.push({
        row: this.#row,
        cells: [],
        fault: faultOf(line),
      });
      from = end;
    }
    this.#rest = this.#rest.slice(from);
    return records;
  }

  /** Adds complete records. Stops before a record of several lines whose quotes make no sense. */
  #parsed(from: number, records: CsvRecord[]): { next: number; brokenAt: number | undefined } {
    const input = from === 0 ? this.#rest : this.#rest.slice(from);
    let next = 0;
    let brokenAt: number | undefined;
    const parser = new Papa.Parser({
      delimiter: this.#delimiter ?? ',',
      newline: '\n',
      step: (found: Papa.ParseStepResult<string[][]>) => {
        const [cells = []] = found.data;
        const end = found.meta.cursor;
        const isMalformed = found.errors.length > 0;
        if (isMalformed && input.slice(next, end - 1).includes('\n')) {
          brokenAt = next;
          parser.abort();
          return;
        }
        next = end;
        this.#row += 1;
        const isBlank = cells.every((cell) => cell.trim() === '');
        if (!isBlank || isMalformed)
          records.push({ row: this.#row, cells, ...(isMalformed && { fault: 'quote_malformed' as const }) });
      },
    });
    parser.parse(input, 0, true);
    return { next: from + next, brokenAt };
  }

  /**
   * The first line has the names of the columns, which rarely contain a separator. If there is Excel's `sep=;`, it
   * decides.
   */
  #findDelimiter(): boolean {
    const end = this.#rest.indexOf('\n');
    if (end < 0) return false;
    const line = this.#rest.slice(0, end);
    const [, declared] = /^sep=(.)$/i.exec(line.trim()) ?? [];
    if (declared !== undefined) {
      this.#delimiter = declared;
      this.#row = 1;
      this.#rest = this.#rest.slice(end + 1);
      return true;
    }
    // A file may begin with blank lines.
    if (line.trim() === '') {
      this.#row += 1;
      this.#rest = this.#rest.slice(end + 1);
      return this.#findDelimiter();
    }
    const bare = line.replaceAll(/"(?:[^"]|"")*"/g, '');
    const [first] = DELIMITERS.map((sign) => ({ sign, count: bare.split(sign).length })).toSorted(
      (one, other) => other.count - one.count,
    );
    this.#delimiter = first?.sign ?? ',';
    return true;
  }
}

function faultOf(line: string): OwnProblemCode {
  if (line.length > MAX_RECORD_CHARS) return 'row_too_long';
  return line.split('"').length % 2 === 1 ? 'quote_malformed' : 'quote_not_closed';
}
