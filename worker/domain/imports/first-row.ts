import { inPlainLetters } from '../privacy/in-plain-letters.ts';
import { withoutAddresses } from '../privacy/without-addresses.ts';
import { moneyIn } from '../value/decimal.ts';
import { readTime } from './read-time.ts';

/** A cell in the first row that contains data, so the file has no header. The text of the cell is not included. */
export type DataCell = { column: number; holds: string };

/**
 * Finds the first cell that can't be the name of a column: an address, a hash, a time or a number. Otherwise the first
 * row of a file without a header would be lost, and a person's data would be stored as the names of the columns.
 */
export function dataInHeader(cells: readonly string[]): DataCell | undefined {
  for (const [index, cell] of cells.entries()) {
    const holds = dataIn(cell.trim());
    if (holds !== undefined) return { column: index + 1, holds };
  }
  return undefined;
}

function dataIn(cell: string): string | undefined {
  const plain = inPlainLetters(cell);
  if (withoutAddresses(plain) !== plain) return 'an e-mail address';
  if (/^[\da-f]{32,}$/i.test(plain)) return 'a hash';
  if (!/\d/u.test(plain)) return undefined;
  if (/^(?:\+|00|0\d)[\d\s()/.-]{5,}$/u.test(plain) && !/^\d{4}-/u.test(plain)) {
    if (readTime(plain, {}).kind === 'unreadable') return 'a phone number';
  }
  if (moneyIn(plain) !== undefined) return 'a number';
  if (readTime(plain, {}).kind !== 'unreadable') return 'a date';
  return /\p{L}/u.test(plain) ? undefined : 'a number';
}

/** Recognises files that aren't text by their first bytes. */
const OTHER_FILES: readonly { bytes: readonly number[]; is: string; remedy: string }[] = [
  {
    bytes: [0x50, 0x4b, 0x03, 0x04],
    is: 'an Excel workbook or a zip file',
    remedy: 'Save it as CSV, or unzip it, and import the CSV file',
  },
  {
    bytes: [0xd0, 0xcf, 0x11, 0xe0],
    is: 'an old Excel workbook',
    remedy: 'Save it as CSV, and import the CSV file',
  },
  { bytes: [0x1f, 0x8b], is: 'compressed with gzip', remedy: 'Unzip it, and import the CSV file' },
  { bytes: [0x25, 0x50, 0x44, 0x46], is: 'a PDF', remedy: 'Export the data as CSV, and import the CSV file' },
  { bytes: [0xff, 0xfe, 0, 0], is: 'text in UTF-32', remedy: 'Save it as UTF-8' },
];

/** Returns the end of a sentence that says which kind of file it is and what to do. Undefined when it may be CSV. */
export function otherFile(start: Uint8Array): string | undefined {
  const found = OTHER_FILES.find(({ bytes }) => bytes.every((byte, at) => start[at] === byte));
  return found && `it is ${found.is}, not CSV. ${found.remedy}.`;
}
