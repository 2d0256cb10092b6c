/**
 * Remembers the answers to the latest texts. For a question that costs more than looking its answer up.
 *
 * It forgets everything when it is full. Somebody who sends new texts all the time can't fill the memory, and slows others
 * down no more than if nothing was remembered.
 *
 * @param ask Must always return the same answer for the same text.
 * @param options.maxChars Answers to longer texts are not remembered.
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
