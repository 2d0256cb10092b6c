import type { Path } from '../fql/syntax/expression.ts';
import { FqlError } from '../fql/syntax/fql-error.ts';
import { readPath } from '../fql/syntax/read-path.ts';

/** The places where Segment's mapping-kit splits a path: dots, and brackets around an index or a quoted name. */
const CUTS = /\[(?=["'\d])|\.|(?<=["'\d])\]/;

/**
 * Reads a path of a mapping, like Segment's `$.properties.total`. The `$.` is optional, and `$` alone is the event
 * itself.
 *
 * A path that triggers can't read, such as `$.properties.order id`, is split like Segment splits it.
 *
 * @returns Undefined when it is not a path.
 */
export function mappingPath(text: string): Path | undefined {
  return pathIn(text.trim());
}

/** Reads a path from an event's value. Unlike in a mapping, spaces around it are part of it. */
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
    // A syntax error only means that it is not a path. Any other error is a bug.
    if (error instanceof FqlError) return undefined;
    throw error;
  }
}

/** Splits a path like Segment does. The path has no `$.` prefix. */
export function cutPath(source: string): Path | undefined {
  const keys = source
    .split(CUTS)
    .filter((key) => key !== '')
    .map((key) => key.replaceAll(/["']/g, ''));
  return keys.length === 0 ? undefined : keys;
}
