import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';

import { parseKeyRing } from '../../../worker/domain/sealed-box.ts';
import { payloadCipher } from '../../../worker/objects/payload-cipher.ts';
import { PayloadKeys } from '../../../worker/objects/payload-keys.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const DAY_MS = 86_400_000;
const SECRET = '{"user":{"userInfo":{"firstName":"Zyxfirst"}}}';

/** In the SQLite of a real outbox, whose tables are there. */
async function inAnOutbox<Result>(
  name: string,
  work: (
    keys: (over?: { nowMs?: number; now?: () => number; keyRing?: Uint8Array[] }) => PayloadKeys,
  ) => Promise<Result>,
): Promise<Result> {
  const stub = env.OUTBOX.getByName(name);
  return runInDurableObject(stub, (_, { storage }) =>
    work(
      ({ nowMs = NOW, now = () => nowMs, keyRing } = {}) =>
        new PayloadKeys({
          cipher: payloadCipher,
          sql: storage.sql,
          kv: env.CONFIG,
          owner: name,
          keyRing: () => keyRing ?? parseKeyRing('AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='),
          now,
        }),
    ),
  );
}

const keyIdOf = (sealed: string): string => sealed.split('.')[1] ?? '';

describe('a sealed payload', () => {
  it('says nothing, and opens to what it was', async () => {
    await inAnOutbox('keys-open', async (keys) => {
      const [sealed = ''] = await keys().seal([SECRET]);

      expect(sealed).not.toContain('Zyxfirst');
      expect(await keys().open([sealed])).toEqual([SECRET]);
    });
  });

  it('opens after a restart, and one that was kept before there was sealing stays what it is', async () => {
    await inAnOutbox('keys-restart', async (keys) => {
      const [sealed = ''] = await keys().seal([SECRET]);

      expect(await keys().open([sealed, SECRET])).toEqual([SECRET, SECRET]);
    });
  });

  it('has one key a day, also after a restart', async () => {
    await inAnOutbox('keys-a-day', async (keys) => {
      const sealed = [...(await keys().seal([SECRET])), ...(await keys().seal([SECRET]))];
      const tomorrow = await keys({ nowMs: NOW + DAY_MS }).seal([SECRET]);

      expect(new Set(sealed.map(keyIdOf)).size).toBe(1);
      expect(keyIdOf(tomorrow[0] ?? '')).not.toBe(keyIdOf(sealed[0] ?? ''));
    });
  });

  it("gets another key when KV does not have the day's", async () => {
    await inAnOutbox('keys-stale', async (keys) => {
      const [first = ''] = await keys().seal([SECRET]);
      await env.CONFIG.delete(`payload-key:keys-stale:${keyIdOf(first)}`);

      const [second = ''] = await keys().seal([SECRET]);

      expect(keyIdOf(second)).not.toBe(keyIdOf(first));
      expect(await keys().open([second])).toEqual([SECRET]);
    });
  });

  it('is never the same twice', async () => {
    await inAnOutbox('keys-iv', async (keys) => {
      const sealed = await keys().seal(Array.from({ length: 200 }, () => SECRET));

      expect(new Set(sealed).size).toBe(200);
    });
  });

  it('opens under no other ENCRYPTION_KEY, and is not taken for lost', async () => {
    await inAnOutbox('keys-other', async (keys) => {
      const [sealed = ''] = await keys().seal([SECRET]);

      const others = keys({ keyRing: [new Uint8Array(32)] });
      expect(await others.open([sealed])).toEqual([undefined]);
      expect([...others.unreadable()]).toEqual([[keyIdOf(sealed), 'sealed']]);
    });
  });

  it('keeps no other back when its key cannot be read, and is asked for again a minute later', async () => {
    await inAnOutbox('keys-others', async (keys) => {
      const [first = ''] = await keys().seal([SECRET]);
      const name = `payload-key:keys-others:${keyIdOf(first)}`;
      const key = await env.CONFIG.get(name);
      await env.CONFIG.delete(name);
      let nowMs = NOW;
      const again = keys({ now: () => nowMs });
      const [second = ''] = await again.seal([SECRET]);

      expect(await again.open([first, second])).toEqual([undefined, SECRET]);
      expect([...again.unreadable().keys()]).toEqual([keyIdOf(first)]);

      await env.CONFIG.put(name, key ?? '');
      nowMs += 60_000;
      expect([...again.unreadable().keys()]).toEqual([]);
      expect(await again.open([first, second])).toEqual([SECRET, SECRET]);
    });
  });

  it('is noise once its key is thrown away, two days later and when nothing needs it', async () => {
    await inAnOutbox('keys-shred', async (keys) => {
      const [sealed = ''] = await keys().seal([SECRET]);

      await keys({ nowMs: NOW + DAY_MS }).shred(() => new Set());
      await keys({ nowMs: NOW + 2 * DAY_MS }).shred(() => new Set([keyIdOf(sealed)]));
      expect(await keys().open([sealed])).toEqual([SECRET]);

      await keys({ nowMs: NOW + 2 * DAY_MS }).shred(() => new Set());
      const after = keys();
      expect(await after.open([sealed])).toEqual([undefined]);
      expect([...after.unreadable()]).toEqual([[keyIdOf(sealed), 'absent']]);
    });
  });

  it('has its key nowhere in clear', async () => {
    await inAnOutbox('keys-rest', async (keys) => {
      await keys().seal([SECRET]);

      const { keys: names } = await env.CONFIG.list({ prefix: 'payload-key:keys-rest:' });
      expect(names).toHaveLength(1);
      expect(await env.CONFIG.get(names[0]?.name ?? '')).toMatch(/^v1\./);
    });
  });
});
