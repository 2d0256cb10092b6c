/**
 * No list, report, purge, erasure, replay or live update reads all rows of a large source, because the object that
 * answers it must also answer pages. On a source with 100,000 conversions, 10,000 of them failed, and 20,000 requests;
 * the rows are those that Cloudflare counts.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { BenchSource } from '../bench/capacity/start-bench-source.ts';
import { startBenchSource } from '../bench/capacity/start-bench-source.ts';

/** Matches a number of rows within the limit. */
const AT_MOST = expect.toSatisfy((rows: number) => rows <= 20_000, 'is at most 20,000');
const NOW = Date.parse('2026-11-28T08:00:00Z');
const SEED = { nowMs: NOW, days: 90, events: 100_000, failed: 10_000, attempts: 20_000 };

let source: BenchSource;
beforeAll(async () => {
  source = await startBenchSource();
  await source.call('outbox', 'seed', SEED);
}, 240_000);
afterAll(() => source.stop());

const ask = (name: string) => source.call('outbox', 'ask', { name, nowMs: NOW });

describe('a large source', () => {
  it.each([
    'latest 100',
    'live view',
    'one event',
    'deliveries, 200',
    'deliveries that failed',
    'backlog',
    'pulse, for the health check',
    'a first read for metrics',
    'a read for metrics',
    'ledger, 24 hours',
    'linter, 90 days',
    'erasure of a person',
  ])('%s reads at most 20,000 rows', async (name) => {
    const { rowsRead, heaviest } = await ask(name);

    expect({ rowsRead, heaviest }).toMatchObject({ rowsRead: AT_MOST });
  });

  // All rows concerned are read, but pages have their turn in between.
  it.each([
    ['causes', 211_000],
    ['preview of a replay', 20_100],
    ['ledger, 7 days', 52_000],
    ['ledger, 90 days', 1_100_000],
    ['ledger by rule, 90 days', 950_000],
    ['consent, 90 days', 1_300_000],
    ['overview, 90 days', 1_500_000],
    ['hours, for baselines', 900_000],
  ])('%s reads at most 20,000 rows in one turn, and at most %i in all', async (name, budget) => {
    const { rowsRead, mostAtOnce, heaviest } = await ask(name);

    expect({ mostAtOnce, heaviest }).toMatchObject({ mostAtOnce: AT_MOST });
    expect(rowsRead).toBeLessThanOrEqual(budget);
  });

  it('failed deliveries are listed at once, however many others came after them', async () => {
    const { listed } = await ask('deliveries that failed');

    expect(listed).toBe(200);
  });

  it('a visit of the watchdog reads at most 20,000 rows at once, also while it deletes old events', async () => {
    for (const days of [0, 30, 30, 30]) {
      const { mostAtOnce, heaviest } = await source.call('outbox', 'visit', {
        nowMs: NOW + days * 86_400_000,
      });

      expect({ mostAtOnce, heaviest }).toMatchObject({ mostAtOnce: AT_MOST });
    }
  });

  it('a replay reads and puts back at most 20,000 rows at once', async () => {
    const { mostAtOnce, heaviest, listed } = await ask('replay');

    expect({ mostAtOnce, heaviest }).toMatchObject({ mostAtOnce: AT_MOST });
    expect(listed).toBeGreaterThan(2_000);
  });
});
