import { textSearch } from './text-search.ts';
import type { WorkBudget } from './work-budget.ts';

/** One of any kind. */
const ANY = -1;

/** What stands between two stars. */
type Segment = {
  /** Code points, and `ANY` for a question mark. */
  codes: readonly number[];
  /** Where the segment is a text and nothing else: finds it. */
  find: ((text: string, from: number) => number) | undefined;
  /** How many UTF-16 units it takes, where it is a text. */
  length: number;
};

/** So many characters are read at the cost of one step. */
const CHARS_A_STEP = 2;

/**
 * Makes a test of a pattern in which `*` is any text and `?` any one character; a backslash takes that meaning away.
 *
 * Each segment between two stars is looked for where the one before it ends, and the first place will do: nothing is ever
 * tried again. So the work is the length of the text, but for segments with `?`, where it is their length times as much. It
 * is counted as it is done.
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
  // A backslash with nothing behind it is one.
  if (isEscaped) segments.at(-1)?.push(0x5c);
  return segments.map(segmentOf);
}

function segmentOf(codes: readonly number[]): Segment {
  if (codes.includes(ANY)) return { codes, find: undefined, length: 0 };
  const text = codes.map((code) => String.fromCodePoint(code)).join('');
  // Half a character could be found within a whole one.
  return { codes, find: text.isWellFormed() ? textSearch(text) : undefined, length: text.length };
}

/** Where a segment ends that starts at a place; -1 where it does not. */
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

/** Where a segment ends that starts at a place or behind it, as early as it can. */
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

/** Where a segment, given from its end, starts that ends with the text; -1 where it does not. */
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
