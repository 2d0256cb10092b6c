import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';

import type { SourceFacts } from '../../../worker/domain/incidents/source-facts.ts';
import type { Places, Progress } from '../../../worker/domain/metrics/progress.ts';
import { ALERTS_MIGRATIONS } from '../../../worker/objects/alerts/alerts-schema.ts';
import { MetricsOfSources } from '../../../worker/objects/alerts/metrics/source-metrics.ts';
import { migrate } from '../../../worker/objects/sql.ts';
import { theFacts } from '../domain/incidents/a-look.ts';
import { NOW } from '../support/an-event.ts';

const MINUTE_MS = 60_000;

/** Sources whose outboxes count their events by `eventSeq`, ten in one call at most. */
class World {
  nowMs = NOW;
  readonly events = new Map<string, number>();
  readonly looks: string[] = [];
  readonly faults: unknown[] = [];
  isUnreachable = false;
  metrics: MetricsOfSources;

  constructor({ sql }: DurableObjectStorage) {
    this.metrics = new MetricsOfSources(sql, {
      now: () => this.nowMs,
      sleep: (_, signal) =>
        new Promise((resolve) => {
          signal?.addEventListener('abort', () => resolve());
        }),
      observe: async (id) => {
        this.looks.push(id);
        return this.#facts(id);
      },
      progress: async (id, after) => {
        // Other work has its turn, as with a call to another object.
        await scheduler.wait(1);
        if (this.isUnreachable) throw new Error('Network connection lost.');
        return { progress: this.#progress(this.events.get(id) ?? 0, after), pulse: { alarmAtMs: null, queues: [] } };
      },
      tallied: async () => [],
      log: (_, error) => this.faults.push(error),
    });
  }

  #facts(id: string): SourceFacts | undefined {
    return this.events.has(id) ? theFacts({ sourceId: id }) : undefined;
  }

  #progress(stored: number, after: Places | undefined): Progress {
    const from = after?.eventSeq ?? stored;
    const eventSeq = Math.min(stored, from + 10);
    return {
      places: { sinceMs: 0, hour: '2026-11-29T18', eventSeq, outcomeSeq: 0, attempts: {} },
      isComplete: eventSeq === stored,
      events: [{ outcome: 'for_conversion', events: eventSeq - from }],
      rowless: [],
      attempts: [],
      deliveries: [],
    };
  }

  /** Receives events, and reads the metrics after a time. */
  async after(ms: number, events: number, ids = ['src_1']): Promise<(number | undefined)[]> {
    this.nowMs += ms;
    this.events.set('src_1', (this.events.get('src_1') ?? 0) + events);
    return (await this.metrics.read(ids)).map(({ counters }) => counters.events['for_conversion']);
  }
}

const inAWorld = (work: (world: World) => Promise<void>): Promise<void> =>
  runInDurableObject(env.REFUSALS.getByName(crypto.randomUUID()), async (_, { storage }) => {
    await storage.deleteAll();
    migrate({ sql: storage.sql, transaction: (act) => storage.transactionSync(act) }, ALERTS_MIGRATIONS);
    await work(new World(storage));
  });

describe('the numbers of sources', () => {
  it('begin at the first question, and grow with each event, also when it takes several calls', () =>
    inAWorld(async (world) => {
      expect(await world.after(0, 7)).toEqual([undefined]);
      expect(await world.after(MINUTE_MS, 3)).toEqual([3]);
      expect(await world.after(MINUTE_MS, 35)).toEqual([38]);
    }));

  it('count nothing twice when several monitors ask at once', () =>
    inAWorld(async (world) => {
      await world.after(0, 0);
      const answers = await Promise.all([
        world.after(MINUTE_MS, 5),
        world.after(MINUTE_MS, 5),
        world.after(MINUTE_MS, 5),
      ]);

      expect(Math.max(...answers.flat().map(Number))).toBeLessThanOrEqual(15);
      expect(await world.after(MINUTE_MS, 0)).toEqual([15]);
    }));

  it('stay for five seconds, so that monitors share what reading costs', () =>
    inAWorld(async (world) => {
      await world.after(0, 0);
      expect(await world.after(4_000, 5)).toEqual([undefined]);
      expect(await world.after(1_000, 0)).toEqual([5]);
    }));

  it('need a look at what waits only every five minutes', () =>
    inAWorld(async (world) => {
      for (let minute = 0; minute < 10; minute += 1) await world.after(MINUTE_MS, 1);

      expect(world.looks).toHaveLength(2);
    }));

  it('stay as they were while a source does not answer, and miss nothing afterwards', () =>
    inAWorld(async (world) => {
      await world.after(0, 0);
      await world.after(MINUTE_MS, 2);
      world.isUnreachable = true;
      expect(await world.after(MINUTE_MS, 3)).toEqual([2]);
      expect((await world.metrics.read(['src_1']))[0]?.readAtMs).toBe(NOW + MINUTE_MS);
      world.isUnreachable = false;

      expect(await world.after(MINUTE_MS, 1)).toEqual([6]);
      expect(world.faults).toHaveLength(2);
    }));

  it('are only those of the sources that were asked for, and end with the source', () =>
    inAWorld(async (world) => {
      world.events.set('src_2', 1);
      expect(await world.after(0, 0, ['src_1', 'src_2', 'src_none'])).toHaveLength(2);
      expect(await world.after(MINUTE_MS, 0, ['src_2'])).toHaveLength(1);
      world.metrics.forgetOthers(['src_1']);
      world.events.delete('src_2');

      expect(await world.after(MINUTE_MS, 0, ['src_1', 'src_2'])).toHaveLength(1);
    }));
});
