/**
 * The only reader of consent values. The collector, the tag, `df-consent.js` and the ES module import it. The Google
 * Tag Manager template can't import anything, so it has a copy, and a test compares the two.
 */

/** Checks for a clear yes. Every other answer is a no. */
export function isYes(value: unknown): boolean {
  // Objects are excluded: a list of one yes would otherwise count as a yes.
  // oxlint-disable-next-line typescript/no-base-to-string -- It is never an object here.
  return typeof value !== 'object' && /^\s*(true|granted|yes|on|1)\s*$/i.test(String(value));
}

/** Checks for a clear no. An unclear answer is read as a no too, but it is noted. */
export function isNo(value: unknown): boolean {
  return (
    value === false ||
    value === 0 ||
    value === null ||
    (typeof value === 'string' && /^\s*(false|no|denied|off|0)?\s*$/i.test(value))
  );
}
