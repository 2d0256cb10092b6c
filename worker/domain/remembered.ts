/**
 * Remembers the answers to the latest texts, for a question that costs more than looking its answer up. It begins anew when
 * it is full, so whoever sends ever new texts takes no memory, and makes others wait for what they would have waited for anyway.
 *
 * @param ask Always gives the same answer to the same text.
 * @param options.maxChars Longer texts are asked about each time.
 */
export function remembered<Answer extends boolean | number | string>(
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
