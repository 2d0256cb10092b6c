import { describe, expect, it } from 'vitest';

import { KeyDeletions, LAST_WRITE_MS } from '../../../../../worker/objects/outbox/keys/key-deletions.ts';
import { KeyRegister } from '../../../../../worker/objects/outbox/keys/key-register.ts';
import { NOW } from '../../../support/an-event.ts';
import { inAnOutbox } from '../../../support/an-outbox.ts';

const DAY = '2026-11-21';
const KEY = `${DAY}-0123456789abcdef`;
const at = (bucket: number) => ({ keyId: KEY, bucket });

/** Runs with one page that KV has. */
const withAPage = <Result>(work: (parts: { register: KeyRegister; deletions: KeyDeletions }) => Result) =>
  inAnOutbox(({ database }) => {
    const register = new KeyRegister(database.sql);
    register.name(KEY, { day: DAY, sweepAtMs: NOW });
    register.open(KEY);
    return work({ register, deletions: new KeyDeletions(database.sql) });
  });

describe('a page of keys', () => {
  it('is not used once it is dropped, and its name stays until KV no longer has it', async () => {
    const seen = await withAPage(({ register, deletions }) => {
      deletions.drop(KEY, { day: DAY, atMs: NOW });
      return [register.newestOf(DAY), register.unusable([at(1)]).size, deletions.toDelete(10), [...register.names()]];
    });

    expect(seen).toEqual([undefined, 1, [KEY], [KEY]]);
  });

  it('loses its name when it was deleted so long ago that no write can bring it back', async () => {
    const namesAfter = (ms: number) =>
      withAPage(({ register, deletions }) => {
        deletions.drop(KEY, { day: DAY, atMs: NOW });
        deletions.deleted(KEY, NOW);
        deletions.clearDeleted(10);
        deletions.swept([], NOW + ms);
        return [...register.names()];
      });

    expect([await namesAfter(LAST_WRITE_MS - 1), await namesAfter(LAST_WRITE_MS)]).toEqual([[KEY], []]);
  });

  it('is deleted again when KV still has it, and so are unknown pages', async () => {
    const stray = `${DAY}-fedcba9876543210`;
    const toDelete = await withAPage(({ deletions }) => {
      deletions.drop(KEY, { day: DAY, atMs: NOW });
      deletions.deleted(KEY, NOW);
      deletions.swept([KEY, stray], NOW);
      return deletions.toDelete(10).toSorted();
    });

    expect(toDelete).toEqual([KEY, stray].toSorted());
  });
});

describe("an erased person's bucket", () => {
  it('is left out of two writes of its page, the second once no older write can arrive', async () => {
    const toPrune = await withAPage(({ register, deletions }) => {
      const page = { keyId: KEY, number: 1 };
      register.remember([{ tags: ['jane'], place: at(7) }]);
      register.condemn(['jane']);
      const pruned = (nowMs: number): number => deletions.pagesToPrune(nowMs).length;
      const before = pruned(NOW);
      deletions.written(page, [7], NOW);
      const soon = pruned(NOW + 1);
      const later = pruned(NOW + LAST_WRITE_MS);
      deletions.written(page, [7], NOW + LAST_WRITE_MS);
      return [before, soon, later, pruned(NOW + 3 * LAST_WRITE_MS)];
    });

    expect(toPrune).toEqual([1, 0, 1, 0]);
  });
});
