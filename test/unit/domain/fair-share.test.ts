import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { waitForShare, withUse } from '../../../worker/domain/delivery/fair-share.ts';
import type { Use } from '../../../worker/domain/delivery/fair-share.ts';
import { DAY_MS, NOW } from '../support/an-event.ts';

const MINUTE_MS = 60_000;
const PER_MINUTE = 600;

const wait = (uses: ReadonlyMap<string, Use>, integrationId: string, nowMs = NOW) =>
  waitForShare(uses, { integrationId, perMinute: PER_MINUTE, nowMs });

/** Records that an integration got this many permits at one time. */
const used = (uses: ReadonlyMap<string, Use>, integrationId: string, times: number, nowMs = NOW) =>
  Array.from({ length: times }).reduce<ReadonlyMap<string, Use>>(
    (known) => withUse(known, { integrationId, isGranted: true, nowMs }),
    uses,
  );

const NOBODY: ReadonlyMap<string, Use> = new Map();

describe("the share of an integration in its app's quota", () => {
  it('is the whole quota for a single integration', () => {
    expect(wait(used(NOBODY, 'one', 10_000), 'one')).toBe(0);
  });

  it("is what the others haven't used, minus a tenth reserved for them", () => {
    const quiet = used(NOBODY, 'quiet', 40);

    expect(wait(used(quiet, 'noisy', 499), 'noisy')).toBe(0);
    expect(wait(used(quiet, 'noisy', 500), 'noisy')).toBeGreaterThan(0);
  });

  it('is at least an equal part of the quota, however much the others have used', () => {
    const noisy = used(NOBODY, 'noisy', 560);

    expect(wait(used(noisy, 'quiet', 299), 'quiet')).toBe(0);
    expect(wait(used(noisy, 'quiet', 300), 'quiet')).toBeGreaterThan(0);
    expect(wait(noisy, 'new')).toBe(0);
  });

  it('leaves a tenth for integrations that sent today but are quiet now', () => {
    const earlier = used(NOBODY, 'quiet', 1, NOW - 60 * MINUTE_MS);

    expect(wait(used(earlier, 'noisy', 539), 'noisy')).toBe(0);
    expect(wait(used(earlier, 'noisy', 540), 'noisy')).toBeGreaterThan(0);
  });

  it('is the whole quota again when the others have been quiet for a day', () => {
    const uses = used(used(NOBODY, 'gone', 1, NOW - DAY_MS), 'noisy', 599);

    expect([...uses.keys()]).toEqual(['noisy']);
    expect(wait(uses, 'noisy')).toBe(0);
  });

  it('is available again within about 70 seconds, exactly at the promised time', () => {
    const uses = used(used(NOBODY, 'quiet', 1), 'noisy', 560);

    const waitMs = wait(uses, 'noisy');

    expect(waitMs).toBeGreaterThan(MINUTE_MS - 10_000);
    expect(waitMs).toBeLessThanOrEqual(MINUTE_MS + 10_000);
    expect(wait(uses, 'noisy', NOW + waitMs - 1)).toBeGreaterThan(0);
    expect(wait(uses, 'noisy', NOW + waitMs)).toBe(0);
  });

  it("isn't used up by refused requests for permits", () => {
    const asked = Array.from({ length: 1_000 }).reduce<ReadonlyMap<string, Use>>(
      (known) => withUse(known, { integrationId: 'one', isGranted: false, nowMs: NOW }),
      used(NOBODY, 'other', 1),
    );

    expect(wait(asked, 'one')).toBe(0);
  });

  // Case Q3.
  it('is at least one request for an integration that had none, even if others used almost everything', () => {
    const noisy = used(NOBODY, 'noisy', 0.9 * PER_MINUTE);

    expect(wait(noisy, 'quiet', NOW + MINUTE_MS + 1)).toBe(0);
  });

  it('is never more than 70 seconds away, for any use and any clock', () => {
    const uses = fc.array(
      fc.tuple(
        fc.constantFrom('one', 'two', 'three'),
        fc.record({
          bySlot: fc
            .array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 0, max: 700 })))
            .map((slots) => new Map(slots.map(([slot, count]) => [Math.floor(NOW / 10_000) + slot, count]))),
          askedAtMs: fc.integer({ min: NOW - 2 * DAY_MS, max: NOW + 2 * DAY_MS }),
        }),
      ),
    );

    fc.assert(
      fc.property(uses, fc.integer({ min: 1, max: 1_000 }), (known, perMinute) => {
        const waitMs = waitForShare(new Map(known), { integrationId: 'one', perMinute, nowMs: NOW });

        expect(waitMs).toBeGreaterThanOrEqual(0);
        expect(waitMs).toBeLessThanOrEqual(70_000);
      }),
    );
  });
});
