/**
 * The longest text for which the engine's own search is used. That search is fast, but on long repetitive texts it
 * takes the product of both lengths (V8 looks at the last 250 characters only).
 */
const MAX_NATIVE_CHARS = 16;

/**
 * Prepares a text search that takes only the sum of both lengths, even on hostile input (Knuth, Morris and Pratt).
 *
 * @returns A function that returns the text's position at or after a start, or -1.
 */
export function textSearch(wanted: string): (text: string, from: number) => number {
  if (wanted.length <= MAX_NATIVE_CHARS) return (text, from) => text.indexOf(wanted, from);
  const back = fallbacks(wanted);
  return (text, from) => {
    let known = 0;
    for (let at = from; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      while (known > 0 && wanted.charCodeAt(known) !== code) known = back[known - 1] ?? 0;
      if (wanted.charCodeAt(known) === code) known += 1;
      if (known === wanted.length) return at - known + 1;
    }
    return -1;
  };
}

/** Returns, for each prefix of a text, the length of its longest proper prefix that is also a suffix. */
function fallbacks(wanted: string): Uint16Array | Uint32Array {
  const back = wanted.length < 65_536 ? new Uint16Array(wanted.length) : new Uint32Array(wanted.length);
  let known = 0;
  for (let at = 1; at < wanted.length; at += 1) {
    const code = wanted.charCodeAt(at);
    while (known > 0 && wanted.charCodeAt(known) !== code) known = back[known - 1] ?? 0;
    if (wanted.charCodeAt(known) === code) known += 1;
    back[at] = known;
  }
  return back;
}
