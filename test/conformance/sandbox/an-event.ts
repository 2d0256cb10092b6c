import { createHash } from 'node:crypto';

/** The sandbox's current time in these tests: 2026-11-21. */
export const NOW = Date.UTC(2026, 10, 21, 12);

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export const SHA256_EMAIL = createHash('sha256').update('john.doe@example.com').digest('hex');

export const RULE_URN = 'urn:lla:llaPartnerConversion:';

/** An event that LinkedIn accepts. A member set to undefined is left out of the JSON. */
export const anEvent = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  conversion: `${RULE_URN}1001`,
  conversionHappenedAt: NOW - HOUR_MS,
  eventId: 'evt-1',
  user: { userIds: [{ idType: 'SHA256_EMAIL', idValue: SHA256_EMAIL }] },
  ...over,
});

/** An event with this user. */
export const anEventOf = (user: Record<string, unknown>, over: Record<string, unknown> = {}) =>
  anEvent({ user: { userIds: [{ idType: 'SHA256_EMAIL', idValue: SHA256_EMAIL }], ...user }, ...over });
