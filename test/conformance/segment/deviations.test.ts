import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { compile } from '../../../worker/domain/fql/compile.ts';
import { TRIGGER_DIFFERENCES, triggerDifferences } from '../../../worker/domain/fql/segment/differences.ts';
import { parse } from '../../../worker/domain/fql/syntax/parse.ts';
import { ownBudget } from '../../../worker/domain/fql/work-budget.ts';
import { resolve } from '../../../worker/domain/mapping-kit/resolve.ts';
import { FIELD_DIFFERENCES, fieldDifferences } from '../../../worker/domain/mapping-kit/segment-differences.ts';
import { mappingWarnings } from '../../../worker/domain/rules/mapping-warnings.ts';
import { withLiquid } from '../../unit/support/with-liquid.ts';
import { FIELD_DEVIATIONS, FIELD_VALUE_DEVIATIONS, TRIGGER_DEVIATIONS, VALUE_DEVIATIONS } from './deviations.ts';
import { atSegment, holdsAtSegment, withoutNothing } from './segment.ts';
import { valueDeviations } from './value-deviations.ts';

const page = await readFile(join(import.meta.dirname, '../../../docs/how-to/move-from-segment.md'), 'utf8');

const bare = (text: string) => text.replaceAll(/\s/g, '');
const lines = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) => bare(line.replaceAll(String.raw`\|`, '|')));

/** The row of the page's table with this example. */
const hasLine = (example: unknown) =>
  lines.some((line) => line.includes(bare(`\`${typeof example === 'string' ? example : JSON.stringify(example)}\``)));

beforeAll(withLiquid);

describe('a deviation from Segment that is reported when a trigger is saved', () => {
  it.each(Object.entries(TRIGGER_DEVIATIONS))('exists: %s', (code, { example, event, holds, reason }) => {
    expect(holdsAtSegment(example, event)).toBe(holds.there);
    expect(compile(parse(example))(event, ownBudget())).toBe(holds.here);
    // There is no other difference, so this one is needed.
    expect(triggerDifferences(example)).toEqual([code]);
    expect(mappingWarnings({ trigger: example, fields: {} })).toContain(
      `Differs from Segment: ${TRIGGER_DIFFERENCES[triggerDifferences(example)[0] ?? 'and_or']}`,
    );
    expect(reason).not.toBe('');
  });

  it.each(Object.values(TRIGGER_DEVIATIONS))('has its row in the docs: $example', ({ example }) => {
    expect(hasLine(example)).toBe(true);
  });
});

describe("a deviation that depends on an event's values", () => {
  it.each(Object.entries(VALUE_DEVIATIONS))('exists for a trigger: %s', (code, { example, event, holds }) => {
    expect(holdsAtSegment(example, event)).toBe(holds.there);
    expect(compile(parse(example))(event, ownBudget())).toBe(holds.here);
    expect(valueDeviations(example, event)).toEqual([code]);
    expect(triggerDifferences(example)).toEqual([]);
    expect(hasLine(example)).toBe(true);
  });

  it.each(Object.entries(FIELD_VALUE_DEVIATIONS))('exists for a field: %s', (_, { example, event, gives }) => {
    const there = atSegment(example, event);

    expect(there.kind === 'given' ? there.value : undefined).toEqual(gives.there);
    expect(withoutNothing(resolve(example, event, ownBudget()))).toEqual(gives.here);
    expect(hasLine(example)).toBe(true);
  });
});

describe('a deviation from Segment that is reported when a field is saved', () => {
  it.each(Object.entries(FIELD_DEVIATIONS))('exists: %s', (code, { example, event, gives }) => {
    const there = atSegment(example, event);

    expect(there.kind === 'given' ? there.value : undefined).toEqual(gives.there);
    expect(resolve(example, event, ownBudget())).toEqual(gives.here);
    expect(fieldDifferences(example)).toEqual([code]);
    const [told] = fieldDifferences(example);
    expect(
      mappingWarnings({ trigger: 'type = "track"', fields: { email: JSON.parse(JSON.stringify(example)) } }),
    ).toEqual([`email: differs from Segment: ${told === undefined ? '' : FIELD_DIFFERENCES[told]}`]);
    expect(hasLine(example)).toBe(true);
  });
});
