/**
 * T19: LinkedIn holds back 50,000 deliveries. Anyone with the public write key may refuse consent as often as they
 * like. That may affect their own data, and must cost nothing when they have none here.
 */
import { beforeAll, describe, expect, it } from 'vitest';

import { EngineBench } from './engine-bench.ts';

const HELD = 50_000;
const A_REQUEST = 5_000;
const REFUSALS = 300;
/** For a slice of 200 rows, or for the sixty refusals that the bench makes without a pause: 23 each. */
const STATEMENTS_A_TURN = 1_500;
const ROWS_A_TURN = 2_000;

const bench = new EngineBench();

const payloads = (): Map<string, string> =>
  new Map(
    bench
      .rows<{ event_id: string; payload: string }>("SELECT event_id, payload FROM deliveries WHERE state = 'pending'")
      .map(({ event_id: eventId, payload }) => [eventId, payload]),
  );

function changedSince(before: ReadonlyMap<string, string>): number {
  const now = payloads();
  return [...before].filter(([eventId, payload]) => now.has(eventId) && now.get(eventId) !== payload).length;
}

beforeAll(async () => {
  for (let first = 0; first < HELD; first += A_REQUEST)
    await bench.enqueue(
      Array.from({ length: A_REQUEST }, (_, index) => ({
        messageId: `event-${first + index}`,
        person: `person-${first + index}`,
      })),
    );
  await bench.pass(10);
}, 120_000);

describe('a refusal every second for five minutes, beside 50,000 held deliveries', () => {
  it('costs nothing when it comes from strangers: no row sealed again, no KV write, no table scan', async () => {
    const before = payloads();
    bench.countAnew();

    for (let refusal = 0; refusal < REFUSALS; refusal += 1)
      expect(bench.engine.erase([`stranger-${refusal}`, `browser-${refusal}`], 'consent_withdrawn')).toBe(0);
    const { queries, longest } = {
      queries: bench.scans(['deliveries', 'events', 'person_keys']),
      longest: bench.longest,
    };
    await bench.engine.visit();

    expect(queries).toEqual([]);
    expect(longest.rows).toBeLessThan(REFUSALS * 5);
    expect(bench.kvOperations).toEqual({ get: 0, put: 0, delete: 0, list: 0 });
    expect(changedSince(before)).toBe(0);
  }, 120_000);

  it("costs a few KV writes when it comes from people with data here, and hardly changes others' rows", async () => {
    const before = payloads();
    bench.countAnew();

    await bench.pass(REFUSALS, (second) => void bench.engine.erase([`person-${second}`], 'consent_withdrawn'));
    // Until everything is done: the page is written a second time when no older write can arrive any more.
    await bench.pass(420);

    expect(bench.rows('SELECT count(*) AS n FROM condemned_buckets WHERE writes < 2')).toEqual([{ n: 0 }]);
    expect(bench.kvOperations.put).toBeLessThanOrEqual(12);
    expect(bench.kvOperations.delete).toBe(0);
    // A bucket has 50,000 / 65,536 others on average.
    expect(changedSince(before)).toBeLessThan(2 * REFUSALS);
    expect(bench.longest.statements).toBeLessThan(STATEMENTS_A_TURN);
    expect(bench.longest.rows).toBeLessThan(ROWS_A_TURN);
    expect(bench.scans(['deliveries', 'events', 'person_keys'])).toEqual([]);
    expect(bench.faults).toEqual([]);
  }, 300_000);

  it('keeps everything else, which is sent when LinkedIn accepts it again', async () => {
    bench.mayHaveToken = true;
    await bench.engine.resume('int_a');
    await bench.pass(60);

    expect(new Set(bench.sent).size).toBe(HELD - REFUSALS);
    expect(bench.sent).not.toContain('event-7');
  }, 300_000);
});
