/** A JSON object of whose fields nothing is known yet. */
export type Fields = Record<string, unknown>;

/** This is true of a JSON object: not null, not a list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under a name, or an empty one: what is read from it is then absent, and needs no second check. */
export function fieldsIn(fields: Fields, name: string): Fields {
  const value = fields[name];
  return isFields(value) ? value : {};
}
