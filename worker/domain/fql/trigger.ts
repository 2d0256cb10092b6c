import type { Test } from './compile.ts';
import { conditionsOf, verdictOf } from './conditions.ts';
import type { CountedCondition, Held } from './conditions.ts';
import type { Expression } from './expression.ts';
import { FqlError } from './fql-error.ts';
import { asksForIdentify, membershipEnd, typesNamedIn } from './membership.ts';
import { parse } from './parse.ts';
import { looksOf } from './seen.ts';
import type { Look } from './seen.ts';
import { TRIGGER_DIFFERENCES, triggerDifferences } from './segment/differences.ts';
import { warnings } from './warnings.ts';

/** As many characters as thousands of triggers have; beyond it the memory counts for more, as 100 bytes are kept for each. */
const MAX_COMPILED_CHARS = 400_000;

/** Triggers by their text: a config is read anew every half minute, and its triggers are nearly always the same. */
const compiled = new Map<string, CompiledTrigger>();
let compiledChars = 0;

export type CompiledTrigger = {
  /** It holds for identify events only. */
  isIdentify: boolean;
  /** The types of events that it names. */
  types: ReadonlySet<string>;
  /** An event ends the membership that the trigger began. */
  endsMembership: Test;
  /** What it asks, in the order in which it is written. */
  conditions: readonly AskedCondition[];
  /** Whether it holds, from whether its conditions did. */
  verdict: (held: Held) => boolean;
};

/** A condition with the fields that it looks at. */
export type AskedCondition = CountedCondition & { looks: readonly Look[] };

/** Gives a trigger as functions, made once. */
export function compiledTrigger(trigger: string): CompiledTrigger {
  const known = compiled.get(trigger);
  if (known !== undefined) return known;
  if (compiledChars + trigger.length > MAX_COMPILED_CHARS) {
    compiled.clear();
    compiledChars = 0;
  }
  const expression = parse(trigger);
  const made = {
    isIdentify: asksForIdentify(expression),
    types: new Set(typesNamedIn(expression)),
    endsMembership: whenAsked(() => membershipEnd(expression)),
    verdict: verdictOf(expression),
    conditions: conditionsOf(expression).map((counted) => ({ ...counted, looks: looksOf(counted.condition) })),
  };
  compiled.set(trigger, made);
  compiledChars += trigger.length;
  return made;
}

/** Most triggers begin no membership, so that its end is never asked for. */
function whenAsked(make: () => Test): Test {
  let made: Test | undefined;
  return (event, budget) => (made ??= make())(event, budget);
}

export type TriggerCheck =
  | {
      kind: 'ok';
      /** What can never hold. */
      warnings: string[];
      /** What means something else than it would at Segment. */
      differences: string[];
    }
  | { kind: 'invalid'; column: number; detail: string };

/** Says what is odd about a trigger. */
export function checkTrigger(trigger: string): TriggerCheck {
  return read(trigger, (expression) => ({
    warnings: warnings(expression),
    differences: triggerDifferences(trigger).map((code) => `Differs from Segment: ${TRIGGER_DIFFERENCES[code]}`),
  }));
}

/** Says where a trigger cannot be read; undefined where it can. */
export function triggerProblem(trigger: string): string | undefined {
  const check = read(trigger, () => ({ warnings: [], differences: [] }));
  return check.kind === 'invalid' ? check.detail : undefined;
}

type Found = { warnings: string[]; differences: string[] };

function read(trigger: string, find: (expression: Expression) => Found): TriggerCheck {
  try {
    return { kind: 'ok', ...find(parse(trigger)) };
  } catch (error) {
    // Anything else is a bug of ours.
    if (!(error instanceof FqlError)) throw error;
    return { kind: 'invalid', column: error.column, detail: `column ${error.column}: ${error.problem}` };
  }
}
