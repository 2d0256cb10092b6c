import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';

import { parseKeyRing } from '../../../worker/domain/sealing/sealed-box.ts';
import { payloadCipher } from '../../../worker/objects/outbox/keys/payload-cipher.ts';
import { LOST, PayloadKeys } from '../../../worker/objects/outbox/keys/payload-keys.ts';
import type { Unsealed } from '../../../worker/objects/outbox/keys/payload-keys.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SECRET = '{"user":{"userInfo":{"firstName":"Zyxfirst"}}}';
const JANE: Unsealed = { text: SECRET, tags: ['jane', 'her-browser'] };
const JOE: Unsealed = { text: SECRET, tags: ['joe'] };

/** In the SQLite of a real outbox, whose tables are there. */
async function inAnOutbox<Result>(
  name: string,
  work: (
    keys: (over?: {
      nowMs?: number;
      now?: () => number;
      keyRing?: Uint8Array[];
      failing?: () => boolean;
    }) => PayloadKeys,
  ) => Promise<Result>,
): Promise<Result> {
  const stub = env.OUTBOX.getByName(name);
  return runInDurableObject(stub, (_, { storage }) =>
    work(({ nowMs = NOW, now = () => nowMs, keyRing, failing = () => false } = {}) => {
      const reach = <Answer>(answer: () => Promise<Answer>): Promise<Answer> =>
        failing() ? Promise.reject(new Error('KV failed: 503')) : answer();
      return new PayloadKeys({
        cipher: payloadCipher,
        sql: storage.sql,
        kv: {
          get: (key) => reach(() => env.CONFIG.get(key)),
          put: (key, value) => reach(() => env.CONFIG.put(key, value)),
          delete: (key) => reach(() => env.CONFIG.delete(key)),
          list: (prefix) => reach(() => namesFrom(prefix)),
        },
        owner: name,
        keyRing: () => keyRing ?? parseKeyRing('AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='),
        now,
      });
    }),
  );
}

async function namesFrom(prefix: string): Promise<string[]> {
  const { keys } = await env.CONFIG.list({ prefix });
  return keys.map(({ name }) => name);
}

const placeOf = (sealed: string): string => sealed.split('.')[1] ?? '';
const pageOf = (sealed: string): string => placeOf(sealed).slice(0, 27);
const unused = (): boolean => false;
const used = (): boolean => true;

/** Seals and writes down, as the outbox does. */
async function kept(keys: PayloadKeys, ...texts: Unsealed[]): Promise<string[]> {
  const sealed = await keys.seal(texts);
  expect(keys.unusable(sealed).size).toBe(0);
  keys.remember(texts.map(({ tags }, index) => ({ tags, sealed: sealed[index] ?? '' })));
  return sealed;
}

describe('a sealed payload', () => {
  it('says nothing, and opens to what it was', async () => {
    await inAnOutbox('keys-open', async (keys) => {
      const [sealed = ''] = await keys().seal([JANE]);

      expect(sealed).not.toContain('Zyxfirst');
      expect(sealed).not.toContain('jane');
      expect(await keys().open([sealed])).toEqual([SECRET]);
    });
  });

  it('opens after a restart, and one that was kept before there was sealing stays what it is', async () => {
    await inAnOutbox('keys-restart', async (keys) => {
      const [sealed = ''] = await keys().seal([JANE]);

      expect(await keys().open([sealed, SECRET])).toEqual([SECRET, SECRET]);
    });
  });

  it('is lost when a byte of it is another, and only that one', async () => {
    await inAnOutbox('keys-damaged', async (keys) => {
      const [ofJane = '', ofJoe = ''] = await keys().seal([JANE, JOE]);
      const damaged = `${ofJane.slice(0, -1)}${ofJane.endsWith('A') ? 'B' : 'A'}`;

      expect(await keys().open([damaged, ofJoe, '', 'noise', '[1]'])).toEqual([LOST, SECRET, LOST, LOST, LOST]);
    });
  });

  it('has a page of keys a day, also after a restart, and on it a key of its person', async () => {
    await inAnOutbox('keys-a-day', async (keys) => {
      const sealed = [...(await keys().seal([JANE, JANE, JOE])), ...(await keys().seal([JANE]))];
      const tomorrow = await keys({ nowMs: NOW + DAY_MS }).seal([JANE]);

      expect(new Set(sealed.map(pageOf)).size).toBe(1);
      expect(new Set(sealed.map(placeOf)).size).toBe(2);
      expect(pageOf(tomorrow[0] ?? '')).not.toBe(pageOf(sealed[0] ?? ''));
    });
  });

  it('has one page where many are sealed at once', async () => {
    await inAnOutbox('keys-at-once', async (keys) => {
      const own = keys();
      const sealed = await Promise.all(Array.from({ length: 20 }, () => own.seal([JANE])));

      expect(new Set(sealed.flat().map(pageOf)).size).toBe(1);
      expect(await namesFrom('payload-key:keys-at-once:')).toHaveLength(1);
    });
  });

  it("gets another page when KV does not have the day's", async () => {
    await inAnOutbox('keys-stale', async (keys) => {
      const [first = ''] = await keys().seal([JANE]);
      await env.CONFIG.delete(`payload-key:keys-stale:${pageOf(first)}`);

      const [second = ''] = await keys().seal([JANE]);

      expect(pageOf(second)).not.toBe(pageOf(first));
      expect(await keys().open([second])).toEqual([SECRET]);
    });
  });

  it('is never the same twice', async () => {
    await inAnOutbox('keys-iv', async (keys) => {
      const sealed = await keys().seal(Array.from({ length: 200 }, () => JANE));

      expect(new Set(sealed).size).toBe(200);
    });
  });

  it('opens under no other ENCRYPTION_KEY, and is not taken for lost', async () => {
    await inAnOutbox('keys-other', async (keys) => {
      const [sealed = ''] = await keys().seal([JANE]);

      const others = keys({ keyRing: [new Uint8Array(32)] });
      expect(await others.open([sealed])).toEqual([undefined]);
      expect([...others.unreadable()]).toEqual([[pageOf(sealed), 'sealed']]);
    });
  });

  it('keeps no other back when its page cannot be read, and is asked for again a minute later', async () => {
    await inAnOutbox('keys-others', async (keys) => {
      const [first = ''] = await keys().seal([JANE]);
      const name = `payload-key:keys-others:${pageOf(first)}`;
      const page = await env.CONFIG.get(name);
      await env.CONFIG.delete(name);
      let nowMs = NOW;
      const again = keys({ now: () => nowMs });
      const [second = ''] = await again.seal([JANE]);

      expect(await again.open([first, second])).toEqual([undefined, SECRET]);
      expect([...again.unreadable().keys()]).toEqual([pageOf(first)]);

      await env.CONFIG.put(name, page ?? '');
      nowMs += MINUTE_MS;
      expect([...again.unreadable().keys()]).toEqual([]);
      expect(await again.open([first, second])).toEqual([SECRET, SECRET]);
    });
  });

  it('is noise once its page is thrown away, two days later and when nothing needs it', async () => {
    await inAnOutbox('keys-shred', async (keys) => {
      const [sealed = ''] = await kept(keys(), JANE);

      await keys({ nowMs: NOW + DAY_MS }).throwAway(unused);
      await keys({ nowMs: NOW + 2 * DAY_MS }).throwAway(used);
      expect(await keys().open([sealed])).toEqual([SECRET]);

      await keys({ nowMs: NOW + 2 * DAY_MS }).throwAway(unused);
      const after = keys();
      expect(await after.open([sealed])).toEqual([undefined]);
      expect([...after.unreadable()]).toEqual([[pageOf(sealed), 'absent']]);

      // Its name stays until no write can bring it back.
      expect(after.names()).toEqual([pageOf(sealed)]);
      await keys({ nowMs: NOW + 3 * DAY_MS }).throwAway(unused);
      expect(keys().names()).toEqual([]);
    });
  });

  it('has its key nowhere in clear', async () => {
    await inAnOutbox('keys-rest', async (keys) => {
      await keys().seal([JANE]);

      const names = await namesFrom('payload-key:keys-rest:');
      expect(names).toHaveLength(1);
      expect(await env.CONFIG.get(names[0] ?? '')).toMatch(/^v1\./);
    });
  });
});

describe('when a person is erased', () => {
  it('what is theirs is noise, by any of their tags, and what is of others stays under its keys', async () => {
    await inAnOutbox('keys-erased', async (keys) => {
      const own = keys();
      const [ofJane = '', ofJoe = ''] = await kept(own, JANE, JOE);

      own.condemn(['her-browser']);
      await own.throwAway(unused);

      expect(await own.open([ofJane, ofJoe])).toEqual([LOST, SECRET]);
      expect(await keys().open([ofJane, ofJoe])).toEqual([LOST, SECRET]);
      expect([...own.unreadable()]).toEqual([]);
    });
  });

  it('nothing is written under their key from that moment, and the next text of theirs is under another', async () => {
    await inAnOutbox('keys-condemned', async (keys) => {
      const own = keys();
      await kept(own, JANE);
      const [onItsWay = ''] = await own.seal([JANE]);

      own.condemn(['jane']);

      expect([...own.unusable([onItsWay])]).toEqual([0]);
      const [again = ''] = await own.seal([JANE]);
      expect([...own.unusable([again])]).toEqual([]);
      expect(pageOf(again)).toBe(pageOf(onItsWay));
      expect(placeOf(again)).not.toBe(placeOf(onItsWay));
    });
  });

  // Q1: a key was condemned while the hourly visit waited, deleted, and still named as the day's: 503 until midnight.
  it('sealing goes on, whatever is thrown away meanwhile', async () => {
    await inAnOutbox('keys-q1', async (keys) => {
      const own = keys();
      await kept(own, JANE);
      for (let round = 0; round < 3; round += 1) {
        own.condemn(['jane', 'joe']);
        const [, sealed] = await Promise.all([own.throwAway(unused), own.seal([JANE, JOE])]);
        own.condemn(['jane']);
        await own.throwAway(unused);

        expect(await own.seal([JANE, JOE])).toHaveLength(2);
        expect(sealed).toHaveLength(2);
        expect(await kept(keys(), JANE, JOE)).toHaveLength(2);
      }
    });
  });

  it('nothing happens where nothing of them was ever sealed', async () => {
    await inAnOutbox('keys-strangers', async (keys) => {
      const own = keys();
      await kept(own, JANE);
      const before = await env.CONFIG.get(`payload-key:keys-strangers:${own.names()[0] ?? ''}`);

      expect(own.placesOf(['stranger', 'other'])).toEqual([]);
      own.condemn(['stranger', 'other']);
      await own.throwAway(unused);

      expect(await env.CONFIG.get(`payload-key:keys-strangers:${own.names()[0] ?? ''}`)).toBe(before);
      expect(own.condemned(10)).toEqual([]);
    });
  });

  it('their key stays as long as somebody else has something under it, and is taken out a minute later when not', async () => {
    await inAnOutbox('keys-shared', async (keys) => {
      let nowMs = NOW;
      const own = keys({ now: () => nowMs });
      const [shared = ''] = await kept(own, JANE);
      own.condemn(['jane']);

      await own.throwAway(used);
      expect(await own.open([shared])).toEqual([SECRET]);

      nowMs += MINUTE_MS;
      await own.throwAway(unused);
      expect(await own.open([shared])).toEqual([LOST]);
    });
  });

  it('KV, which may be out of reach or behind, cannot bring it back', async () => {
    await inAnOutbox('keys-kv-down', async (keys) => {
      let nowMs = NOW;
      let isDown = false;
      const own = keys({ now: () => nowMs, failing: () => isDown });
      const [ofJane = '', ofJoe = ''] = await kept(own, JANE, JOE);
      const name = `payload-key:keys-kv-down:${pageOf(ofJane)}`;
      const stale = (await env.CONFIG.get(name)) ?? '';
      own.condemn(['jane']);
      isDown = true;
      await expect(own.throwAway(unused)).rejects.toThrow('503');
      isDown = false;
      await own.throwAway(unused);

      // A write of an isolate that died comes after the newer one; and another isolate reads what was there before.
      await env.CONFIG.put(name, stale);
      nowMs += 5 * MINUTE_MS;
      const again = keys({ now: () => nowMs });
      await again.throwAway(unused);

      expect(await keys().open([ofJane, ofJoe])).toEqual([LOST, SECRET]);
    });
  });
});

describe('what is left in KV', () => {
  it('is one name after an hour without KV, not one for each try', async () => {
    await inAnOutbox('keys-no-kv', async (keys) => {
      let isDown = true;
      const own = keys({ failing: () => isDown });
      for (let tries = 0; tries < 50; tries += 1) await expect(own.seal([JANE])).rejects.toThrow('503');
      expect(own.names()).toHaveLength(1);

      isDown = false;
      expect(await own.seal([JANE])).toHaveLength(1);
      expect(own.names()).toHaveLength(1);
    });
  });

  it('goes also where nobody knows its name any more', async () => {
    await inAnOutbox('keys-nameless', async (keys) => {
      const [sealed = ''] = await kept(keys(), JANE);
      await env.CONFIG.put('payload-key:keys-nameless:2026-11-01-0123456789abcdef', 'v1.left.behind');

      const tomorrow = keys({ nowMs: NOW + DAY_MS });
      await tomorrow.throwAway(used);
      await tomorrow.throwAway(used);

      expect(await namesFrom('payload-key:keys-nameless:')).toEqual([`payload-key:keys-nameless:${pageOf(sealed)}`]);
    });
  });

  // Q11: thousands of names were deleted one by one while leads waited.
  it('goes twenty keys a visit', async () => {
    await inAnOutbox('keys-many', async (keys) => {
      const own = keys();
      const names = Array.from({ length: 50 }, (_, index) => `2026-10-01-${index.toString(16).padStart(16, '0')}`);
      for (const name of names) await env.CONFIG.put(`payload-key:keys-many:${name}`, 'v1.old');
      own.inherit(names);

      await own.throwAway(unused);
      expect(await namesFrom('payload-key:keys-many:')).toHaveLength(30);
      await own.throwAway(unused);
      await own.throwAway(unused);

      expect(await namesFrom('payload-key:keys-many:')).toEqual([]);
      // Their names stay until no write can bring them back.
      await keys({ nowMs: NOW + 5 * MINUTE_MS }).throwAway(unused);
      expect(own.names()).toEqual([]);
    });
  });
});
