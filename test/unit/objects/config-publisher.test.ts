import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';

import { ConfigPublisher } from '../../../worker/objects/registry/config-publisher.ts';

type Waiting = {
  /** Lets a write finish after its caller has died. */
  arrive: () => void;
  write: () => void;
  fail: () => void;
};

/** A KV whose writes wait until the test lets them succeed or fail. */
class HesitantKv {
  readonly values = new Map<string, string>();
  readonly waiting: Waiting[] = [];

  put(key: string, value: string): Promise<void> {
    return this.#later(() => this.values.set(key, value));
  }

  delete(key: string): Promise<void> {
    return this.#later(() => this.values.delete(key));
  }

  #later(write: () => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.waiting.push({
      arrive: write,
      write: () => {
        write();
        resolve();
      },
      fail: () => reject(new Error('KV PUT failed: 429 Too Many Requests')),
    });
    return promise;
  }

  async next(): Promise<Waiting> {
    await vi.waitUntil(() => this.waiting.length > 0, { interval: 1 });
    const [next] = this.waiting.splice(0, 1);
    if (next === undefined) throw new Error('Nothing is written to KV');
    return next;
  }
}

/** Uses the SQLite storage and tables of a real registry. */
async function withPublisher(
  work: (it: {
    publisher: ConfigPublisher;
    kv: HesitantKv;
    change: (name: string, publisher?: ConfigPublisher) => void;
    start: () => ConfigPublisher;
    pass: (ms: number) => void;
    alarmAtMs: () => number | undefined;
  }) => Promise<void>,
): Promise<void> {
  const stub = env.REGISTRY.getByName(crypto.randomUUID());
  await runInDurableObject(stub, async (_, { storage }) => {
    const kv = new HesitantKv();
    let origin = 'https://first.example';
    let alarmAtMs: number | undefined;
    let nowMs = 0;
    const start = (): ConfigPublisher =>
      new ConfigPublisher({
        sql: storage.sql,
        kv,
        value: () => JSON.stringify({ origin }),
        alarm: {
          set: async (atMs) => void (alarmAtMs = atMs),
          clear: async () => void (alarmAtMs = undefined),
        },
        now: () => nowMs,
        log: () => undefined,
      });
    const first = start();
    const change = (name: string, publisher = first): void => {
      origin = `https://${name}.example`;
      publisher.mark(['config:wk_1'], 'src_1');
    };
    await work({ publisher: first, kv, change, start, pass: (ms) => void (nowMs += ms), alarmAtMs: () => alarmAtMs });
  });
}

describe('a published config', () => {
  it('is written once more after a crash, because an older write may arrive minutes late', async () => {
    await withPublisher(async ({ publisher, kv, change, start, pass, alarmAtMs }) => {
      change('older');
      void publisher.publish();
      const late = await kv.next();
      // The object dies here.
      const next = start();
      change('newer', next);
      const written = async (by: ConfigPublisher): Promise<void> => {
        const published = by.publish();
        (await kv.next()).write();
        await published;
      };
      await written(next);
      expect(alarmAtMs()).toBe(2_000);
      pass(2_000);
      await written(next);
      late.arrive();
      expect(kv.values.get('config:wk_1')).toContain('older');
      expect(alarmAtMs()).toBe(300_000);

      pass(298_000);
      // The object was evicted in the meantime. It had nothing on its way.
      const last = start();
      await written(last);

      expect(kv.values.get('config:wk_1')).toContain('newer');
      expect(alarmAtMs()).toBeUndefined();
    });
  });

  it('is written at once when it changes in the minutes after a crash', async () => {
    await withPublisher(async ({ publisher, kv, change, start }) => {
      change('older');
      void publisher.publish();
      await kv.next();
      const next = start();
      for (const name of ['older', 'older', 'newer']) {
        if (name === 'newer') change(name, next);
        const published = next.publish();
        (await kv.next()).write();
        await published;
      }

      expect(kv.values.get('config:wk_1')).toContain('newer');
    });
  });

  it('is the newest, even if it changed while an older one was being written', async () => {
    await withPublisher(async ({ publisher, kv, change }) => {
      change('older');
      const older = publisher.publish();
      const writeOlder = await kv.next();
      change('newer');
      const newer = publisher.publish();
      // No other write is running that KV could apply first.
      expect(kv.waiting).toEqual([]);
      writeOlder.write();
      (await kv.next()).write();
      await Promise.all([older, newer]);

      expect(kv.values.get('config:wk_1')).toContain('newer');
      expect(kv.waiting).toEqual([]);
    });
  });

  it("isn't forgotten when writing it fails after an older one succeeded", async () => {
    await withPublisher(async ({ publisher, kv, change, alarmAtMs }) => {
      change('older');
      const older = publisher.publish();
      const writeOlder = await kv.next();
      change('newer');
      const newer = publisher.publish();
      writeOlder.write();
      (await kv.next()).fail();
      await Promise.all([older, newer]);
      expect(alarmAtMs()).toBe(2_000);

      const again = publisher.publish();
      (await kv.next()).write();
      await again;

      expect(kv.values.get('config:wk_1')).toContain('newer');
      expect(alarmAtMs()).toBeUndefined();
    });
  });

  it('sets its alarm before the write begins, in case of a crash', async () => {
    await withPublisher(async ({ publisher, kv, change, alarmAtMs }) => {
      change('first');
      const publishing = publisher.publish();
      const write = await kv.next();

      expect(alarmAtMs()).toBe(2_000);
      write.write();
      await publishing;
    });
  });

  // Case Q16.
  it('reaches KV even if another key keeps failing; that one is retried less and less often', async () => {
    await withPublisher(async ({ publisher, kv, pass, alarmAtMs }) => {
      publisher.mark(['config:a-refused', 'config:b-good'], 'src_1');
      const waits: number[] = [];
      for (let round = 0; round < 12; round += 1) {
        const published = publisher.publish();
        (await kv.next()).fail();
        if (round === 0) (await kv.next()).write();
        await published;
        waits.push(alarmAtMs() ?? 0);
        pass(1_000_000);
      }

      expect(kv.values.has('config:b-good')).toBe(true);
      const afterMs = waits.map((atMs, round) => atMs - round * 1_000_000);
      expect(afterMs.slice(0, 4)).toEqual([2_000, 4_000, 8_000, 16_000]);
      expect(Math.max(0, ...afterMs)).toBe(60_000);
    });
  });
});
