import type { Path } from '../fql/expression.ts';
import { FqlError } from '../fql/fql-error.ts';
import { readPath } from '../fql/read-path.ts';

/**
 * Reads a path of a mapping: Segment's `$.properties.total`, with or without its `$.`; `$` alone is the event itself.
 *
 * @returns undefined when it is no path.
 */
export function mappingPath(text: string): Path | undefined {
  const trimmed = text.trim();
  if (trimmed === '$' || trimmed === '$.') return [];
  const source = trimmed.startsWith('$.') ? trimmed.slice(2) : trimmed;
  try {
    const { path, end } = readPath(source, 0);
    return end === source.length ? path : undefined;
  } catch (error) {
    // That it is none is all that a mapping needs to know; anything else is a bug.
    if (error instanceof FqlError) return undefined;
    throw error;
  }
}
