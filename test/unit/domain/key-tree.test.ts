/** A page of keys: a removed bucket never has a key again, and all others keep theirs. */
import { array, assert, asyncProperty, integer, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Branch } from '../../../worker/domain/sealing/key-tree.ts';
import { BUCKETS, keysOf, treeOf, without } from '../../../worker/domain/sealing/key-tree.ts';
import { payloadCipher } from '../../../worker/objects/outbox/keys/payload-cipher.ts';

const branch: Branch = (seed, part) => payloadCipher.branch(seed, part);
const newKey = (): string => payloadCipher.newKey();

const aBucket = integer({ min: 0, max: BUCKETS - 1 });
/** Close together, so that their paths in the tree are mostly shared. */
const aNeighbour = integer({ min: 40_000, max: 40_040 });

describe('a key tree', () => {
  it('gives each bucket its own key, and the same one each time', async () => {
    const tree = treeOf(newKey());
    const buckets = [0, 1, 2, 3, 4, 16_383, 16_384, BUCKETS - 1];

    const keys = await keysOf(tree, buckets, { branch });

    expect(new Set(keys.values()).size).toBe(buckets.length);
    expect(await keysOf(tree, buckets.toReversed(), { branch })).toEqual(
      new Map([...keys].toSorted(([a], [b]) => a - b)),
    );
  });

  it('has no key for removed buckets, and the same keys for all others', async () => {
    await assert(
      asyncProperty(
        uniqueArray(aNeighbour, { minLength: 1, maxLength: 30 }),
        array(aBucket, { maxLength: 10 }),
        async (near, far) => {
          const tree = treeOf(newKey());
          const asked = [...near, ...far];
          const before = await keysOf(tree, asked, { branch });
          const gone = asked.filter((_, index) => index % 2 === 0);

          const atOnce = await without(tree, gone, branch);
          let oneByOne = tree;
          for (const bucket of gone) oneByOne = await without(oneByOne, [bucket, gone[0] ?? bucket], branch);

          const left = new Map([...before].filter(([bucket]) => !gone.includes(bucket)));
          expect(sorted(await keysOf(atOnce, asked, { branch }))).toEqual(sorted(left));
          expect(sorted(oneByOne)).toEqual(sorted(atOnce));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('gives the same keys whatever was derived before, with three derivations once the inner nodes are known', async () => {
    const tree = await without(treeOf(newKey()), [7, 40_000], branch);
    const known = new Map<string, string>();
    let derivations = 0;
    const counting: Branch = (seed, part) => {
      derivations += 1;
      return branch(seed, part);
    };
    await assert(
      asyncProperty(array(aBucket, { maxLength: 60 }), async (buckets) => {
        const remembered = await keysOf(tree, buckets, { branch: counting, known });
        expect(remembered).toEqual(await keysOf(tree, buckets, { branch }));
      }),
      { numRuns: 60 },
    );
    const all = Array.from({ length: 4 ** 5 }, (_, index) => index * 4 ** 3 + 1);
    await keysOf(tree, all, { branch, known });

    derivations = 0;
    const one = await keysOf(tree, [12_345], { branch: counting, known });

    expect(one.size).toBe(1);
    expect(derivations).toBe(3);
    // It contains nothing of a removed bucket, and no key itself.
    expect([...known.keys()].filter((path) => path.length > 5)).toEqual([]);
  });

  it('keeps no seed that leads to a removed bucket', async () => {
    const tree = await without(treeOf(newKey()), [0b10_11_00_01_10_11_00_01], branch);

    const way = '23012301';
    expect([...tree.keys()].filter((path) => way.startsWith(path))).toEqual([]);
    // Three siblings on each of eight levels.
    expect(tree.size).toBe(24);
  });

  it('is empty when every bucket is removed, and stays small until then', async () => {
    const some = Array.from({ length: 300 }, (_, index) => (index * 7_919) % BUCKETS);

    const tree = await without(treeOf(newKey()), some, branch);

    expect(JSON.stringify(Object.fromEntries(tree)).length).toBeLessThan(300_000);
    const branches = await without(new Map([['0000000', newKey()]]), [0, 1, 2, 3], branch);
    expect(branches.size).toBe(0);
  });
});

function sorted<Value>(map: ReadonlyMap<number | string, Value>): [string, Value][] {
  return [...map].map(([key, value]): [string, Value] => [String(key), value]).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
