import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { forgetConfigs, readConfig } from '../../../worker/store/config-cache.ts';
import { configKey } from '../../../worker/store/config-key.ts';
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
