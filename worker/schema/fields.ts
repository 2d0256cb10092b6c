/** A JSON object with unknown fields. */
export type Fields = Record<string, unknown>;

/** Checks for a JSON object: not null, not a list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the object under a name, or an empty object so that callers need no further check. */
export function fieldsIn(fields: Fields, name: string): Fields {
  const value = fields[name];
  return isFields(value) ? value : {};
}
