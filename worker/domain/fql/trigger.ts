import type { Test } from './compile.ts';
import { conditionsOf, verdictOf } from './conditions.ts';
import type { CountedCondition, Held } from './conditions.ts';
import { asksForIdentify, membershipEnd, typesNamedIn } from './membership.ts';
import type { Expression } from './syntax/expression.ts';
import { FqlError } from './syntax/fql-error.ts';
import { parse } from './syntax/parse.ts';
import { looksOf } from './values-seen.ts';
import type { Look } from './values-seen.ts';

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

/** Where the syntax of a trigger is wrong. */
export type SyntaxProblem = { kind: 'invalid'; column: number; detail: string };

/** Returns the syntax error of a trigger, or undefined when it is valid. */
export function triggerProblem(trigger: string): string | undefined {
  const read = readTrigger(trigger, () => undefined);
  return read.kind === 'invalid' ? read.detail : undefined;
}

/** Returns what is found in a trigger's expression, or what is wrong with its syntax. */
export function readTrigger<Found>(
  trigger: string,
  find: (expression: Expression) => Found,
): { kind: 'ok'; found: Found } | SyntaxProblem {
  try {
    return { kind: 'ok', found: find(parse(trigger)) };
  } catch (error) {
    // Any other error is our own bug.
    if (!(error instanceof FqlError)) throw error;
    return { kind: 'invalid', column: error.column, detail: `column ${error.column}: ${error.problem}` };
  }
}
