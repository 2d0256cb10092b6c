import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

const BENCH = join(import.meta.dirname, '../bench/bench.ts');

/** As `npm run bench` prints it in its last line. */
type Printed = { results: Record<string, { rows: Record<string, string | number>[] }[]> };

it('the benchmark of imports measures what it says, at a size that takes seconds', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [BENCH, 'imports'], {
    env: { ...process.env, ROWS: '1000', BASELINE_SECONDS: '1' },
  });
  const { results }: Printed = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  const [phases, ends] = results['imports']?.map(({ rows }) => rows) ?? [];

  expect(phases?.length).toBe(4);
  for (const { 'site events': events } of phases ?? []) expect(events).toBeGreaterThan(0);
  expect(ends).toMatchObject([
    { rows: 1_000, accepted: 1_000, duplicates: 0 },
    { rows: 1_000, accepted: 0, duplicates: 1_000 },
  ]);
}, 240_000);

it('the benchmarks of capacity and of a backlog measure what they say, at a size that takes seconds', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [BENCH, 'capacity', 'backlog'], {
    env: { ...process.env, SCALE: '0.0002', DAYS: '2', DELIVERIES: '300' },
  });
  const { results }: Printed = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  const [days, events, answers] = results['capacity']?.map(({ rows }) => rows) ?? [];
  const [backlog] = results['backlog']?.map(({ rows }) => rows) ?? [];

  expect(days?.at(-1)).toMatchObject({ day: 2, 'page views': 2_000, conversions: 20 });
  for (const row of events ?? []) expect(row['rows written an event']).toBeGreaterThan(0);
  expect(answers?.length).toBeGreaterThan(20);
  // Each list has read what there is.
  for (const { object, what, 'rows read': rowsRead } of answers ?? [])
    expect(rowsRead, `${object}: ${what}`).toBeGreaterThan(0);
  expect(backlog).toMatchObject([{ deliveries: 300, 'requests to LinkedIn': 1 }]);
}, 240_000);
