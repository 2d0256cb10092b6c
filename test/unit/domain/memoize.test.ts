import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it, vi } from 'vitest';

import { memoized } from '../../../worker/domain/memoize.ts';

const atMost = { maxTexts: 3, maxChars: 4 };

describe('a question whose answers are memoized', () => {
  it('is answered the same as if it were asked each time', () => {
    const ask = (text: string) => text.includes('b');
    const texts = array(constantFrom('', 'a', 'b', 'ab', 'abcd', 'abcde', 'a'.repeat(100), '__proto__'));
    assert(
      property(texts, (asked) => {
        const known = memoized(ask, atMost);

        expect(asked.map(known)).toEqual(asked.map(ask));
      }),
    );
  });

  it('is asked once for a text, even if the answer is no', () => {
    const ask = vi.fn<(text: string) => boolean>(() => false);
    const known = memoized(ask, atMost);

    expect([known('a'), known('a'), known('a')]).toEqual([false, false, false]);
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('remembers a limited number of texts, and none that is too long', () => {
    const ask = vi.fn<(text: string) => number>((text) => text.length);
    const known = memoized(ask, atMost);

    for (const text of ['a', 'b', 'c', 'd', 'a', 'abcde', 'abcde', 'a']) known(text);

    expect(ask.mock.calls.map(([text]) => text)).toEqual(['a', 'b', 'c', 'd', 'a', 'abcde', 'abcde']);
  });
});
