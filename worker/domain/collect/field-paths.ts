import type { Event } from '../../schema/events/event.ts';
import { isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import { masked } from '../privacy/personal-text.ts';

/** What a person can pick from; beyond it a list helps nobody, and the row would grow for nothing. */
const MAX_PATHS = 24;
const MAX_PATH_CHARS = 64;

/** A name that somebody gave a field. One with other signs may be a value that ended up as a name, such as an address. */
const NAME = /^[A-Za-z_$][\w$-]{0,39}$/;

/**
 * Names the fields that an event has, never what is in them: `properties.value`, `properties.products[0].price`.
 *
 * With them a mapping can be made from what a site really sends, and a story can say what came, without a value being kept.
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

/** One level of objects is looked into, and of a list its first item: deeper fields are written by hand. */
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
