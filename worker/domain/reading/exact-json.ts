/**
 * Parses JSON like `JSON.parse`, but a whole number over 2^53 becomes its own digits as text. JavaScript would round it,
 * and two IDs could become one, or another person's.
 *
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  // Most texts have no such number, and are read faster without a function that is called for each value.
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_, value: unknown, ...[context]: readonly unknown[]) => {
    if (typeof value !== 'number' || Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value;
    const source = sourceOf(context);
    return source !== undefined && /^-?\d+$/.test(source) ? source : value;
  });
}

/** TypeScript doesn't know the third argument yet: https://github.com/tc39/proposal-json-parse-with-source */
function sourceOf(context: unknown): string | undefined {
  const isKnown = typeof context === 'object' && context !== null && 'source' in context;
  return isKnown && typeof context.source === 'string' ? context.source : undefined;
}
