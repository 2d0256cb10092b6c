import { array, assert, asyncProperty, integer, record } from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { RefusalCount } from '../../../worker/domain/refusals/refusal-count.ts';
import { FLUSH_MS, RefusalBuffer } from '../../../worker/objects/refusals/refusal-buffer.ts';

const ONE: readonly RefusalCount[] = [{ reason: 'rate_limited', requests: 1, events: 1, names: [] }];

/** An isolate with its own clock. A sleeper wakes when that clock reaches its time. */
class Isolate {
  nowMs = 1_000_000;
  readonly writes: { sourceId: string; atMs: number; events: number }[] = [];
  isReachable = true;
  #sleepers: { untilMs: number; wake: () => void }[] = [];
  readonly buffer = new RefusalBuffer({
    now: () => this.nowMs,
    sleep: (ms) =>
      new Promise((wake) => {
        this.#sleepers.push({ untilMs: this.nowMs + ms, wake });
      }),
    log: () => undefined,
  });

  refuse(sourceId = 'src_1'): void {
    void this.buffer.add(sourceId, ONE, async (counts) => {
      if (!this.isReachable) throw new TypeError('Network connection lost.');
      const events = counts.reduce((sum, count) => sum + count.events, 0);
      this.writes.push({ sourceId, atMs: this.nowMs, events });
    });
  }

  async pass(ms: number): Promise<void> {
    this.nowMs += ms;
    const due = this.#sleepers.filter(({ untilMs }) => untilMs <= this.nowMs);
    this.#sleepers = this.#sleepers.filter(({ untilMs }) => untilMs > this.nowMs);
    for (const { wake } of due) wake();
    await settled();
  }

  /** Cuts off the running requests, and the work they had postponed. */
  cutOff(): void {
    this.#sleepers = [];
  }

  get events(): number {
    return this.writes.reduce((sum, { events }) => sum + events, 0);
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe('the buffer for refusal counts', () => {
  it('writes the first refusal at once, and the following ones together', async () => {
    const isolate = new Isolate();
    isolate.refuse();
    await settled();
    for (let more = 0; more < 1_000; more += 1) isolate.refuse();
    await isolate.pass(FLUSH_MS);

    expect(isolate.writes).toEqual([
      { sourceId: 'src_1', atMs: 1_000_000, events: 1 },
      { sourceId: 'src_1', atMs: 1_000_000 + FLUSH_MS, events: 1_000 },
    ]);
  });

  it('keeps sources apart', async () => {
    const isolate = new Isolate();
    isolate.refuse('src_1');
    isolate.refuse('src_2');
    await settled();

    expect(isolate.writes.map(({ sourceId }) => sourceId)).toEqual(['src_1', 'src_2']);
  });

  it('retries a failed write with the next refusal', async () => {
    const isolate = new Isolate();
    isolate.isReachable = false;
    isolate.refuse();
    await settled();
    isolate.isReachable = true;
    await isolate.pass(FLUSH_MS);
    isolate.refuse();
    await settled();

    expect(isolate.events).toBe(2);
  });

  it("doesn't wait for ever for a request that was cut off", async () => {
    const isolate = new Isolate();
    isolate.refuse();
    await settled();
    isolate.refuse();
    isolate.cutOff();
    await isolate.pass(60_000);
    isolate.refuse();
    await settled();

    expect(isolate.events).toBe(3);
  });

  it.each([-400 * 86_400_000, 400 * 86_400_000])('continues when the clock jumps by %d ms', async (jumpMs) => {
    const isolate = new Isolate();
    isolate.refuse();
    await settled();
    isolate.refuse();
    isolate.cutOff();
    await isolate.pass(jumpMs);
    isolate.refuse();
    await isolate.pass(FLUSH_MS);

    expect(isolate.events).toBe(3);
  });

  it('discards the counts of a deleted source', async () => {
    const isolate = new Isolate();
    isolate.refuse();
    await settled();
    isolate.refuse();
    isolate.buffer.forget('src_1');
    await isolate.pass(FLUSH_MS);

    expect(isolate.events).toBe(1);
  });

  it('writes at most once per interval for a source, and loses nothing, in any order of requests', async () => {
    await assert(
      asyncProperty(
        array(record({ requests: integer({ min: 0, max: 50 }), passMs: integer({ min: 0, max: 4_000 }) })),
        async (moments) => {
          const isolate = new Isolate();
          for (const { requests, passMs } of moments) {
            for (let more = 0; more < requests; more += 1) isolate.refuse();
            await settled();
            await isolate.pass(passMs);
          }
          await isolate.pass(FLUSH_MS);

          const times = isolate.writes.map(({ atMs }) => atMs);
          expect(times.every((atMs, index) => index === 0 || atMs - (times[index - 1] ?? 0) >= FLUSH_MS)).toBe(true);
          expect(isolate.events).toBe(moments.reduce((sum, { requests }) => sum + requests, 0));
        },
      ),
      { numRuns: 50 },
    );
  });
});
