import { adsError } from '../error-response.ts';
import { parseUriValue } from '../restli/uri-value.ts';

/** Wanted values by field, from `search=(status:(values:List(ACTIVE,DRAFT)))`. */
export type Search = ReadonlyMap<string, readonly string[]>;

/** Parses the `search` parameter. A missing one finds everything. */
export function parseSearch(raw: string | undefined, allowed: readonly string[]): Search {
  if (raw === undefined) return new Map();
  const value = parseUriValue(raw);
  if (!(value instanceof Map)) throw badSearch();
  return new Map([...value].map(([name, criterion]) => [fieldName(name, allowed), valuesOf(criterion)]));
}

function fieldName(name: unknown, allowed: readonly string[]): string {
  if (typeof name !== 'string' || !allowed.includes(name)) throw badSearch();
  return name;
}

function valuesOf(criterion: unknown): string[] {
  const values: unknown = criterion instanceof Map ? criterion.get('values') : undefined;
  if (!Array.isArray(values)) throw badSearch();
  return values.map(String);
}

/** Returns whether a record has one of the wanted values in each searched field. */
export const isFound = (search: Search, record: Readonly<Record<string, unknown>>): boolean =>
  [...search].every(([name, values]) => values.includes(String(record[name])));

const badSearch = () =>
  adsError(400, {
    field: 'search',
    code: 'QUERY_PARAM_NOT_ALLOWED',
    message: 'Invalid query parameters passed to request. Expected search=(status:(values:List(ACTIVE)))',
  });
