import { array, assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { glob } from '../../../../worker/domain/fql/glob.ts';
import { textSearch } from '../../../../worker/domain/fql/text-search.ts';
import { EventWork, ownBudget, TooCostly } from '../../../../worker/domain/fql/work-budget.ts';

/** Tries every way to match a pattern. For short texts only. */
function matches(pattern: readonly string[], text: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text.length === 0;
  if (first === '*') return matches(rest, text) || (text.length > 0 && matches(pattern, text.slice(1)));
  const wanted = first.length > 1 && first.startsWith('\\') ? first.slice(1) : first;
  return text.length > 0 && (first === '?' || wanted === text[0]) && matches(rest, text.slice(1));
}

function stepsOf(pattern: string, text: string): number {
  const work = new EventWork({ mappings: 1, steps: Number.MAX_SAFE_INTEGER });
  glob(pattern)(text, work.budget());
  return work.stepsDone;
}

describe('a pattern', () => {
  it('matches the same texts as a search that tries everything', () => {
    const part = constantFrom('*', '*', '?', 'a', 'b', '😀', '\ud83d', '\ude00', '\\*', '\\?');
    const letters = array(constantFrom('a', 'b', '😀', '*', '?', '\ud83d', '\ude00'), { maxLength: 8 });
    assert(
      property(array(part, { maxLength: 7 }), letters, (pattern, text) => {
        // Adjacent halves of a surrogate pair join into one character.
        const expected = matches(Array.from(pattern.join('')).reduce(joined, []), Array.from(text.join('')));
        expect(glob(pattern.join(''))(text.join(''), ownBudget())).toBe(expected);
      }),
      { numRuns: 5_000 },
    );
  });

  it('with stars takes time proportional to the text', () => {
    for (const pattern of [
      `*${'a'.repeat(3_900)}b`,
      `*${'a'.repeat(1_900)}b*c`,
      `${'*a'.repeat(1_900)}*b`,
      `*${'ab'.repeat(1_900)}a*`,
      `*b${'a'.repeat(3_900)}*`,
    ]) {
      const text = 'a'.repeat(32_000);
      expect(stepsOf(pattern, text)).toBeLessThan(text.length + pattern.length);
      expect(stepsOf(pattern, text)).toBeLessThanOrEqual(2 * stepsOf(pattern, text.slice(16_000)) + pattern.length);
    }
  });

  it('with many "?" is given up when it would take too long', () => {
    expect(() => glob(`*${'a?'.repeat(1_900)}b*`)('a'.repeat(32_000), ownBudget())).toThrow(TooCostly);
  });
});

describe('a text search', () => {
  it("finds the same as JavaScript's own search", () => {
    const text = string({ unit: constantFrom('a', 'b'), maxLength: 200 });
    assert(
      property(text, string({ unit: constantFrom('a', 'b'), maxLength: 24 }), (whole, part) => {
        // Long enough to use our own search too.
        for (const wanted of [part, `${part}${part}`, whole.slice(7, 40)])
          for (const from of [0, 3]) expect(textSearch(wanted)(whole, from)).toBe(whole.indexOf(wanted, from));
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Joins an escape with the character that it escapes. */
function joined(parts: string[], character: string): string[] {
  const last = parts.at(-1);
  return last === '\\' ? [...parts.slice(0, -1), `\\${character}`] : [...parts, character];
}
