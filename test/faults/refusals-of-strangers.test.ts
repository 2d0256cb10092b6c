/**
 * T19: LinkedIn holds 50,000 deliveries back. Whoever has the write key, which stands in every page, may say no as often
 * as they like: that may cost what is theirs, and nothing where nothing is.
 */
import { beforeAll, describe, expect, it } from 'vitest';

import { EngineBench } from './engine-bench.ts';

const HELD = 50_000;
const A_REQUEST = 5_000;
const REFUSALS = 300;
/** In a slice of 200 rows: reading them, and for each its new text and whose that is. */
const STATEMENTS_A_TURN = 1_000;
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

describe('a refusal a second for five minutes, beside 50,000 deliveries that are held', () => {
  it('costs nothing by strangers: no row sealed anew, nothing in KV, no table looked through', async () => {
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

  it('costs a few writes to KV by people who have something here, and hardly a row of anybody else', async () => {
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

  it('keeps everything else, which goes when LinkedIn takes it again', async () => {
    bench.mayHaveToken = true;
    await bench.engine.resume('int_a');
    await bench.pass(60);

    expect(new Set(bench.sent).size).toBe(HELD - REFUSALS);
    expect(bench.sent).not.toContain('event-7');
  }, 300_000);
});
