import { describe, expect, it } from 'vitest';

import { KeyRegister } from '../../../../../worker/objects/outbox/keys/key-register.ts';
import { NOW } from '../../../support/an-event.ts';
import { inAnOutbox } from '../../../support/an-outbox.ts';

const DAY = '2026-11-21';
const KEY = `${DAY}-0123456789abcdef`;
const at = (bucket: number) => ({ keyId: KEY, bucket });

/** Runs on a register with one page that KV has. */
const inARegister = <Result>(work: (register: KeyRegister) => Result) =>
  inAnOutbox(({ database }) => {
    const register = new KeyRegister(database.sql);
    register.name(KEY, { day: DAY, sweepAtMs: NOW });
    register.open(KEY);
    return work(register);
  });

describe('a page of keys', () => {
  it('is used once KV has it, and not while it only has a name', async () => {
    const seen = await inAnOutbox(({ database }) => {
      const register = new KeyRegister(database.sql);
      register.name(KEY, { day: DAY, sweepAtMs: NOW });
      const named = [register.newestOf(DAY)?.keyId, register.unusable([at(1)]).size];
      register.open(KEY);
      return [named, [register.newestOf(DAY)?.keyId, register.unusable([at(1)]).size]];
    });

    expect(seen).toEqual([
      [undefined, 1],
      [KEY, 0],
    ]);
  });
});

describe("a person's bucket", () => {
  it("is found by their tags, and not by anyone else's", async () => {
    const places = await inARegister((register) => {
      register.remember([{ tags: ['jane', 'browser'], place: at(7) }]);
      return [['jane'], ['browser', 'jane'], ['joe']].map((tags) => register.placesOf(tags));
    });

    expect(places).toEqual([[at(7)], [at(7)], []]);
  });

  it('is no longer used or named once they are erased, and other buckets stay', async () => {
    const seen = await inARegister((register) => {
      register.remember([
        { tags: ['jane'], place: at(7) },
        { tags: ['joe'], place: at(8) },
      ]);
      register.condemn(['jane']);
      return {
        unusable: [...register.unusable([at(7), at(8)])],
        jane: register.placesOf(['jane']),
        toGo: register.condemnedPlaces(10),
      };
    });

    expect(seen).toEqual({ unusable: [0], jane: [], toGo: [at(7)] });
  });

  it('is replaced by the next free one', async () => {
    const free = await inARegister((register) => {
      register.remember([7, 8].map((bucket) => ({ tags: ['jane'], place: at(bucket) })));
      register.condemn(['jane']);
      return register.freeBuckets({ keyId: KEY, number: 1 }, new Set([6, 7]));
    });

    expect([...(free ?? [])]).toEqual([
      [6, 6],
      [7, 9],
    ]);
  });
});
