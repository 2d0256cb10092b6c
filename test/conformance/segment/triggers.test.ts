import { describe, expect, it } from 'vitest';

import { compile } from '../../../worker/domain/fql/compile.ts';
import { triggerDifferences } from '../../../worker/domain/fql/segment/differences.ts';
import { FqlError } from '../../../worker/domain/fql/syntax/fql-error.ts';
import { parse } from '../../../worker/domain/fql/syntax/parse.ts';
import { ownBudget } from '../../../worker/domain/fql/work-budget.ts';
import { builtTrigger, writtenTrigger } from './a-trigger.ts';
import { anyEvent } from './events.ts';
import { casesFor, Chance, SEED } from './random.ts';
import { holdsAtSegment } from './segment.ts';
import type { Fields } from './segment.ts';
import { valueDeviations } from './value-deviations.ts';

/** The number of events for each trigger. A case is one trigger with one event. */
const EVENTS = 8;

/** Returns whether a trigger holds here; undefined when saving it is refused. */
function holdsHere(trigger: string): ((event: Fields) => boolean) | undefined {
  try {
    const test = compile(parse(trigger));
    return (event) => test(event, ownBudget());
  } catch (error) {
    if (error instanceof FqlError) return undefined;
    throw error;
  }
}

function disagreements(make: (chance: Chance) => string, share: number) {
  const chance = new Chance(SEED);
  const found: { trigger: string; event: Fields; here: boolean }[] = [];
  const counts = { cases: 0, agreed: 0, told: 0, byValue: 0, refused: 0 };
  for (let left = casesFor(share); left > 0; left -= EVENTS) {
    const trigger = make(chance);
    const test = holdsHere(trigger);
    const differences = test === undefined ? [] : triggerDifferences(trigger);
    for (let index = 0; index < EVENTS; index += 1) {
      const event = anyEvent(chance);
      counts.cases += 1;
      if (test === undefined) {
        counts.refused += 1;
        continue;
      }
      const here = test(event);
      if (here === holdsAtSegment(trigger, event)) counts.agreed += 1;
      else if (differences.length > 0) counts.told += 1;
      else if (valueDeviations(trigger, event).length > 0) counts.byValue += 1;
      else found.push({ trigger, event, here });
    }
  }
  return { found, counts };
}

describe("a trigger, compared with Segment's own evaluator", () => {
  it(
    "means the same when Segment's builder wrote it, or the difference is reported when it is saved",
    { timeout: 900_000 },
    () => {
      const { found, counts } = disagreements(builtTrigger, 0.25);

      expect(found.slice(0, 5)).toEqual([]);
      expect(counts.agreed / counts.cases).toBeGreaterThan(0.6);
      // Only a quote inside a text can't be read here, because the builder doesn't escape it.
      expect(counts.refused).toBe(0);
    },
  );

  it(
    'means the same when it is written by hand, or the difference is reported when it is saved',
    { timeout: 900_000 },
    () => {
      const { found, counts } = disagreements(writtenTrigger, 0.25);

      expect(found.slice(0, 5)).toEqual([]);
      expect(counts.agreed / counts.cases).toBeGreaterThan(0.3);
    },
  );
});
