import { isFields } from '../../schema/fields.ts';
import { memoized } from '../memoize.ts';
import { parseExactJson } from '../reading/exact-json.ts';
import { onlyItem } from '../reading/only-item.ts';
import { consentMeaning } from './columns/consent-columns.ts';
import type { CsvRecord } from './csv-reader.ts';
import { MAX_RECORD_CHARS } from './max-record-chars.ts';

/** The most names of fields in a file. A line that adds more is refused. */
const MAX_NAMES = 1_000;

/**
 * Reads one JSON object per line. Its columns are the fields of all lines, because exports leave empty fields out: the
 * first line may lack the consent that a later one refuses.
 */
export class NdjsonReader {
  #rest = '';
  /** Whether the line that isn't complete yet is too long. Its text isn't kept. */
  #isTooLong = false;
  #row = 0;
  readonly #places = new Map<string, number>();

  /** The names of the fields so far, in the order in which they came. */
  get header(): string[] | undefined {
    return this.#places.size === 0 ? undefined : [...this.#places.keys()];
  }

  push(text: string): CsvRecord[] {
    const lines = text.split('\n');
    const last = lines.pop() ?? '';
    const records = lines.flatMap((line) => this.#record(this.#whole(line)));
    this.#rest += last;
    this.#isTooLong ||= this.#rest.length > MAX_RECORD_CHARS;
    if (this.#isTooLong) this.#rest = '';
    return records;
  }

  end(): CsvRecord[] {
    return this.#record(this.#whole(''));
  }

  /** Returns a complete line. Undefined when it is too long. */
  #whole(end: string): string | undefined {
    const line = this.#rest + end;
    const isTooLong = this.#isTooLong || line.length > MAX_RECORD_CHARS;
    this.#rest = '';
    this.#isTooLong = false;
    return isTooLong ? undefined : line;
  }

  #record(line: string | undefined): CsvRecord[] {
    this.#row += 1;
    const row = this.#row;
    if (line === undefined) return [{ row, cells: [], fault: 'row_too_long' }];
    if (line.trim() === '') return [];
    const fields = fieldsOf(line);
    if (fields === undefined) return [{ row, cells: [], fault: 'json_malformed' }];
    for (const name of Object.keys(fields)) {
      if (this.#places.has(name)) continue;
      if (this.#places.size >= MAX_NAMES)
        return [{ row, cells: [], fault: 'too_many_cells', readable: this.#cellsOf(fields) }];
      this.#places.set(name, this.#places.size);
    }
    return [{ row, cells: this.#cellsOf(fields) }];
  }

  #cellsOf(fields: Readonly<Record<string, unknown>>): string[] {
    return [...this.#places.keys()].map((name) => textOf(ownField(fields, name)));
  }
}

function ownField(fields: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function fieldsOf(line: string): Record<string, unknown> | undefined {
  try {
    const value = parseExactJson(line);
    return isFields(value) ? { ...value, ...nestedAnswers(value) } : undefined;
  } catch {
    return undefined;
  }
}

const MAX_DEPTH = 8;

/** Returns the answers about consent inside a line's objects, with their paths as names: `contact.HasOptedOutOfEmail`. */
function nestedAnswers(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const walk = (inner: Readonly<Record<string, unknown>>, path: readonly string[]): void => {
    for (const [name, value] of Object.entries(inner)) {
      const own = [...path, name];
      if (isFields(value) && own.length < MAX_DEPTH) walk(value, own);
      else if (path.length > 0 && meansConsent(name)) found[own.join('.')] = value;
    }
  };
  walk(fields, []);
  return found;
}

/** Lines have the same names again and again. */
const meansConsent = memoized((name) => consentMeaning(name) !== undefined, { maxTexts: 1_000, maxChars: 200 });

function textOf(given: unknown): string {
  const value = onlyItem(given);
  if (value === undefined || value === null) return '';
  // In a JSON number, a dot never separates thousands.
  if (typeof value === 'number') return String(value).replace(/^(-?\d+\.\d{3})$/, '$10');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
