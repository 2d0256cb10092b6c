import type { Fields } from '../schema/fields.ts';
import { isFields } from '../schema/fields.ts';
import { utf8Bytes } from './storage-budget.ts';

/** What an event may leave behind: free fields, and never who it is of, when it was or what was said about consent. */
const FREE = ['properties', 'traits', 'context'] as const;
const KEPT = /consent|preferences|destination|^page$|^traits$|^ip$|^useragent$/i;

/** A part of an event that can be left out. */
type Part = { place: (typeof FREE)[number]; name: string; bytes: number };

/**
 * Gives an event without its largest properties, so that it has the size that is asked for: a pasted picture or a whole
 * cart must not cost the conversion.
 *
 * @returns undefined where it would be too large even so.
 */
export function fittingEvent(event: Fields, maxBytes: number): { event: Fields; bytes: number } | undefined {
  const parts = FREE.flatMap((place) => partsOf(event, place)).toSorted((a, b) => b.bytes - a.bytes);
  const left = new Map<string, Set<string>>();
  let bytes = utf8Bytes(JSON.stringify(event));
  for (const { place, name, bytes: own } of parts) {
    if (bytes <= maxBytes) break;
    left.set(place, (left.get(place) ?? new Set()).add(name));
    bytes -= own;
  }
  if (bytes > maxBytes) return undefined;
  const fitting = { ...event };
  for (const [place, names] of left)
    fitting[place] = Object.fromEntries(Object.entries(Object(event[place])).filter(([name]) => !names.has(name)));
  return { event: fitting, bytes };
}

function partsOf(event: Fields, place: Part['place']): Part[] {
  const fields = event[place];
  if (!isFields(fields)) return [];
  return Object.entries(fields)
    .filter(([name]) => place !== 'context' || !KEPT.test(name))
    .map(([name, value]) => ({ place, name, bytes: utf8Bytes(JSON.stringify({ [name]: value })) - 1 }));
}
