import { transform } from '@segment/actions-core/mapping-kit';
import { beforeAll, describe, expect, it } from 'vitest';

import { ownBudget } from '../../../worker/domain/fql/work-budget.ts';
import { resolve } from '../../../worker/domain/mapping-kit/resolve.ts';
import { fieldDifferences } from '../../../worker/domain/mapping-kit/segment-differences.ts';
import { valueProblems } from '../../../worker/domain/mapping-kit/value-problems.ts';
import { withLiquid } from '../../unit/support/with-liquid.ts';
import { aField, aPayload } from './a-field.ts';
import { casesFor, Chance, SEED } from './random.ts';
import { atSegment, withoutNothing } from './segment.ts';
import type { Fields } from './segment.ts';

/** The number of payloads for each field. */
const PAYLOADS = 4;

beforeAll(withLiquid);

it("the tests call Segment's own transform", () => {
  expect(transform({ a: { '@path': '$.b' } }, { b: 1 })).toEqual({ a: 1 });
});

describe("a mapping field, compared with Segment's own mapping-kit", () => {
  it('gives the same result, or a difference is reported when it is saved', { timeout: 900_000 }, () => {
    const chance = new Chance(SEED);
    const found: { field: unknown; payload: Fields; here: unknown; there: unknown }[] = [];
    const counts = { cases: 0, agreed: 0, lostThere: 0, told: 0 };
    const refused: unknown[] = [];
    for (let left = casesFor(0.3); left > 0; left -= PAYLOADS) {
      const field = aField(chance);
      const problems = valueProblems(field, '/f');
      if (problems.length > 0) refused.push({ field, problems });
      for (let index = 0; index < PAYLOADS; index += 1) {
        const payload = aPayload(chance);
        counts.cases += 1;
        const there = atSegment(field, payload);
        if (there.kind === 'thrown') {
          // The event is lost at Segment. Here the usable part of the field is sent.
          counts.lostThere += 1;
          continue;
        }
        const here = withoutNothing(resolve(field, payload, ownBudget()));
        if (isSame(here, there.value)) counts.agreed += 1;
        else if (fieldDifferences(field).length > 0) counts.told += 1;
        else found.push({ field, payload, here, there: there.value });
      }
    }

    expect(found.slice(0, 3)).toEqual([]);
    expect(refused.slice(0, 3)).toEqual([]);
    expect(counts.agreed / counts.cases).toBeGreaterThan(0.9);
  });
});

function isSame(here: unknown, there: unknown): boolean {
  return JSON.stringify(sorted(here)) === JSON.stringify(sorted(there));
}

/** Sorts an object's fields, because their order doesn't matter. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => [name, sorted(field)]),
  );
}
