import { runInDurableObject } from 'cloudflare:test';
/**
 * Tests how the bindings are pinned to a jurisdiction. test/platform/jurisdiction.test.ts runs a whole installation
 * that is pinned.
 */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';

import { placed } from '../../../worker/objects/placement.ts';

describe('JURISDICTION', () => {
  it('that does not exist lets nothing be stored, and names those that do', async () => {
    for (const JURISDICTION of ['europe', 'EU', ' eu', 'fedramp']) {
      const bindings = placed({ ...env, JURISDICTION });

      const namespaces = Object.entries(bindings).filter(([, binding]) => isNamespace(binding));
      expect(namespaces.length).toBeGreaterThan(8);
      for (const [, namespace] of namespaces)
        expect(() => Object(namespace).getByName('any')).toThrow('expected eu or us');
    }
  });
});

function isNamespace(binding: unknown): boolean {
  return Object(binding).constructor.name === 'DurableObjectNamespace';
}

describe('the store of payload keys in an object', () => {
  it('returns what was written, lists names, and has no storage left when all is removed', async () => {
    const store = env.PAYLOAD_KEYS.getByName(crypto.randomUUID());

    expect(await store.read('a:1')).toBeNull();
    await store.write('a:1', 'sealed');
    await store.write('a:1', 'sealed again');
    await store.write('b:1', 'other');
    expect(await store.read('a:1')).toBe('sealed again');
    expect(await store.names('a:')).toEqual(['a:1']);
    await store.remove('a:1');
    expect(await store.read('a:1')).toBeNull();
    await store.remove('b:1');
    await store.remove('b:1');

    await runInDurableObject(store, (_, { storage }) => {
      expect([...storage.kv.list()]).toEqual([]);
    });
  });
});
