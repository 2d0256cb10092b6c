/**
 * Small objects are tested in every order: three operations start at once, and each of their awaits may end before or
 * after any other.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { RateLimits } from '../../worker/domain/delivery/permits.ts';
import { RateLimitState } from '../../worker/objects/rate-limiter/rate-limit-state.ts';
import type { StoredLimits } from '../../worker/objects/rate-limiter/rate-limit-state.ts';
import { ConfigPublisher } from '../../worker/objects/registry/config-publisher.ts';
import { REGISTRY_MIGRATIONS } from '../../worker/objects/registry/registry-schema.ts';
import { migrate } from '../../worker/objects/sql.ts';
import { everyOrder, triplesOf } from './simulation/every-order.ts';
import type { Await, Run } from './simulation/every-order.ts';
import { memoryDatabase } from './simulation/memory-database.ts';
import { KEEPER_OPERATIONS, keeperRun } from './simulation/token-store-run.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

describe('credentials', () => {
  it.each(triplesOf(KEEPER_OPERATIONS))(
    'keep the last change, and no token of replaced settings: %s, %s, %s',
    async (...operations) => {
      expect(await everyOrder((wait) => keeperRun(operations, wait))).toBeGreaterThan(1);
    },
  );

  it('do the same with all operations at once, in random orders', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const { done, check } = keeperRun(KEEPER_OPERATIONS, async (work) => {
          await scheduler.schedule(Promise.resolve());
          return work();
        });
        await scheduler.waitFor(done);
        await check();
      }),
      { numRuns: 200 },
    );
  });
});

const LIMITS: RateLimits = { ratePerSecond: 1, burst: 2, perMinute: 2, perDay: 100 };

describe('the rate limiter', () => {
  /** Three callers that ask, call LinkedIn and report its answer. The limiter may be evicted between any two calls. */
  const run =
    (outcomes: readonly ('answered' | 'silent' | 'throttled')[]) =>
    (wait: Await): Run => {
      let state: StoredLimits | undefined;
      let granted = 0;
      const desk = (): RateLimitState =>
        new RateLimitState({
          storage: { get: () => structuredClone(state), put: (put) => void (state = structuredClone(put)) },
          now: () => NOW,
          random: () => 0.5,
        });
      const one = async (outcome: (typeof outcomes)[number], id: string): Promise<void> => {
        const grant = await wait(() => desk().take(LIMITS, id));
        if (!grant.isGranted) {
          expect(Number.isFinite(grant.retryAfterMs)).toBe(true);
          return;
        }
        granted += 1;
        if (outcome === 'throttled') await wait(() => desk().pause(LIMITS, NOW + 60_000));
        await wait(() => desk().report(LIMITS, outcome !== 'silent'));
      };
      return {
        done: Promise.all(outcomes.map((outcome, index) => one(outcome, `int_${index % 2}`))),
        check: () => {
          expect(granted).toBeLessThanOrEqual(LIMITS.burst);
          expect(state?.permits.usedToday).toBe(granted);
          const { pausedUntilMs } = desk().status(LIMITS);
          expect(pausedUntilMs).toBeGreaterThanOrEqual(
            outcomes.every((said) => said === 'throttled') ? NOW + 60_000 : NOW,
          );
        },
      };
    };
  const said = ['answered', 'silent', 'throttled'] as const;

  it.each(said.flatMap((one) => said.flatMap((two) => said.map((three) => [one, two, three] as const))))(
    'grants no more permits than it has, in any order: %s, %s, %s',
    async (...outcomes) => {
      expect(await everyOrder(run(outcomes))).toBeGreaterThan(1);
    },
  );
});

type Change = 'change' | 'change another' | 'remove' | 'alarm';

describe("the registry's publisher", () => {
  const run =
    (changes: readonly Change[]) =>
    (wait: Await): Run => {
      const database = memoryDatabase();
      migrate(database, REGISTRY_MIGRATIONS);
      const saved = new Map<string, string>();
      const published = new Map<string, string>();
      let alarmAtMs: number | undefined;
      let version = 0;
      const publisher = new ConfigPublisher({
        sql: database.sql,
        kv: {
          put: (key, value) => wait(() => void published.set(key, value)),
          delete: (key) => wait(() => void published.delete(key)),
        },
        value: (key) => saved.get(key),
        alarm: {
          set: async (atMs) => void (alarmAtMs = atMs),
          clear: async () => void (alarmAtMs = undefined),
        },
        now: () => NOW,
        log: (_, error) => expect(error).toBeUndefined(),
      });
      const change = async (what: Change): Promise<void> => {
        // The call arrives at some time.
        await wait(() => undefined);
        if (what === 'alarm') return publisher.publish();
        const key = what === 'change another' ? 'config:wk_2' : 'config:wk_1';
        version += 1;
        if (what === 'remove') saved.delete(key);
        else saved.set(key, `version ${version}`);
        publisher.mark([key], what === 'remove' ? null : 'src_1');
        await publisher.publish();
      };
      return {
        done: Promise.all(changes.map(change)),
        check: () => {
          expect(published).toEqual(saved);
          expect(alarmAtMs).toBeUndefined();
        },
      };
    };

  it.each(triplesOf<Change>(['change', 'change', 'change another', 'remove', 'alarm']))(
    'leaves the last saved config in KV, and nothing unpublished: %s, %s, %s',
    async (...changes) => {
      expect(await everyOrder(run(changes))).toBeGreaterThan(1);
    },
  );
});
