/** A part of a pattern: a character that stands for itself, one of any kind, or any number of any kind. */
type Part = { kind: 'character'; code: number } | { kind: 'one' } | { kind: 'any' };

/**
 * Makes a test of a pattern in which `*` is any text and `?` any one character; a backslash takes that meaning away.
 *
 * Not a regular expression: the work is at most the product of the two lengths, whoever wrote the pattern.
 */
export function glob(pattern: string): (text: string) => boolean {
  const parts = partsOf(pattern);
  return (text) => matches(parts, text);
}

function partsOf(pattern: string): Part[] {
  const parts: Part[] = [];
  let isEscaped = false;
  for (const character of pattern) {
    if (!isEscaped && character === '\\') {
      isEscaped = true;
      continue;
    }
    if (!isEscaped && character === '*') parts.push({ kind: 'any' });
    else if (!isEscaped && character === '?') parts.push({ kind: 'one' });
    else parts.push({ kind: 'character', code: character.codePointAt(0) ?? 0 });
    isEscaped = false;
  }
  // A backslash with nothing behind it is one.
  if (isEscaped) parts.push({ kind: 'character', code: 0x5c });
  return parts;
}

function matches(parts: readonly Part[], text: string): boolean {
  let part = 0;
  let at = 0;
  // Where the latest star stands, and how far its text reaches: the only place that ever has to be gone back to.
  let star = -1;
  let starEnd = 0;
  while (at < text.length) {
    const wanted = parts[part];
    const code = text.codePointAt(at) ?? 0;
    if (wanted?.kind === 'any') {
      star = part;
      starEnd = at;
      part += 1;
    } else if (wanted !== undefined && (wanted.kind === 'one' || wanted.code === code)) {
      part += 1;
      at += width(code);
    } else if (star >= 0) {
      starEnd += width(text.codePointAt(starEnd) ?? 0);
      at = starEnd;
      part = star + 1;
    } else {
      return false;
    }
  }
  while (parts[part]?.kind === 'any') part += 1;
  return part === parts.length;
}

function width(code: number): number {
  return code > 0xff_ff ? 2 : 1;
}
