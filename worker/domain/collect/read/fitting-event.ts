import type { Fields } from '../../../schema/fields.ts';
import { isFields } from '../../../schema/fields.ts';
import { holdsConsent } from '../../consent/read-consent.ts';
import { DESTINATIONS_FIELD } from '../../consent/sender-veto.ts';
import { utf8Bytes } from '../storage-budget.ts';

/**
 * The places from which parts may be removed: free fields only, never the identity, the time or the consent.
 * `context.page` and `context.traits` are never removed whole, but may lose parts.
 */
const FREE = [['properties'], ['traits'], ['context'], ['context', 'traits'], ['context', 'page']] as const;

/** Fields that may contain a refusal of consent are kept. So are the two objects that only lose parts. */
function isKept(name: string): boolean {
  return (
    holdsConsent(name) || name === DESTINATIONS_FIELD || /consent|preferences|destination|^page$|^traits$/i.test(name)
  );
}

/** A part of an event that can be removed. */
type Part = { path: readonly string[]; bytes: number };

/**
 * Removes an event's largest properties until it fits the limit, so that a pasted picture or a huge cart doesn't cost
 * the conversion.
 *
 * @returns Undefined when it is still too large.
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
    .filter(([name]) => place.at(-1) !== 'context' || !isKept(name))
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
