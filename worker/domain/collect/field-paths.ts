import type { Event } from '../../schema/events/event.ts';
import { isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import { masked } from '../privacy/mask-personal-data.ts';

/** The most paths listed for an event. More would not help people to choose, and would only enlarge the row. */
const MAX_PATHS = 24;
const MAX_PATH_CHARS = 64;

/** A usual field name. A name with other characters may be a value used as a name, such as an address. */
const NAME = /^[A-Za-z_$][\w$-]{0,39}$/;

/**
 * Returns the names of an event's fields, never their values: `properties.value`, `properties.products[0].price`.
 *
 * They help to build a mapping from a site's real events and to describe an event, without storing any values.
 */
export function fieldPaths({ properties, traits, context }: Event): string[] {
  const contextTraits = context['traits'];
  return [
    ...pathsIn(properties, 'properties'),
    ...pathsIn(traits, 'traits'),
    ...(isFields(contextTraits) ? pathsIn(contextTraits, 'context.traits') : []),
  ]
    .filter((path) => path.length <= MAX_PATH_CHARS && masked(path) === path)
    .slice(0, MAX_PATHS);
}

/**
 * Lists fields of nested objects one level deep, and those of a list's first item. Deeper paths must be written by
 * hand.
 */
function pathsIn(fields: Fields, at: string, isDeep = false): string[] {
  return Object.entries(fields)
    .filter(([name, value]) => NAME.test(name) && value !== null && value !== undefined)
    .flatMap(([name, value]) => {
      const path = `${at}.${name}`;
      if (isDeep) return [path];
      if (isFields(value)) return pathsIn(value, path, true);
      const [first]: unknown[] = Array.isArray(value) ? value : [];
      return isFields(first) ? [path, ...pathsIn(first, `${path}[0]`, true)] : [path];
    });
}
