/** A row of a CSV file is read as one row, or refused as one row, whatever is in its cells. */
import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';

import { CsvReader } from '../../../../worker/domain/imports/csv-reader.ts';
import type { CsvRecord } from '../../../../worker/domain/imports/csv-reader.ts';

const LIMIT = 65_536;

/** The readable cells of a fault are left out: denial.test.ts has them. @param parts The lengths of the parts in which the text arrives, over and over. */
function read(text: string, parts: readonly number[] = [text.length]): CsvRecord[] {
  const reader = new CsvReader();
  const records: CsvRecord[] = [];
  for (let from = 0, at = 0; from < text.length; at += 1) {
    const length = parts[at % parts.length] ?? 1;
    records.push(...reader.push(text.slice(from, from + length)));
    from += length;
  }
  return [...records, ...reader.end()].map(({ readable: _, ...record }) => record);
}

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
/** As most programs write it: in quotes only if it needs them. */
const written = (cell: string, delimiter: string): string =>
  /["\r\n]/.test(cell) || cell.includes(delimiter) ? quoted(cell) : cell;

const word = fc.oneof(
  fc.constantFrom('"', '""', '\n', '\r\n', '\r', ',', ';', '\t', '|', ' ', '",', '"\n', '\n"', ',"', '\uFEFF', '\\"'),
  fc.constantFrom('\nforged@firm.de,2026-11-28,99999,EUR,x\n', 'x\n', 'anna@firm.de', '5" screen', 'é', '😀'),
);
const short = fc.array(word, { maxLength: 6 }).map((words) => words.join(''));
const long = fc
  .tuple(short, word, fc.integer({ min: 0, max: 200_000 }))
  .map(([start, filler, length]) => start + filler.repeat(Math.ceil(length / filler.length)).slice(0, length));
const cell = fc.oneof({ weight: 25, arbitrary: short }, { weight: 1, arbitrary: long });
const table = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 8 });
const parts = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
  fc.array(fc.integer({ min: 1_000, max: 70_000 }), { minLength: 1, maxLength: 4 }),
);

describe('a row', () => {
  it('is read as it was written, or refused because it is too long, and no other rows are read', () => {
    const styles = fc.constantFrom('always', 'if needed');
    const [delimiters, lineEnds] = [fc.constantFrom(',', ';', '\t', '|'), fc.constantFrom('\n', '\r\n')];
    fc.assert(
      fc.property(table, parts, styles, delimiters, lineEnds, (rows, lengths, style, delimiter, lineEnd) => {
        const lines = rows.map((cells) =>
          cells.map((each) => (style === 'always' ? quoted(each) : written(each, delimiter))).join(delimiter),
        );
        const text = [['a', 'b', 'c'].join(delimiter), ...lines].join(lineEnd);

        const found = read(text, text.length > 20_000 ? lengths.map((length) => length + 500) : lengths).slice(1);

        const expected = rows.flatMap((cells, at) => {
          const row = at + 2;
          const inFile = (lines[at] ?? '').replaceAll('\r\n', '\n');
          if (inFile.length > LIMIT) return [{ row, cells: [], fault: 'row_too_long' }];
          const plain = cells.map((each) => each.replaceAll(/\r\n?/g, '\n'));
          return plain.every((each) => each.trim() === '') ? [] : [{ row, cells: plain }];
        });
        expect(found.map(({ linesBelow: _, ...record }) => record)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('is read as Papa Parse reads it', () => {
    const shortTable = fc.array(fc.array(short, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(shortTable, parts, (rows, lengths) => {
        const plain = rows.map((cells) => cells.map((each) => each.replaceAll('\r', '')));
        const text = Papa.unparse([['a', 'b', 'c', 'd'], ...plain], { newline: '\n' });

        const { data } = Papa.parse<string[]>(text, { delimiter: ',', newline: '\n' });

        const full = data.filter((cells) => cells.some((each) => each.trim() !== ''));
        expect(read(text, lengths).map(({ cells }) => cells)).toEqual(full);
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    [LIMIT, undefined],
    [LIMIT + 1, 'row_too_long'],
  ])('of %d characters has the fault %s', (length, fault) => {
    for (const start of ['x', '"x"', 'a,"b",'])
      for (const isQuoted of [true, false]) {
        const filler = 'y'.repeat(length - start.length - 1 - (isQuoted ? 2 : 0));
        const row = `${start}${start.endsWith(',') ? '' : ','}${isQuoted ? `"${filler}"` : filler}`.slice(
          0,
          length + 1,
        );
        const exact = start.endsWith(',') ? `${row.slice(0, 1)}z${row.slice(1)}` : row;
        expect(exact).toHaveLength(length);
        expect(read(`a,b\n${exact}\nlast,1\n`, [700]).map((record) => [record.row, record.fault])).toEqual([
          [1, undefined],
          [2, fault],
          [3, undefined],
        ]);
      }
  });

  it('of a million characters, in one line or in many, is refused as one row', () => {
    for (const filler of ['x', 'x\n', '""', ',', '"",""', ' ']) {
      const reader = new CsvReader();
      reader.push('a,b\n"');
      const part = filler.repeat(Math.ceil(250_000 / filler.length));
      const records = [];
      for (let times = 0; times < 4; times += 1) records.push(...reader.push(part));
      records.push(...reader.push('",1\nlast,2\n'), ...reader.end());

      expect(records).toMatchObject([
        { row: 2, cells: [], fault: 'row_too_long' },
        { row: 3, cells: ['last', '2'] },
      ]);
    }
  });
});

describe('a quotation mark', () => {
  const good = (count: number, from = 0): string[] =>
    Array.from({ length: count }, (_, at) => `person ${at + from},fine`);

  it('that is never closed refuses the rest of the file, and says how many lines that is', () => {
    const text = ['a,b', ...good(10), '"open,1', ...good(100_000)].join('\n');

    for (const end of ['', '\n']) {
      const found = read(text + end, [60_000]);

      expect(found.slice(0, 11).every(({ fault }) => fault === undefined)).toBe(true);
      expect(found.slice(11)).toEqual([{ row: 12, cells: [], fault: 'quote_not_closed', linesBelow: 100_000 }]);
    }
  });

  it('that is closed by the quotation mark of a later row refuses the rows up to that one', () => {
    const text = ['a,b', '"open,1', ...good(3), 'Kim,"Oslo, Norway"', ...good(2)].join('\n');

    expect(read(text)).toMatchObject([
      { row: 1 },
      { row: 2, cells: [], fault: 'quote_not_closed', linesBelow: 4 },
      { row: 3, cells: ['person 0', 'fine'] },
      { row: 4, cells: ['person 1', 'fine'] },
    ]);
  });

  it('that isn’t doubled inside a cell never ends the cell, so the text after it is no row', () => {
    const message = 'she said "hi" to\nforged@firm.de,99999\nbye';

    expect(read(`a,b\nAnn,"${message}"\nlast,1\n`)).toEqual([
      { row: 1, cells: ['a', 'b'] },
      { row: 2, cells: [], fault: 'quote_malformed', linesBelow: 2 },
      { row: 3, cells: ['last', '1'] },
    ]);
  });

  it.each([
    ['5" screen,1', ['5" screen', '1']],
    ['a 5"" screen,"1"', ['a 5"" screen', '1']],
    [' "a",1', [' "a"', '1']],
    ['"a" ,1', ['a', '1']],
    ['"a",1" ', ['a', '1" ']],
  ])('in %s is read as %j', (line, cells) => {
    expect(read(`a,b\n${line}\nlast,1`)).toMatchObject([{}, { row: 2, cells }, { row: 3 }]);
  });
});

it('a carriage return ends a line only in a file whose header ends with one', () => {
  const message = 'hello\rforged@firm.de';

  expect(read(`a,b\nAnn,${message}\nlast,1`)).toMatchObject([
    {},
    { cells: ['Ann', message] },
    { cells: ['last', '1'] },
  ]);
  expect(read('a,b\rAnn,"x\ry"\rlast,1\r', [1])).toMatchObject([{}, { cells: ['Ann', 'x\ny'] }, { row: 3 }]);
});
