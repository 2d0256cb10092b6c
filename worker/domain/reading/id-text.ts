import { onlyItem } from './only-item.ts';

/**
 * Reads an ID as text, without the spaces and invisible characters around it. Lists of one item and numbers are fine.
 * A number over 2^53 is not: JavaScript loses its last digits, so two IDs could become one.
 *
 * @returns Undefined for every other value.
 */
export function idText(value: unknown): string | undefined {
  const given = onlyItem(value);
  if (typeof given === 'number') return Math.abs(given) <= Number.MAX_SAFE_INTEGER ? String(given) : undefined;
  return typeof given === 'string' ? given.replaceAll(UNSEEN_AROUND, '') : undefined;
}

/** The lookbehind starts one search for each run of spaces. Without it the time would grow with the square of a run. */
const UNSEEN_AROUND =
  /^[\s\p{Default_Ignorable_Code_Point}]+|(?<![\s\p{Default_Ignorable_Code_Point}])[\s\p{Default_Ignorable_Code_Point}]+$/gu;
