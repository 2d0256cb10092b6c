import { describe, expect, it } from 'vitest';

import { waitForShare, withUse } from '../../../worker/domain/fair-share.ts';
import type { Use } from '../../../worker/domain/fair-share.ts';
import { DAY_MS, NOW } from '../support/an-event.ts';

const MINUTE_MS = 60_000;
const PER_MINUTE = 600;

const ask = (uses: ReadonlyMap<string, Use>, integrationId: string, { nowMs = NOW } = {}) =>
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
    expect(ask(used(NOBODY, 'one', 10_000), 'one')).toBe(0);
  });

  it('is whatever it wants while there is enough for all', () => {
    const uses = used(used(NOBODY, 'noisy', 299), 'quiet', 1);

    expect(ask(uses, 'noisy')).toBe(0);
  });

  it('is what the others leave, when they leave much', () => {
    const uses = used(used(NOBODY, 'noisy', 450), 'quiet', 50);

    expect(ask(uses, 'noisy')).toBe(0);
    expect(ask(used(uses, 'noisy', 41), 'noisy')).toBeGreaterThan(0);
  });

  it('is an equal part when all want more', () => {
    const uses = used(used(NOBODY, 'noisy', 301), 'other', 299);

    expect(ask(uses, 'noisy')).toBeGreaterThan(0);
    expect(ask(uses, 'other')).toBe(0);
    expect(ask(uses, 'new')).toBe(0);
  });

  it('leaves a tenth of the quota for those who were there today', () => {
    const uses = used(used(NOBODY, 'quiet', 1, NOW - 60 * MINUTE_MS), 'noisy', 541);

    expect(ask(uses, 'noisy')).toBeGreaterThan(0);
  });

  it('is whole again when the others have not asked for a day', () => {
    const uses = used(used(NOBODY, 'gone', 1, NOW - DAY_MS), 'noisy', 599);

    expect([...uses.keys()]).toEqual(['noisy']);
    expect(ask(uses, 'noisy')).toBe(0);
  });

  it('comes back with time, when it was said to', () => {
    const uses = used(used(NOBODY, 'quiet', 1), 'noisy', 600);

    const waitMs = ask(uses, 'noisy');

    expect(waitMs).toBeLessThanOrEqual(MINUTE_MS + 10_000);
    expect(ask(uses, 'noisy', { nowMs: NOW + waitMs })).toBe(0);
  });

  it('is not used up by asking in vain', () => {
    const refused = withUse(NOBODY, { integrationId: 'one', isGranted: false, nowMs: NOW });

    expect(refused.get('one')).toEqual({ bySlot: new Map(), askedAtMs: NOW });
  });
});
