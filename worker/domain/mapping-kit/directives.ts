import type { Fields } from '../../schema/fields.ts';

/** All directives of Segment's `@segment/actions-core`. */
export const DIRECTIVES = [
  '@path',
  '@template',
  '@literal',
  '@if',
  '@case',
  '@replace',
  '@arrayPath',
  '@merge',
  '@flatten',
  '@json',
  '@transform',
  '@excludeWhenNull',
  '@liquid',
] as const;
export type Directive = (typeof DIRECTIVES)[number];

/** The key that Segment's editor adds next to a directive. It has no effect. */
export const METADATA = '_metadata';

/** Returns the directive that an object contains, if any. */
export function directiveOf(value: Fields): Directive | undefined {
  return DIRECTIVES.find((directive) => Object.hasOwn(value, directive));
}
