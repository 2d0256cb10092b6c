import { array, assert, boolean, integer, nat, oneof, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { MAX_NAMES, MAX_SHOWN, mergedNames, shownNames } from '../../../worker/domain/privacy/frequent-names.ts';
import type { NamedCount } from '../../../worker/domain/privacy/frequent-names.ts';
import { OTHER_NAMES } from '../../../worker/schema/events/refusal.ts';

const REAL = 'https://shop.example';

const once = (name: string): NamedCount[] => [{ name, requests: 1, events: 2 }];
const several = (count: number, name: string): string[] => Array.from({ length: count }, () => name);
const madeUp = (count: number, prefix = 'x'): string[] =>
  Array.from({ length: count }, (_, index) => `https://${prefix}${index}.example`);
const twice = (names: readonly string[]): string[] => names.flatMap((name) => [name, name]);

/**
 * Counts names as the row of an hour does: each isolate collects some requests, then adds them to the stored counts.
 */
const keptOf = (names: readonly string[], perWrite = 1): NamedCount[] => {
  let row: NamedCount[] = [];
  for (let from = 0; from < names.length; from += perWrite) {
    const buffer = names
      .slice(from, from + perWrite)
      .reduce<NamedCount[]>((sum, name) => mergedNames(once(name), sum), []);
    row = mergedNames(buffer, row);
  }
  return row;
};

const named = (names: readonly NamedCount[]): string[] => names.map(({ name }) => name);
const requestsIn = (names: readonly NamedCount[]): number => names.reduce((sum, one) => sum + one.requests, 0);

describe('the most frequent names', () => {
  it.each<[string, string[]]>([
    ['20 names that came twice each', [...twice(madeUp(20)), ...several(15, REAL)]],
    ['200 names that came twice each', [...twice(madeUp(200)), ...several(25, REAL)]],
    ['59 names that came ten times each', [...madeUp(59).flatMap((name) => several(10, name)), ...several(35, REAL)]],
    [
      'names that alternate with it',
      Array.from({ length: 30 }, (_, index) => [REAL, ...twice(madeUp(9, `y${index}-`))]).flat(),
    ],
  ])('include a page that sends more than a twentieth of all events, after or among %s', (_, requests) => {
    for (const perWrite of [1, 2, 7, 40, 1_000]) {
      const shown = shownNames(keptOf(requests, perWrite));

      expect(requests.filter((name) => name === REAL).length * MAX_SHOWN).toBeGreaterThan(requests.length);
      expect(named(shown)).toContain(REAL);
    }
  });

  it('include pages that came a few times, however many other names came once', () => {
    const real = madeUp(MAX_SHOWN, 'real');
    const requests = [...madeUp(1_000, 'a'), ...twice(real), ...madeUp(3_000, 'b')];

    for (const perWrite of [1, 7, 400])
      expect(named(shownNames(keptOf(requests, perWrite)))).toEqual(expect.arrayContaining(real));
  });

  it('are listed most frequent first, with their counts since they were tracked; the others are one number', () => {
    const shown = shownNames(keptOf([...twice(madeUp(20)), ...several(15, REAL)]));

    expect(shown[0]).toMatchObject({ name: REAL, requests: 15, events: 30 });
    expect(shown.at(-1)).toMatchObject({ name: OTHER_NAMES, requests: 2, events: 4 });
  });

  it('continue from a row that an older release wrote without weights', () => {
    const old = [
      ...madeUp(20).map((name) => ({ name, requests: 2, events: 2 })),
      { name: OTHER_NAMES, requests: 9, events: 9 },
    ];
    const kept = several(15, REAL).reduce<NamedCount[]>((row, name) => mergedNames(once(name), row), old);

    expect(shownNames(kept)[0]).toMatchObject({ name: REAL, requests: 15 });
    expect(requestsIn(kept)).toBe(64);
  });

  it('include each name above a twentieth, with a true total, in any order and after any merges', () => {
    const aRun = record({ name: oneof(nat(25), nat(200)), times: integer({ min: 1, max: 12 }), isFresh: boolean() });
    assert(
      property(
        array(aRun, { maxLength: 150 }),
        array(integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 8 }),
        integer({ min: 1, max: 4 }),
        (runs, sizes, rows) => {
          const requests = runs.flatMap(({ name, times, isFresh }, at) =>
            isFresh
              ? Array.from({ length: times }, (_, more) => `fresh-${at}-${more}`)
              : several(times, `name-${name}`),
          );
          const merged: NamedCount[][] = Array.from({ length: rows }, () => []);
          for (let from = 0, turn = 0; from < requests.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            const buffer = keptOf(requests.slice(from, from + size));
            merged[turn % rows] = mergedNames(buffer, merged[turn % rows] ?? []);
            from += size;
          }
          const kept = merged.reduce((sum, row) => mergedNames(row, sum), []);

          const shown = shownNames(kept);
          const truth = Map.groupBy(requests, (name) => name);
          const often = [...truth].filter(([, all]) => all.length * MAX_SHOWN > requests.length).map(([name]) => name);
          expect(named(shown)).toEqual(expect.arrayContaining(often));
          for (const names of [kept, shown]) {
            expect(requestsIn(names)).toBe(requests.length);
            expect(names.reduce((sum, { events }) => sum + events, 0)).toBe(2 * requests.length);
            expect(new Set(named(names)).size).toBe(names.length);
          }
          expect(kept.length).toBeLessThanOrEqual(MAX_NAMES + 1);
          expect(shown.length).toBeLessThanOrEqual(MAX_SHOWN + 1);
          for (const { name, requests: times } of shown.filter((one) => one.name !== OTHER_NAMES))
            expect(times).toBeLessThanOrEqual(truth.get(name)?.length ?? 0);
        },
      ),
      { numRuns: 300 },
    );
  });
});
