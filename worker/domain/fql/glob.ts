import { textSearch } from './text-search.ts';
import type { WorkBudget } from './work-budget.ts';

/** Stands for any one character. */
const ANY = -1;

/** The part of a pattern between two stars. */
type Segment = {
  /** Code points, or `ANY` for a question mark. */
  codes: readonly number[];
  /** Finds the segment in a text. Missing when the segment contains a question mark. */
  find: ((text: string, from: number) => number) | undefined;
  /** The length in UTF-16 units, when the segment has no question mark. */
  length: number;
};

/** The characters read for one step of the budget. */
const CHARS_A_STEP = 2;

/**
 * Compiles a pattern: `*` is any text and `?` any one character. A backslash makes the next sign literal.
 *
 * Each segment between stars is searched for after the end of the previous one. The first place found is always right,
 * so the matcher never backtracks. The work is the length of the text; a segment with `?` multiplies it by the
 * segment's length. The budget counts the work as it is done.
 */
export function glob(pattern: string): (text: string, budget: WorkBudget) => boolean {
  const [first = NOTHING, ...others] = segmentsOf(pattern);
  const last = others.pop();
  const backwards = last?.codes.toReversed() ?? [];
  return (text, budget) => {
    let at = endOf(first, text, 0, budget);
    if (last === undefined) return at === text.length;
    if (at < 0) return false;
    for (const segment of others) {
      at = endOfNext(segment, text, at, budget);
      if (at < 0) return false;
    }
    return startOf(backwards, text, budget) >= at;
  };
}

const NOTHING: Segment = { codes: [], find: undefined, length: 0 };

function segmentsOf(pattern: string): Segment[] {
  const segments: number[][] = [[]];
  let isEscaped = false;
  for (const character of pattern) {
    if (!isEscaped && character === '\\') {
      isEscaped = true;
      continue;
    }
    if (!isEscaped && character === '*') segments.push([]);
    else segments.at(-1)?.push(!isEscaped && character === '?' ? ANY : (character.codePointAt(0) ?? 0));
    isEscaped = false;
  }
  // A backslash at the end is an ordinary character.
  if (isEscaped) segments.at(-1)?.push(0x5c);
  return segments.map(segmentOf);
}

function segmentOf(codes: readonly number[]): Segment {
  if (codes.includes(ANY)) return { codes, find: undefined, length: 0 };
  const text = codes.map((code) => String.fromCodePoint(code)).join('');
  // A lone surrogate could be found inside a whole pair.
  return { codes, find: text.isWellFormed() ? textSearch(text) : undefined, length: text.length };
}

/** Returns the end of a segment that starts exactly at a position, or -1. */
function endOf({ codes }: Segment, text: string, start: number, budget: WorkBudget): number {
  let at = start;
  let matched = 0;
  for (const wanted of codes) {
    const code = text.codePointAt(at);
    if (code === undefined || (wanted !== ANY && wanted !== code)) break;
    matched += 1;
    at += width(code);
  }
  budget.spend(1 + Math.ceil(matched / CHARS_A_STEP));
  return matched === codes.length ? at : -1;
}

/** Returns the end of the first match of a segment at or after a position, or -1. */
function endOfNext(segment: Segment, text: string, from: number, budget: WorkBudget): number {
  if (segment.find !== undefined) {
    const found = segment.find(text, from);
    budget.spend(1 + Math.ceil(((found < 0 ? text.length : found) - from + segment.length) / CHARS_A_STEP));
    return found < 0 ? -1 : found + segment.length;
  }
  for (let start = from; start <= text.length; start += width(text.codePointAt(start) ?? 0)) {
    const end = endOf(segment, text, start, budget);
    if (end >= 0) return end;
  }
  return -1;
}

/** Returns the start of a segment that ends at the end of the text, or -1. The segment is given in reverse. */
function startOf(backwards: readonly number[], text: string, budget: WorkBudget): number {
  let at = text.length;
  let matched = 0;
  for (const wanted of backwards) {
    if (at === 0) break;
    const code = codeBefore(text, at);
    if (wanted !== ANY && wanted !== code) break;
    matched += 1;
    at -= width(code);
  }
  budget.spend(1 + Math.ceil(matched / CHARS_A_STEP));
  return matched === backwards.length ? at : -1;
}

function codeBefore(text: string, at: number): number {
  const pair = at > 1 ? (text.codePointAt(at - 2) ?? 0) : 0;
  return width(pair) === 2 ? pair : text.charCodeAt(at - 1);
}

function width(code: number): number {
  return code > 0xff_ff ? 2 : 1;
}
