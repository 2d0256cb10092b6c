/**
 * The one reader of consent values: the collector, the tag, `df-consent.js` and the ES module import it, and the template
 * of Google Tag Manager, which can import nothing, holds a copy that a test compares with it.
 */

/** This is true for a clear yes. Everything else, once it has been said, is a no. */
export function isYes(value: unknown): boolean {
  // Not an object's own word for itself: a list of one yes is none.
  // oxlint-disable-next-line typescript/no-base-to-string -- it is no object
  return typeof value !== 'object' && /^\s*(true|granted|yes|on|1)\s*$/i.test(String(value));
}

/** This is true for a clear no. What is neither is read as a no too, and noted. */
export function isNo(value: unknown): boolean {
  return (
    value === false ||
    value === 0 ||
    value === null ||
    (typeof value === 'string' && /^\s*(false|no|denied|off|0)?\s*$/i.test(value))
  );
}
