/**
 * Up to so many characters the engine's own search is used. It is quick, and for long texts that repeat themselves it takes
 * as long as both lengths multiplied (V8 looks at the last 250 characters only).
 */
const MAX_NATIVE_CHARS = 16;

/**
 * Makes a search for a text, which takes as long as both lengths added, whoever wrote them (Knuth, Morris and Pratt).
 *
 * @returns A function that gives where the text stands from a place on, or -1.
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

/** For each beginning of a text: how much of it is also its end. */
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
