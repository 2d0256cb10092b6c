import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { nextVersion } from '../../../worker/domain/delivery/next-version.ts';
import type { VersionsInUse } from '../../../worker/domain/delivery/next-version.ts';
import { NOW } from '../support/an-event.ts';

const HOUR_MS = 3_600_000;

const known = (version: string, daysLeft: number) => ({ version, daysLeft });
const newer = (version: string) => ({ version, daysLeft: undefined });

const next = (over: Partial<VersionsInUse>): string | undefined =>
  nextVersion(
    {
      inUse: '202602',
      daysLeft: 20,
      isGone: false,
      isPinned: false,
      answering: [known('202602', 20), known('202608', 200), known('202609', 230), newer('202611')],
      refused: [],
      ...over,
    },
    NOW,
  );

const no = (version: string, hoursAgo: number) => ({
  version,
  atMs: NOW - hoursAgo * HOUR_MS,
  message: 'No',
});

describe('the version that the next batch tries', () => {
  it.each<[string, Partial<VersionsInUse>, string | undefined]>([
    ['the newest that this release knows, when the one in use ends', {}, '202609'],
    ['none while the one in use has more than 30 days', { daysLeft: 31 }, undefined],
    ['none while nobody knows that the one in use ends', { daysLeft: undefined }, undefined],
    ['none while LinkedIn answers with one that a person has set', { isPinned: true, daysLeft: 1 }, undefined],
    [
      'another than one that a person has set, once LinkedIn has retired it',
      { isPinned: true, isGone: true },
      '202609',
    ],
    ['one that is newer than this release, if it knows none that stays', { answering: [newer('202611')] }, '202611'],
    ['the newest of these', { answering: [newer('202611'), newer('202612'), newer('202610')] }, '202612'],
    [
      'none that is older than the one in use',
      { inUse: '202610', isGone: true, answering: [known('202609', 200)] },
      undefined,
    ],
    ['none that ends soon too', { answering: [known('202603', 30)] }, undefined],
    ['another one for a day after LinkedIn refused it', { refused: [no('202609', 23)] }, '202608'],
    ['the same one again after a day', { refused: [no('202609', 24)] }, '202609'],
    [
      'the same one an hour after LinkedIn could not be reached',
      { refused: [{ ...no('202609', 1), message: undefined }] },
      '202609',
    ],
    [
      'one that is newer than this release, if LinkedIn refused the others',
      { refused: [no('202609', 1), no('202608', 2)] },
      '202611',
    ],
    ['none if LinkedIn refused all', { refused: [no('202609', 1), no('202608', 2), no('202611', 3)] }, undefined],
    ['one whose refusal is from a wrong clock', { refused: [no('202609', -25)] }, '202609'],
  ])('is %s', (_, facts, expected) => {
    expect(next(facts)).toBe(expected);
  });

  it('is always newer than the one in use, answered by LinkedIn, and not refused within a day', () => {
    const version = fc.integer({ min: 1, max: 12 }).map((month) => `2026${String(month).padStart(2, '0')}`);
    const days = fc.option(fc.integer({ min: -10, max: 300 }), { nil: undefined });
    const facts = fc.record({
      inUse: version,
      daysLeft: days,
      isGone: fc.boolean(),
      isPinned: fc.boolean(),
      answering: fc.uniqueArray(fc.record({ version, daysLeft: days }), { selector: (one) => one.version }),
      refused: fc.array(
        fc.record({ version, atMs: fc.integer({ min: NOW - 48 * HOUR_MS, max: NOW }), message: fc.constant('No') }),
      ),
    });
    fc.assert(
      fc.property(facts, (given) => {
        const found = nextVersion(given, NOW);
        if (found === undefined) return;
        expect(found > given.inUse).toBe(true);
        expect(given.answering.map((one) => one.version)).toContain(found);
        const nos = given.refused.filter((one) => one.version === found);
        expect(nos.every(({ atMs }) => NOW - atMs >= 24 * HOUR_MS)).toBe(true);
        expect(given.isGone || !given.isPinned).toBe(true);
      }),
    );
  });
});
