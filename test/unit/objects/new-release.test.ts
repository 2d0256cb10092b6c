import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';

import { RegistryEngine } from '../../../worker/objects/registry/registry-engine.ts';
import { SOURCE_DEFAULTS } from '../../../worker/schema/settings/source.ts';
import { configKey } from '../../../worker/store/config-key.ts';

const AT = '2026-11-30T07:00:00.000Z';
const KEY = configKey({ kind: 'write', key: 'wk_release' });

it('publishes all settings when a new release starts, and not again when the same one does', async () => {
  await runInDurableObject(env.REGISTRY.getByName(crypto.randomUUID()), async (_, state) => {
    const first = new RegistryEngine(state, env);
    await first.addSource({
      ...SOURCE_DEFAULTS,
      id: 'src_release',
      name: 'Release',
      write_key: 'wk_release',
      write_keys: [{ key: 'wk_release', created_at: AT }],
      server_keys: [],
      allowed_origins: [],
      require_origin: false,
      unknown_consent: 'granted',
      created_at: AT,
      updated_at: AT,
    });
    const published = await env.CONFIG.get(KEY);
    expect(published).toContain('src_release');

    // A write of the release before, which arrived late.
    state.storage.kv.put('published_by', '0.1.0');
    await env.CONFIG.put(KEY, 'old');
    void new RegistryEngine(state, env);
    await vi.waitUntil(async () => (await env.CONFIG.get(KEY)) === published);

    await env.CONFIG.put(KEY, 'old');
    await new RegistryEngine(state, env).alarm();
    expect(await env.CONFIG.get(KEY)).toBe('old');
  });
});
