import * as v from 'valibot';

/** How an event without a consent answer is treated. */
export const UnknownConsent = v.picklist(
  ['by_region', 'granted', 'denied'],
  'expected "by_region", "granted" or "denied"',
);
