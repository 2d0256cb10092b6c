import { assert, double, integer, oneof, constant, property } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { nextStep } from '../../../worker/domain/delivery/next-step.ts';
import type { Situation } from '../../../worker/domain/delivery/next-step.ts';

const MINUTE_MS = 60_000;

const situation = (over: Partial<Situation> = {}): Situation => ({
  batchSize: 10,
  failures: 1,
  isNewestVersion: true,
  random: 0.5,
  ...over,
});

describe('the next step after a failure', () => {
  it('marks the blamed events as failed', () => {
    const elements = new Map([[3, 'amount']]);

    expect(nextStep({ kind: 'elements_refused', elements, message: 'm' }, situation())).toEqual({
      kind: 'fail',
      elements,
    });
  });

  it.each(['batch_refused', 'batch_too_large'] as const)('blames the only event of the batch for %s', (kind) => {
    expect(nextStep({ kind, message: 'm' }, situation({ batchSize: 1 }))).toEqual({
      kind: 'fail',
      elements: new Map([[0, 'm']]),
    });
  });

  it('searches for the culprit when the answer blames no event', () => {
    expect(nextStep({ kind: 'batch_refused', message: 'm' }, situation({ batchSize: 2 }))).toEqual({ kind: 'search' });
  });

  it.each([
    [5_000, 2_500],
    [3, 2],
    [2, 1],
  ])('halves a batch that was too large: from %i to %i', (batchSize, maxBatch) => {
    expect(nextStep({ kind: 'batch_too_large', message: 'm' }, situation({ batchSize }))).toEqual({
      kind: 'shrink',
      maxBatch,
    });
  });

  it.each([
    [{ kind: 'rule_refused', reason: 'rule_disabled', message: 'm' }, 'rule', 'rule_disabled'],
    [{ kind: 'access_refused', message: 'm' }, 'integration', 'access_denied'],
    [{ kind: 'version_sunset', message: 'm' }, 'integration', 'version_sunset'],
  ] as const)('holds for %j, and checks again within the hour', (failure, scope, reason) => {
    expect(nextStep(failure, situation())).toEqual({ kind: 'hold', scope, reason, probeAfterMs: 60 * MINUTE_MS });
  });

  // Case L1.
  it.each([
    [1, 7_500],
    [2, 15_000],
    [3, 30_000],
    [20, 675_000],
  ])('suspects the rule for an unknown message after %i of them within %i ms', (failures, probeAfterMs) => {
    const step = nextStep({ kind: 'refused_unknown', status: 403, message: 'm' }, situation({ failures }));

    expect(step).toEqual({ kind: 'suspect', alsoRefused: 'access_denied', probeAfterMs });
  });

  it('tries the newest version at once when another one was retired', () => {
    const step = nextStep({ kind: 'version_sunset', message: 'm' }, situation({ isNewestVersion: false }));

    expect(step).toEqual({ kind: 'hold', scope: 'integration', reason: 'version_sunset', probeAfterMs: 0 });
  });

  it('leaves out an identifier that LinkedIn no longer accepts', () => {
    const failure = { kind: 'id_types_refused', idTypes: ['ORACLE_MOAT_ID'], message: 'm' } as const;

    expect(nextStep(failure, situation())).toEqual({ kind: 'leave_out', idTypes: ['ORACLE_MOAT_ID'] });
  });

  it.each([
    [0, 1_000],
    [30_000, 30_000],
    [10 * 365 * 24 * 60 * MINUTE_MS, 15 * MINUTE_MS],
  ])('waits as LinkedIn asks after a 429, within limits: asked %i ms, waits %i ms', (retryAfterMs, afterMs) => {
    expect(nextStep({ kind: 'throttled', retryAfterMs, message: 'm' }, situation())).toEqual({
      kind: 'wait',
      afterMs,
    });
  });

  it('waits between a second and a quarter of an hour after a 429, and at most 100 seconds without an answer', () => {
    assert(
      property(
        oneof(constant(undefined), integer({ min: 0 })),
        integer({ min: 1, max: 1_000_000 }),
        double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (retryAfterMs, failures, random) => {
          const throttled = nextStep(
            { kind: 'throttled', retryAfterMs, message: 'm' },
            situation({ failures, random }),
          );
          const unavailable = nextStep({ kind: 'unavailable', message: 'm' }, situation({ failures, random }));

          expect(throttled.kind === 'wait' && throttled.afterMs).toBeGreaterThanOrEqual(1_000);
          expect(throttled.kind === 'wait' && throttled.afterMs).toBeLessThanOrEqual(15 * MINUTE_MS);
          expect(unavailable).toMatchObject({ kind: 'wait' });
          expect(unavailable.kind === 'wait' && unavailable.afterMs).toBeLessThanOrEqual(100_000);
        },
      ),
    );
  });
});
