import type { OwnProblemCode } from '../../schema/imports/row-problem.ts';
import { MAX_RECORD_CHARS } from './max-record-chars.ts';

/** The cells of a record, or the reason why they can't be known. */
export type SplitRecord = {
  cells: readonly string[];
  fault?: OwnProblemCode;
  /** The cells of a record with a fault, as far as they can be known. They are used only to hear a no. */
  readable?: readonly string[];
  /** The number of further lines that the record has, because of line ends between quotation marks. */
  linesBelow?: number;
};

/** `after_quote`: after a quotation mark that may end a quoted cell, or be the first of two. */
type Place = 'cell_start' | 'plain' | 'quoted' | 'after_quote';

/**
 * Splits text into records as RFC 4180 says, part by part. Each character is looked at once, and the text of a record
 * that is too long isn't kept, except its first cells (docs/decisions/0032).
 *
 * A quotation mark opens a cell only as its first character. The cell ends at a quotation mark that is followed by the
 * delimiter or a line end. Any other one that isn't doubled is a fault, but doesn't end the cell: what follows may still
 * be text inside it, and somebody else's text must never be read as rows.
 */
export class CsvSplitter {
  readonly #delimiter: string;
  /** The end of a cell without quotation marks. */
  readonly #end: RegExp;
  #place: Place = 'cell_start';
  #cells: string[] = [];
  #cell = '';
  /** The white space after a quotation mark that may end a cell. */
  #space = '';
  #chars = 0;
  #linesBelow = 0;
  #fault: OwnProblemCode | undefined;
  /** The number of cells before the fault. */
  #certain: number | undefined;
  /** Whether the current cell has a line end, and whether that was its last character so far. */
  #hasLineEnd = false;
  #isAtLineEnd = false;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
    this.#end = new RegExp(`[\\n\\u${delimiter.charCodeAt(0).toString(16).padStart(4, '0')}]`, 'g');
  }

  /** Returns the records that are complete. Lines end with `\n`. */
  push(text: string): SplitRecord[] {
    const records: SplitRecord[] = [];
    let at = 0;
    let quote = -1;
    while (at < text.length) {
      if (quote < at) quote = placeOf('"', text, at);
      const lineEnd = this.#isAtStart() ? placeOf('\n', text, at) : Infinity;
      if (lineEnd < quote) {
        this.#takeLine(text.slice(at, lineEnd));
        records.push(this.#record());
        at = lineEnd + 1;
      } else at = this.#step(text, at, records);
    }
    return records;
  }

  /** Returns the last record, if it doesn't end with a line end. */
  end(): SplitRecord[] {
    if (this.#isAtStart()) return [];
    if (this.#place === 'quoted') {
      this.#fail('quote_not_closed');
      if (this.#isAtLineEnd) this.#linesBelow -= 1;
    }
    this.#endCell();
    return [this.#record()];
  }

  #isAtStart(): boolean {
    return this.#place === 'cell_start' && this.#chars === 0;
  }

  /** Most lines have no quotation mark. */
  #takeLine(line: string): void {
    this.#chars = line.length;
    const isTooLong = line.length > MAX_RECORD_CHARS;
    const cells = (isTooLong ? line.slice(0, MAX_RECORD_CHARS) : line).split(this.#delimiter);
    this.#cells = isTooLong ? cells.slice(0, -1) : cells;
  }

  /** @returns Where the next step begins. */
  #step(text: string, at: number, records: SplitRecord[]): number {
    if (this.#place === 'quoted') return this.#quoted(text, at);
    if (this.#place === 'after_quote') return this.#afterQuote(text, at, records);
    if (this.#place === 'cell_start' && text[at] === '"') {
      this.#chars += 1;
      this.#place = 'quoted';
      return at + 1;
    }
    this.#end.lastIndex = at;
    const end = this.#end.exec(text)?.index ?? text.length;
    this.#take(text.slice(at, end));
    this.#place = 'plain';
    return this.#ended(text, end, records);
  }

  #quoted(text: string, at: number): number {
    const end = Math.min(placeOf('"', text, at), text.length);
    const part = text.slice(at, end);
    const lineEnds = part.split('\n').length - 1;
    this.#linesBelow += lineEnds;
    this.#hasLineEnd ||= lineEnds > 0;
    this.#isAtLineEnd = part.endsWith('\n');
    // Earlier releases did so too. Otherwise a row that they have sent would not be recognised by its cells.
    this.#take(part.replaceAll('\r', '\n'));
    if (end === text.length) return end;
    this.#chars += 1;
    this.#place = 'after_quote';
    return end + 1;
  }

  #afterQuote(text: string, at: number, records: SplitRecord[]): number {
    const sign = text.charAt(at);
    if (sign === this.#delimiter || sign === '\n') return this.#ended(text, at, records);
    if (/\s/.test(sign)) {
      this.#chars += 1;
      if (!this.#isTooLong()) this.#space += sign;
      return at + 1;
    }
    this.#place = 'quoted';
    if (sign === '"' && this.#space === '') {
      this.#take(sign);
      return at + 1;
    }
    // If there are lines between the two quotation marks, the second one probably opens another cell.
    this.#fail(this.#hasLineEnd ? 'quote_not_closed' : 'quote_malformed');
    this.#space = '';
    return at;
  }

  /** The delimiter, the line end, or the end of this part of the text. */
  #ended(text: string, at: number, records: SplitRecord[]): number {
    if (at >= text.length) return at;
    this.#endCell();
    if (text[at] === '\n') records.push(this.#record());
    else this.#chars += 1;
    return at + 1;
  }

  #take(part: string): void {
    this.#chars += part.length;
    if (this.#isTooLong()) this.#cell = '';
    else this.#cell += part;
  }

  #endCell(): void {
    if (!this.#isTooLong()) this.#cells.push(this.#cell);
    this.#cell = '';
    this.#space = '';
    this.#hasLineEnd = false;
    this.#place = 'cell_start';
  }

  #isTooLong(): boolean {
    return this.#chars > MAX_RECORD_CHARS;
  }

  #fail(fault: OwnProblemCode): void {
    this.#certain ??= this.#cells.length;
    this.#fault ??= fault;
  }

  #record(): SplitRecord {
    if (this.#isTooLong()) this.#fail('row_too_long');
    const fault = this.#fault;
    const linesBelow = this.#linesBelow;
    // What follows an open quotation mark may be text of its cell. After a misplaced one, the cells are as usual.
    const readable = fault === 'quote_malformed' ? this.#cells : this.#cells.slice(0, this.#certain);
    const cells = fault === undefined ? this.#cells : [];
    this.#cells = [];
    this.#chars = 0;
    this.#linesBelow = 0;
    this.#fault = undefined;
    this.#certain = undefined;
    return { cells, ...(fault !== undefined && { fault, readable }), ...(linesBelow > 0 && { linesBelow }) };
  }
}

function placeOf(sign: string, text: string, from: number): number {
  const place = text.indexOf(sign, from);
  return place < 0 ? Infinity : place;
}
