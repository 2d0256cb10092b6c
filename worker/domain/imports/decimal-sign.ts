import { inPlainLetters } from '../privacy/in-plain-letters.ts';

/** The sign before an amount's decimals. */
export type DecimalSign = '.' | ',';

/**
 * Returns the decimal sign of an amount. `either`: 1.234 may be a little more than one, or more than a thousand.
 * Undefined when the amount doesn't show it.
 */
export function decimalSignOf(cell: string): DecimalSign | 'either' | undefined {
  const [digits = ''] = /[.,]?\d(?:[\d.,'’_\s]*\d)?/u.exec(inPlainLetters(cell)) ?? [];
  const dots = digits.split('.').length - 1;
  const commas = digits.split(',').length - 1;
  if (dots + commas === 0) return undefined;
  if (dots > 0 && commas > 0) return digits.lastIndexOf('.') > digits.lastIndexOf(',') ? '.' : ',';
  // A sign that occurs twice can only separate thousands.
  if (dots + commas > 1) return dots > 0 ? ',' : '.';
  if (/^[1-9]\d{0,2}[.,]\d{3}$/u.test(digits)) return 'either';
  return dots > 0 ? '.' : ',';
}

/** Writes an amount such as 1.234 so that it can only be read with this decimal sign. */
export function unmistakable(cell: string, sign: DecimalSign): string {
  return cell.replace(/([.,])(\d{3})(?!\d)/u, (_, own: string, digits: string) =>
    own === sign ? `.${digits}0` : digits,
  );
}
