const made = new WeakMap<ReadonlySet<string>, ReadonlySet<string>>();

/**
 * Returns values with the other spellings in which LinkedIn may echo them: as JSON, ASCII-only JSON, JSON within JSON,
 * and URL encoding.
 */
export function valueSpellings(values: ReadonlySet<string>): ReadonlySet<string> {
  const known = made.get(values) ?? new Set([...values].flatMap(spellingsOf));
  made.set(values, known);
  return known;
}

function spellingsOf(value: string): string[] {
  const json = inJson(value);
  return [value, json, inAscii(json), inJson(json), value.isWellFormed() ? encodeURIComponent(value) : value];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function inAscii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
