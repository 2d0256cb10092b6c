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

/** The total length of cached triggers, enough for thousands. The cache needs about 100 bytes for each character. */
const MAX_COMPILED_CHARS = 400_000;

/** Compiled triggers by their text. A config is reloaded every half minute, and its triggers rarely change. */
const compiled = new Map<string, CompiledTrigger>();
let compiledChars = 0;

export type CompiledTrigger = {
  /** It holds for identify events only. */
  isIdentify: boolean;
  /** The event types that it names. */
  types: ReadonlySet<string>;
  /** Tests whether an event ends the membership that the trigger began. */
  endsMembership: Test;
  /** The conditions in the order they are written. */
  conditions: readonly AskedCondition[];
  /** Decides whether the trigger holds, from the results of its conditions. */
  verdict: (held: Held) => boolean;
};

/** A condition and the fields it reads. */
type AskedCondition = CountedCondition & { looks: readonly Look[] };

/** Returns a compiled trigger from the cache, or compiles it. */
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

/** Compiles the test at its first use. Most triggers begin no membership and never need it. */
function whenAsked(make: () => Test): Test {
  let made: Test | undefined;
  return (event, budget) => (made ??= make())(event, budget);
}

export type TriggerCheck =
  | {
      kind: 'ok';
      /** The parts of the trigger that can never hold. */
      warnings: string[];
      /** The parts that mean something else at Segment. */
      differences: string[];
    }
  | { kind: 'invalid'; column: number; detail: string };

/** Checks a trigger's syntax, and returns its warnings and differences. */
export function checkTrigger(trigger: string): TriggerCheck {
  return read(trigger, (expression) => ({
    warnings: warnings(expression),
    differences: triggerDifferences(trigger).map((code) => `Differs from Segment: ${TRIGGER_DIFFERENCES[code]}`),
  }));
}

/** Returns the syntax error of a trigger, or undefined when it is valid. */
export function triggerProblem(trigger: string): string | undefined {
  const check = read(trigger, () => ({ warnings: [], differences: [] }));
  return check.kind === 'invalid' ? check.detail : undefined;
}

type Found = { warnings: string[]; differences: string[] };

function read(trigger: string, find: (expression: Expression) => Found): TriggerCheck {
  try {
    return { kind: 'ok', ...find(parse(trigger)) };
  } catch (error) {
    // Any other error is our own bug.
    if (!(error instanceof FqlError)) throw error;
    return { kind: 'invalid', column: error.column, detail: `column ${error.column}: ${error.problem}` };
  }
}
