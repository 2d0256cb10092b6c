/**
 * Caches the answers for the latest texts, where computing an answer costs more than looking it up.
 *
 * When the cache is full, everything in it is removed. So somebody who always sends new texts can't fill the memory,
 * and others are not slower than without a cache.
 *
 * @param ask Must always return the same answer for the same text.
 * @param options.maxChars Answers for longer texts are not cached.
 */
export function memoized<Answer extends boolean | number | string>(
  ask: (text: string) => Answer,
  { maxTexts, maxChars }: { maxTexts: number; maxChars: number },
): (text: string) => Answer {
  const known = new Map<string, Answer>();
  return (text) => {
    const answer = known.get(text);
    if (answer !== undefined) return answer;
    const asked = ask(text);
    if (text.length > maxChars) return asked;
    if (known.size >= maxTexts) known.clear();
    known.set(text, asked);
    return asked;
  };
}
