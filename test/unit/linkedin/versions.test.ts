import { describe, expect, it } from 'vitest';

import { NEWEST_KNOWN_VERSION, versionDaysLeft } from '../../../worker/linkedin/versions.ts';
import { SETTING_DEFAULTS } from '../../../worker/schema/settings/integration.ts';

const TODAY = Date.parse('2026-11-21T12:00:00Z');

describe("LinkedIn's versions", () => {
  it.each([
    ['202609', 297],
    ['202601', 54],
    ['202511', -6],
    // This version never existed.
    ['202512', undefined],
    ['203001', undefined],
  ])('expire on a known date: %s has %s days left', (version, days) => {
    expect(versionDaysLeft(version, TODAY)).toBe(days);
  });

  it('default to a supported version when none is set', () => {
    expect(versionDaysLeft(SETTING_DEFAULTS.linkedin_version, TODAY)).toBeGreaterThan(60);
    expect(versionDaysLeft(NEWEST_KNOWN_VERSION, TODAY)).toBeGreaterThan(60);
  });
});
