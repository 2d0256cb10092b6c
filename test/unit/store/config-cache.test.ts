import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { forgetConfigs, readConfig } from '../../../worker/store/config-cache.ts';
import { configKey } from '../../../worker/store/config-key.ts';
import type { AskRegistry } from '../../../worker/store/unpublished-keys.ts';
import { aSourceConfig } from '../support/a-source-config.ts';
import { DAY_MS, NOW } from '../support/an-event.ts';

const KEY = configKey({ kind: 'write', key: 'wk_cache' });

beforeEach(async () => {
  forgetConfigs();
  await env.CONFIG.put(KEY, JSON.stringify(aSourceConfig()));
});
afterEach(() => vi.restoreAllMocks());

const read = (nowMs: number) => readConfig(env.CONFIG, KEY, nowMs);

describe('the config of a source', () => {
  it('is read once in half a minute', async () => {
    const get = vi.spyOn(env.CONFIG, 'get');

    const first = await read(NOW);
    await read(NOW + 29_999);
    await read(NOW + 30_000);

    expect(first).toEqual(aSourceConfig());
    expect(get).toHaveBeenCalledTimes(2);
  });

  it("that doesn't exist is looked up again after two seconds", async () => {
    await env.CONFIG.delete(KEY);
    await read(NOW);
    await env.CONFIG.put(KEY, JSON.stringify(aSourceConfig()));

    expect(await read(NOW + 1_999)).toBeUndefined();
    expect(await read(NOW + 2_000)).toEqual(aSourceConfig());
  });

  it("is used for up to a day while KV can't be read", async () => {
    await read(NOW);
    vi.spyOn(env.CONFIG, 'get').mockRejectedValue(new Error('KV GET failed'));

    expect(await read(NOW + DAY_MS - 1)).toEqual(aSourceConfig());
    await expect(read(NOW + DAY_MS)).rejects.toThrow('KV GET failed');
  });

  it("is unknown, not missing, when KV can't be read and it never was", async () => {
    vi.spyOn(env.CONFIG, 'get').mockRejectedValue(new Error('KV GET failed'));

    await expect(read(NOW)).rejects.toThrow('KV GET failed');
  });

  it('is read again after a change', async () => {
    await read(NOW);
    await env.CONFIG.delete(KEY);

    forgetConfigs();

    expect(await read(NOW)).toBeUndefined();
  });
});

describe('the KV key of a config', () => {
  it.each([
    [{ kind: 'write', key: 'wk_abc' } as const, 'config:wk_abc'],
    [{ kind: 'server', sha256: 'ab12' } as const, 'config:server:ab12'],
  ])('for %j is %s', (key, name) => {
    expect(configKey(key)).toBe(name);
  });
});

describe('a key that KV does not have', () => {
  const absent = { get: async () => null };
  const readFrom = (askRegistry: AskRegistry, nowMs = NOW) => readConfig({ ...absent, askRegistry }, KEY, nowMs);

  it('is asked of the registry, which has it at once', async () => {
    const ask = vi.fn<AskRegistry>(async () => JSON.stringify(aSourceConfig()));

    expect(await readFrom(ask)).toEqual(aSourceConfig());
    expect(await readFrom(ask, NOW + 29_999)).toEqual(aSourceConfig());
    expect(ask).toHaveBeenCalledExactlyOnceWith(KEY);
  });

  it('is unknown when the registry does not have it either', async () => {
    expect(await readFrom(async () => undefined)).toBeUndefined();
  });

  it('is refused for now, and not as unknown, when the registry does not answer', async () => {
    await expect(readFrom(async () => Promise.reject(new Error('overloaded')))).rejects.toThrow('did not answer');
    expect(await readFrom(async () => JSON.stringify(aSourceConfig()))).toEqual(aSourceConfig());
  });

  it("is asked of the registry too when KV can't be read and the isolate has just started", async () => {
    const ask = vi.fn<AskRegistry>(async () => JSON.stringify(aSourceConfig()));
    const get = async (): Promise<never> => Promise.reject(new Error('KV GET failed'));
    const readDown = (nowMs: number) => readConfig({ get, askRegistry: ask }, KEY, nowMs);

    expect(await readDown(NOW)).toEqual(aSourceConfig());
    // From now on it has a copy, which is used while KV stays down.
    expect(await readDown(NOW + 60_000)).toEqual(aSourceConfig());
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('is one of at most 300 in a minute that the registry is asked for', async () => {
    const ask = vi.fn<AskRegistry>(async () => undefined);
    const answers = [];
    for (let n = 0; n < 400; n += 1)
      answers.push(readConfig({ ...absent, askRegistry: ask }, `${KEY}-${n}`, NOW).catch(({ name }: Error) => name));

    expect((await Promise.all(answers)).filter((answer) => answer === 'UnknownForNow')).toHaveLength(100);
    expect(ask).toHaveBeenCalledTimes(300);
    expect(await readFrom(ask, NOW + 1_000)).toBeUndefined();
  });
});
