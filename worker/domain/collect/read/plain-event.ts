import type { Fields } from '../../../schema/fields.ts';
import { onlyItem } from '../../reading/only-item.ts';

const NAMES = ['messageId', 'userId', 'anonymousId', 'event', 'name'] as const;
const MAPS = ['properties', 'traits', 'context'] as const;

/**
 * Converts an event's fields to the types in Segment's spec. Programs also send a number for a text, a list of one
 * item, and PHP's `[]` or an empty text for an empty object. Other wrong types are unchanged and refused later.
 */
export function plainEvent(raw: Fields): Fields {
  const names = NAMES.flatMap((name) => (Object.hasOwn(raw, name) ? [[name, plainName(raw[name])] as const] : []));
  const maps = MAPS.flatMap((name) => (Object.hasOwn(raw, name) ? [[name, plainMap(raw[name])] as const] : []));
  return { ...raw, ...Object.fromEntries([...names, ...maps]) };
}

function plainName(value: unknown): unknown {
  const given = onlyItem(value);
  // JavaScript loses the last digits of a longer number, so two IDs could become one.
  return typeof given === 'number' && Number.isFinite(given) && Math.abs(given) <= Number.MAX_SAFE_INTEGER
    ? String(given)
    : given;
}

function plainMap(value: unknown): unknown {
  const given = onlyItem(value);
  const isEmpty = given === undefined || given === null || (typeof given === 'string' && given.trim() === '');
  return isEmpty && value !== undefined ? {} : given;
}
