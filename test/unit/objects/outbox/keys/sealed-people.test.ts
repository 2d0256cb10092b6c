import { array, assert, asyncProperty, constantFrom, integer, oneof, record, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { deleteSealedPeople, SealedPeople } from '../../../../../worker/objects/outbox/keys/sealed-people.ts';
import { TagFilter } from '../../../../../worker/objects/outbox/keys/tag-filter.ts';
import { inAnOutbox } from '../../../support/an-outbox.ts';

const PAGES = [1, 2, 1_000];

const aTag = constantFrom('ann', 'annabel', 'bob', 'b', '-', 'eve_1');
const aPerson = record({
  tags: uniqueArray(aTag, { minLength: 1, maxLength: 3 }),
  bucket: integer({ min: 0, max: 65_535 }),
});
const anAct = oneof(
  record({ act: constantFrom('add' as const), page: constantFrom(...PAGES), people: array(aPerson, { maxLength: 4 }) }),
  record({ act: constantFrom('forget' as const), tag: aTag }),
  record({ act: constantFrom('restart' as const) }),
);

const sorted = (found: readonly { page: number; bucket: number }[]) =>
  [...new Set(found.map(({ page, bucket }) => `${page} ${bucket}`))].toSorted();

describe('the people whose data was sealed', () => {
  it('are found by each of their tags, in whatever order they came and were erased', async () => {
    await assert(
      asyncProperty(array(anAct, { maxLength: 25 }), (acts) =>
        inAnOutbox(({ database }) => {
          let people = new SealedPeople(database.sql);
          let known: { page: number; bucket: number; tags: string[] }[] = [];
          for (const one of acts) {
            if (one.act === 'restart') people = new SealedPeople(database.sql);
            if (one.act === 'add') {
              people.add(one.page, one.people);
              known.push(...one.people.map((person) => ({ page: one.page, ...person })));
            }
            if (one.act === 'forget') {
              people.forget([one.tag], PAGES);
              known = known.filter(({ tags }) => !tags.includes(one.tag));
            }
            for (const tag of ['ann', 'b', 'stranger'])
              expect(sorted(people.bucketsOf([tag], PAGES))).toEqual(
                sorted(known.filter(({ tags }) => tags.includes(tag))),
              );
          }
        }),
      ),
      { numRuns: 40 },
    );
  }, 60_000);

  it('of one transaction are one row, and so are those of several small ones', async () => {
    const rows = await inAnOutbox(({ database }) => {
      const people = new SealedPeople(database.sql);
      const add = (count: number): void =>
        people.add(
          1,
          Array.from({ length: count }, (_, bucket) => ({ tags: [crypto.randomUUID()], bucket })),
        );
      const counted = [1, 1, 400, 1].map((count) => {
        add(count);
        return database.sql.exec('SELECT id FROM sealed_people').toArray().length;
      });
      return { counted, deleted: [deleteSealedPeople(database.sql, 2, 10), deleteSealedPeople(database.sql, 1, 10)] };
    });

    expect(rows).toEqual({ counted: [1, 1, 1, 2], deleted: [0, 2] });
  });
});

describe('the filter of tags', () => {
  it('knows every tag that was added, and hardly any other, with 200,000 of them', () => {
    const filter = new TagFilter();
    const tag = (number: number): string => `tag-${number.toString(36)}`;
    for (let number = 0; number < 200_000; number += 1) filter.add([tag(number)]);

    const known = (from: number): number =>
      Array.from({ length: 10_000 }, (_, index) => tag(from + index)).filter((one) => filter.mayHave([one])).length;

    expect(known(50_000)).toBe(10_000);
    expect(known(1_000_000)).toBeLessThan(100);
  });
});
