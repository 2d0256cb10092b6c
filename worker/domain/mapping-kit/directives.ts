import type { Fields } from '../../schema/fields.ts';

/** The directives of Segment's `@segment/actions-core`: all of them. */
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

/** What Segment's editor writes for itself beside a directive. It means nothing. */
export const METADATA = '_metadata';

/** The directive that an object is, if it is one. */
export function directiveOf(value: Fields): Directive | undefined {
  return DIRECTIVES.find((directive) => Object.hasOwn(value, directive));
}
