import { describe, expect, it } from 'vitest';

import { newestActive, versionsToScout, versionStateIn } from '../../../worker/linkedin/scouted-versions.ts';

const refused = (status: number, code?: string) =>
  versionStateIn({
    kind: 'refused',
    error: { responseKind: 'answered', status, code, message: '', retryAfterMs: undefined },
  });

describe("the scout for LinkedIn's versions", () => {
  it('asks about each version that this release knows, and about each month until in three months', () => {
    const asked = versionsToScout(Date.parse('2026-11-30T00:00:00Z'));

    expect(asked.slice(0, 2)).toEqual(['202511', '202601']);
    expect(asked.slice(-6)).toEqual(['202609', '202610', '202611', '202612', '202701', '202702']);
    expect(new Set(asked).size).toBe(asked.length);
  });

  it.each([
    ['426', refused(426), 'inactive'],
    ['the code for it', refused(400, 'NONEXISTENT_VERSION'), 'inactive'],
    ['a missing right', refused(403), 'active'],
    ['a refused token', refused(401), undefined],
    ['an error of LinkedIn', refused(500), undefined],
  ])('reads an answer: %s', (_, state, expected) => {
    expect(state).toBe(expected);
  });

  it('knows the newest version that LinkedIn answers with', () => {
    expect(newestActive({ '202609': 'active', '202611': 'inactive', '202610': 'active' })).toBe('202610');
    expect(newestActive({})).toBeUndefined();
  });
});
