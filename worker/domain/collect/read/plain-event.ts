import type { Fields } from '../../../schema/fields.ts';
import { onlyItem } from '../../reading/only-item.ts';

const NAMES = ['messageId', 'userId', 'anonymousId', 'event', 'name'] as const;
const MAPS = ['properties', 'traits', 'context'] as const;

/**
 * Gives an event in the shapes that the Segment spec has, from those in which programs send the same: a number where a text
 * belongs, a list of one, and PHP's `[]` or an empty text for an empty object. What is no spelling of anything stays as it
 * is, and is refused.
 */
export function plainEvent(raw: Fields): Fields {
  const names = NAMES.flatMap((name) => (Object.hasOwn(raw, name) ? [[name, plainName(raw[name])] as const] : []));
  const maps = MAPS.flatMap((name) => (Object.hasOwn(raw, name) ? [[name, plainMap(raw[name])] as const] : []));
  return { ...raw, ...Object.fromEntries([...names, ...maps]) };
}

function plainName(value: unknown): unknown {
  const given = onlyItem(value);
  // Of a longer number the last digits are lost, and two ids may have become one.
  return typeof given === 'number' && Number.isFinite(given) && Math.abs(given) <= Number.MAX_SAFE_INTEGER
    ? String(given)
    : given;
}

function plainMap(value: unknown): unknown {
  const given = onlyItem(value);
  const isEmpty = given === undefined || given === null || (typeof given === 'string' && given.trim() === '');
  return isEmpty && value !== undefined ? {} : given;
}
