/** Q10: a deleted source leaves no keys in KV. */
import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { admin, anIntegrationOf, anOrder, aSource, ask, SITE } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';

// LinkedIn never answers, so everything waits.
vi.spyOn(globalThis, 'fetch').mockImplementation(() => new Promise(() => undefined));

afterEach(() => vi.restoreAllMocks());

async function aShopWithKeys(): Promise<{ source: MadeSource; names: () => Promise<string[]> }> {
  const source = await aSource();
  const { id } = await anIntegrationOf(source);
  await ask('/v1/track', {
    body: anOrder({ writeKey: source.write_key, traits: { email: 'jane@example.com' } }),
    headers: { Origin: SITE },
  });
  await admin(`/integrations/${id}?deliveries=discard`, { method: 'DELETE' });
  const prefix = `payload-key:${env.OUTBOX.getByName(source.id).id.toString()}:`;
  const names = async (): Promise<string[]> => {
    const { keys } = await env.CONFIG.list({ prefix });
    return keys.map(({ name }) => name);
  };
  expect(await names()).toHaveLength(1);
  return { source, names };
}

describe('a deleted source', () => {
  it('leaves no payload key in KV', async () => {
    const { source, names } = await aShopWithKeys();

    const response = await admin(`/sources/${source.id}`, { method: 'DELETE' });

    expect(response.status).toBe(204);
    expect(await names()).toEqual([]);
  });

  it('leaves none even if KV was unreachable: the deletion is retried', async () => {
    const { source, names } = await aShopWithKeys();
    const deletes = vi.spyOn(env.CONFIG, 'delete').mockRejectedValue(new Error('KV DELETE failed: 503'));

    const response = await admin(`/sources/${source.id}`, { method: 'DELETE' });
    expect(response.status).toBe(204);
    expect(await names()).toHaveLength(1);
    deletes.mockRestore();
    await runDurableObjectAlarm(env.OUTBOX.getByName(source.id));

    expect(await names()).toEqual([]);
  });
});
