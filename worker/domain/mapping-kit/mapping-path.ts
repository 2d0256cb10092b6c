import type { Path } from '../fql/expression.ts';
import { FqlError } from '../fql/fql-error.ts';
import { readPath } from '../fql/read-path.ts';

/** Where Segment's mapping-kit cuts a path: dots, and brackets around an index or a name in quotes. */
const CUTS = /\[(?=["'\d])|\.|(?<=["'\d])\]/;

/**
 * Reads a path of a mapping: Segment's `$.properties.total`, with or without its `$.`; `$` alone is the event itself.
 *
 * What is no path of a trigger, such as `$.properties.order id`, is cut as Segment cuts it.
 *
 * @returns undefined when it is no path.
 */
export function mappingPath(text: string): Path | undefined {
  return pathIn(text.trim());
}

/** Reads a path that an event brings, in which also a space means something. */
export function pathIn(trimmed: string): Path | undefined {
  if (trimmed === '$' || trimmed === '$.' || trimmed === '.') return [];
  const source = trimmed.startsWith('$.') ? trimmed.slice(2) : trimmed;
  return exactPath(source) ?? cutPath(source);
}

function exactPath(source: string): Path | undefined {
  try {
    const { path, end } = readPath(source, 0);
    return end === source.length ? path : undefined;
  } catch (error) {
    // That it is none is all that a mapping needs to know; anything else is a bug.
    if (error instanceof FqlError) return undefined;
    throw error;
  }
}

/** Cuts a path as Segment does, without any `$.`. */
export function cutPath(source: string): Path | undefined {
  const keys = source
    .split(CUTS)
    .filter((key) => key !== '')
    .map((key) => key.replaceAll(/["']/g, ''));
  return keys.length === 0 ? undefined : keys;
}
