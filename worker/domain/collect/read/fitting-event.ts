import type { Fields } from '../../../schema/fields.ts';
import { isFields } from '../../../schema/fields.ts';
import { utf8Bytes } from '../storage-budget.ts';

/**
 * Where an event may leave something behind: free fields, and never who it is of, when it was or what was said about
 * consent. `context.page` and `context.traits` stay, and may lose parts of their own.
 */
const FREE = [['properties'], ['traits'], ['context'], ['context', 'traits'], ['context', 'page']] as const;
const KEPT = /consent|preferences|destination|^page$|^traits$/i;

/** A part of an event that can be left out. */
type Part = { path: readonly string[]; bytes: number };

/**
 * Gives an event without its largest properties, so that it has the size that is asked for: a pasted picture or a whole
 * cart must not cost the conversion.
 *
 * @returns undefined where it would be too large even so.
 */
export function fittingEvent(event: Fields, maxBytes: number): { event: Fields; bytes: number } | undefined {
  const parts = FREE.flatMap((place) => partsOf(event, place)).toSorted((a, b) => b.bytes - a.bytes);
  const left = new Set<string>();
  let bytes = utf8Bytes(JSON.stringify(event));
  for (const { path, bytes: own } of parts) {
    if (bytes <= maxBytes) break;
    left.add(JSON.stringify(path));
    bytes -= own;
  }
  return bytes <= maxBytes ? { event: without(event, left, []), bytes } : undefined;
}

function partsOf(event: Fields, place: readonly string[]): Part[] {
  const fields = place.reduce<unknown>((value, name) => (isFields(value) ? value[name] : undefined), event);
  if (!isFields(fields)) return [];
  return Object.entries(fields)
    .filter(([name]) => place.at(-1) !== 'context' || !KEPT.test(name))
    .map(([name, value]) => ({ path: [...place, name], bytes: utf8Bytes(JSON.stringify({ [name]: value })) - 1 }));
}

function without(fields: Fields, left: ReadonlySet<string>, at: readonly string[]): Fields {
  const entries = Object.entries(fields).flatMap(([name, value]): [string, unknown][] => {
    const path = [...at, name];
    if (left.has(JSON.stringify(path))) return [];
    const isPlace = FREE.some((place) => path.every((step, index) => place[index] === step));
    return [[name, isPlace && isFields(value) ? without(value, left, path) : value]];
  });
  return Object.fromEntries(entries);
}
