import { describe, expect, it } from 'vitest';

import { waitForShare, withUse } from '../../../worker/domain/fair-share.ts';
import type { Use } from '../../../worker/domain/fair-share.ts';
import { DAY_MS, NOW } from '../support/an-event.ts';

const MINUTE_MS = 60_000;
const PER_MINUTE = 600;

const wait = (uses: ReadonlyMap<string, Use>, integrationId: string, nowMs = NOW) =>
  waitForShare(uses, { integrationId, perMinute: PER_MINUTE, nowMs });

/** What is known after an integration got so many permits at one time. */
const used = (uses: ReadonlyMap<string, Use>, integrationId: string, times: number, nowMs = NOW) =>
  Array.from({ length: times }).reduce<ReadonlyMap<string, Use>>(
    (known) => withUse(known, { integrationId, isGranted: true, nowMs }),
    uses,
  );

const NOBODY: ReadonlyMap<string, Use> = new Map();

describe('the share of an integration', () => {
  it('is all there is for one alone', () => {
    expect(wait(used(NOBODY, 'one', 10_000), 'one')).toBe(0);
  });

  it('is what the others leave, less a tenth for them to come back to', () => {
    const quiet = used(NOBODY, 'quiet', 40);

    expect(wait(used(quiet, 'noisy', 499), 'noisy')).toBe(0);
    expect(wait(used(quiet, 'noisy', 500), 'noisy')).toBeGreaterThan(0);
  });

  it('is an equal part at least, whatever the others have taken', () => {
    const noisy = used(NOBODY, 'noisy', 560);

    expect(wait(used(noisy, 'quiet', 299), 'quiet')).toBe(0);
    expect(wait(used(noisy, 'quiet', 300), 'quiet')).toBeGreaterThan(0);
    expect(wait(noisy, 'new')).toBe(0);
  });

  it('leaves a tenth for those who were there today and do not ask now', () => {
    const earlier = used(NOBODY, 'quiet', 1, NOW - 60 * MINUTE_MS);

    expect(wait(used(earlier, 'noisy', 539), 'noisy')).toBe(0);
    expect(wait(used(earlier, 'noisy', 540), 'noisy')).toBeGreaterThan(0);
  });

  it('is whole again when the others have not asked for a day', () => {
    const uses = used(used(NOBODY, 'gone', 1, NOW - DAY_MS), 'noisy', 599);

    expect([...uses.keys()]).toEqual(['noisy']);
    expect(wait(uses, 'noisy')).toBe(0);
  });

  it('comes back within some 70 seconds, and when it was said to', () => {
    const uses = used(used(NOBODY, 'quiet', 1), 'noisy', 560);

    const waitMs = wait(uses, 'noisy');

    expect(waitMs).toBeGreaterThan(MINUTE_MS - 10_000);
    expect(waitMs).toBeLessThanOrEqual(MINUTE_MS + 10_000);
    expect(wait(uses, 'noisy', NOW + waitMs - 1)).toBeGreaterThan(0);
    expect(wait(uses, 'noisy', NOW + waitMs)).toBe(0);
  });

  it('is not used up by asking in vain', () => {
    const asked = Array.from({ length: 1_000 }).reduce<ReadonlyMap<string, Use>>(
      (known) => withUse(known, { integrationId: 'one', isGranted: false, nowMs: NOW }),
      used(NOBODY, 'other', 1),
    );

    expect(wait(asked, 'one')).toBe(0);
  });
});
