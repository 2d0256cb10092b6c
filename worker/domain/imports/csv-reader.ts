import type { OwnProblemCode } from '../../schema/imports/row-problem.ts';
import { CsvSplitter } from './csv-splitter.ts';
import type { SplitRecord } from './csv-splitter.ts';
import { MAX_RECORD_CHARS } from './max-record-chars.ts';

const DELIMITERS = [',', ';', '\t', '|'] as const;

/** A record of the file. */
export type CsvRecord = {
  /** The row's number in a spreadsheet: the header is row 1, and blank lines count. */
  row: number;
  cells: readonly string[];
  /** The reason why its cells may be wrong. */
  fault?: OwnProblemCode;
  /** The cells of a record with a fault, as far as they can be known. They are used only to hear a no. */
  readable?: readonly string[];
  /** The number of further lines that the record has, because of line ends between quotation marks. */
  linesBelow?: number;
};

/** Reads the text of a CSV file as it arrives: finds the line ends and the separator, and numbers the records. */
export class CsvReader {
  #delimiter: string | undefined;
  #splitter: CsvSplitter | undefined;
  /** The text before the header is complete. */
  #start = '';
  /** A carriage return at the end of a part. The next part may begin with the line feed that belongs to it. */
  #return = '';
  /** Whether a carriage return ends a line, as the file's first line shows. Otherwise it may be text of a cell. */
  #isOldMac: boolean | undefined;
  #row = 0;

  /** Undefined before the first line is complete. */
  get delimiter(): string | undefined {
    return this.#delimiter;
  }

  /** Returns the records that are complete. */
  push(text: string): CsvRecord[] {
    const all = this.#return + text;
    this.#return = all.endsWith('\r') ? '\r' : '';
    return this.#records(all.slice(0, all.length - this.#return.length), false);
  }

  /** Returns the rest of the records. */
  end(): CsvRecord[] {
    const last = this.#return === '' ? '' : '\n';
    this.#return = '';
    return [...this.#records(last, true), ...this.#numbered(this.#splitter?.end() ?? [])];
  }

  #records(given: string, isEnd: boolean): CsvRecord[] {
    let text = given.replaceAll('\r\n', '\n');
    if (this.#splitter === undefined) {
      this.#start += text;
      if (!this.#begin(isEnd)) return [];
      text = this.#start;
      this.#start = '';
    } else if (this.#isOldMac === true) text = text.replaceAll('\r', '\n');
    return this.#numbered(this.#splitter?.push(text) ?? []);
  }

  #numbered(records: readonly SplitRecord[]): CsvRecord[] {
    const numbered: CsvRecord[] = [];
    for (const record of records) {
      this.#row += 1;
      const isBlank = record.fault === undefined && record.cells.every((cell) => cell.trim() === '');
      if (!isBlank) numbered.push({ row: this.#row, ...record });
    }
    return numbered;
  }

  /** Reads what is before the header, and the header's separator. @returns Whether the header is complete. */
  #begin(isEnd: boolean): boolean {
    const [firstEnd] = /[\r\n]/.exec(this.#start) ?? [];
    if (firstEnd === undefined && !isEnd && this.#start.length <= MAX_RECORD_CHARS) return false;
    this.#isOldMac ??= firstEnd === '\r';
    if (this.#isOldMac) this.#start = this.#start.replaceAll('\r', '\n');
    while (this.#start !== '') {
      const end = this.#start.indexOf('\n');
      // The separator of a header that is too long doesn't matter.
      if (end < 0 && !isEnd && this.#start.length <= MAX_RECORD_CHARS) return false;
      const line = end < 0 ? this.#start : this.#start.slice(0, end);
      const [, declared] = /^\s*sep=([^"\r])\s*$/i.exec(line) ?? [];
      if (declared === undefined && line.trim() !== '') {
        this.#splitAt(separatorIn(line));
        return true;
      }
      // A file may begin with blank lines, or with Excel's `sep=;`.
      this.#row += 1;
      this.#start = end < 0 ? '' : this.#start.slice(end + 1);
      if (declared !== undefined) {
        this.#splitAt(declared);
        return true;
      }
    }
    return false;
  }

  #splitAt(delimiter: string): void {
    this.#delimiter = delimiter;
    this.#splitter = new CsvSplitter(delimiter);
  }
}

/** The first line has the names of the columns, which rarely contain a separator. */
function separatorIn(line: string): string {
  const bare = line.replaceAll(/"(?:[^"]|"")*"/g, '');
  const [first] = DELIMITERS.map((sign) => ({ sign, count: bare.split(sign).length })).toSorted(
    (one, other) => other.count - one.count,
  );
  return first?.sign ?? ',';
}
