/** The simulated platform behaves like Cloudflare. Otherwise the simulation's seeds would prove nothing. */
import { describe, expect, it } from 'vitest';

import { Chance } from './simulation/chance.ts';
import { formerParts } from './simulation/former-parts.ts';
import * as today from './simulation/parts.ts';
import { Rollout } from './simulation/rollout.ts';
import { SimulatedKv } from './simulation/simulated-kv.ts';
import type { Location, SeenKv } from './simulation/simulated-kv.ts';
import { SimulatedObject } from './simulation/simulated-object.ts';
import { VirtualTime } from './simulation/virtual-time.ts';

/** Ten in the evening: two hours until the quotas begin again. */
const START_MS = Date.parse('2026-11-21T22:00:00Z');
const MINUTE_MS = 60_000;

function aWorld(): {
  time: VirtualTime;
  kv: SimulatedKv;
  at: (location?: Location, givesUp?: boolean) => SeenKv;
  pass: (ms: number) => Promise<void>;
  /** Waits in virtual time for the result of a call. */
  result: <Result>(call: Promise<Result>) => Promise<Result>;
} {
  const time = new VirtualTime(START_MS);
  const kv = new SimulatedKv({ time, chance: new Chance(1), seed: 1 });
  const wait = <Result>(ms: number, work: () => Result | Promise<Result>): Promise<Result> =>
    new Promise((resolve, reject) => {
      time.after(ms, () => void Promise.resolve().then(work).then(resolve, reject));
    });
  const pass = (ms: number): Promise<void> => time.run(time.nowMs + ms, () => undefined);
  return {
    time,
    kv,
    at: (location = new Map(), givesUp = false) => kv.seenThrough(wait, { location, givesUp }),
    pass,
    async result(call) {
      call.catch(() => undefined);
      await pass(1_000);
      return call;
    },
  };
}

describe('KV', () => {
  it('keeps what a location has read for a minute, also that there was nothing', async () => {
    const { kv, at, pass, result } = aWorld();
    kv.isCached = true;
    const [here, there] = [at(), at()];
    expect(await result(here.getText('key'))).toBeNull();
    await result(there.put('key', 'value'));
    await pass(31_000);

    expect(await result(here.getText('key'))).toBeNull();
    expect(await result(there.getText('key'))).toBe('value');
    await pass(31_000);
    expect(await result(here.getText('key'))).toBe('value');
  });

  it('takes no more writes when the quota is used up, until midnight', async () => {
    const { kv, at, result } = aWorld();
    const here = at();
    kv.useUp(['PUT']);

    await expect(result(here.put('key', 'value'))).rejects.toThrow('KV PUT failed: 429');
    expect(await result(here.getText('key'))).toBeNull();
    expect(kv.troubledUntilMs).toBe(Number.POSITIVE_INFINITY);
    kv.renewQuotas();
    await result(here.put('key', 'value'));
    expect(kv.newest('key')).toBe('value');
  });

  it('takes one write a second for a key', async () => {
    const { kv, at, pass, result } = aWorld();
    kv.isWriteRateLimited = true;
    const here = at();
    const both = Promise.allSettled([here.put('key', 'one'), here.put('key', 'two'), here.put('other', 'three')]);

    expect((await result(both)).map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    await pass(1_000);
    await result(here.put('key', 'four'));
    expect(kv.newest('key')).toBe('four');
  });

  it('is so slow that its caller gives up, and the write arrives afterwards', async () => {
    const { kv, at, pass } = aWorld();
    kv.beSlow(1);
    const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`);
    const here = at(new Map(), true);
    const written = Promise.allSettled(keys.map((key) => here.put(key, 'value')));
    await pass(21_000);
    const arrived = keys.filter((key) => kv.newest(key) !== undefined).length;

    const failed = (await written).filter(({ status }) => status === 'rejected');
    expect(failed.length).toBe(keys.length - arrived);
    expect(failed.length).toBeGreaterThan(0);
    await pass(4 * MINUTE_MS);
    expect(keys.filter((key) => kv.newest(key) === undefined)).toEqual([]);
  });
});

describe('an object', () => {
  it('loses what is only in its memory at each call and alarm, and keeps its storage and its alarm', async () => {
    const { time, pass } = aWorld();
    const storage = { calls: 0, alarms: 0 };
    const object = new SimulatedObject<{ memory: number }>({
      time,
      chance: new Chance(1),
      start: () => ({ instance: { memory: 0 }, started: Promise.resolve() }),
      onAlarm: async (instance) => {
        instance.memory += 1;
        storage.alarms += instance.memory;
      },
    });
    object.evictProbability = 1;
    const call = (): Promise<number> =>
      object.call((instance) => {
        instance.memory += 1;
        storage.calls += 1;
        return instance.memory;
      });
    const answers = Promise.all(
      [0, 1, 2].map((nth) =>
        pass(0).then(
          () =>
            new Promise<number>((resolve) => {
              time.after(nth * 1_000, () => void call().then(resolve));
            }),
        ),
      ),
    );
    object.setAlarm(time.nowMs + 10_000);
    await pass(20_000);

    expect(await answers).toEqual([1, 1, 1]);
    expect(storage).toEqual({ calls: 3, alarms: 1 });
    expect(object).toMatchObject({ evictions: 3, crashes: 0 });
  });
});

describe('a deploy over the former version', () => {
  it('changes each object once, while collectors of both versions answer', async () => {
    const former = await formerParts();
    expect(Object.keys(former).toSorted()).toEqual(Object.keys(today).toSorted());
    const { time, pass } = aWorld();
    const rollout = new Rollout({ time, seed: 1, now: today, former });
    const names = ['outbox', 'tally', 'registry', 'limiter', 'credentials'];
    const restarts: string[] = [];
    for (const name of names) rollout.add(name, () => restarts.push(name));
    const seen = new Set<string>();
    const odd: string[] = [];
    for (let step = 0; step < 34 * 60; step += 1) {
      const objects = names.filter((name) => rollout.ofObject(name) === today);
      if (objects.length !== restarts.length) odd.push(`${objects.join()} run this version after ${restarts.join()}`);
      const isMixed = objects.length > 0 && objects.length < names.length;
      if (isMixed) seen.add(rollout.ofCollector() === today ? 'new collector' : 'old collector');
      await pass(MINUTE_MS);
    }

    expect(odd).toEqual([]);
    expect(restarts).toHaveLength(names.length);
    expect(seen).toEqual(new Set(['new collector', 'old collector']));
    expect(rollout.ofCollector()).toBe(today);
  });
});
