import type { Test } from './compile.ts';
import { conditionsOf, verdictOf } from './conditions.ts';
import type { CountedCondition, Held } from './conditions.ts';
import { FqlError } from './fql-error.ts';
import { asksForIdentify, membershipEnd } from './membership.ts';
import { parse } from './parse.ts';
import { looksOf } from './seen.ts';
import type { Look } from './seen.ts';
import { warnings } from './warnings.ts';

/** More triggers than an isolate's sources have; beyond it the memory counts for more. */
const MAX_COMPILED = 2_000;

/** Triggers by their text: a config is read anew every half minute, and its triggers are nearly always the same. */
const compiled = new Map<string, CompiledTrigger>();

export type CompiledTrigger = {
  /** It holds for identify events only. */
  isIdentify: boolean;
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
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  const expression = parse(trigger);
  const made = {
    isIdentify: asksForIdentify(expression),
    endsMembership: membershipEnd(expression),
    verdict: verdictOf(expression),
    conditions: conditionsOf(expression).map((counted) => ({ ...counted, looks: looksOf(counted.condition) })),
  };
  compiled.set(trigger, made);
  return made;
}

export type TriggerCheck = { kind: 'ok'; warnings: string[] } | { kind: 'invalid'; column: number; detail: string };

/** Looks at a trigger before it is saved. */
export function checkTrigger(trigger: string): TriggerCheck {
  try {
    return { kind: 'ok', warnings: warnings(parse(trigger)) };
  } catch (error) {
    // Anything else is a bug of ours.
    if (!(error instanceof FqlError)) throw error;
    return { kind: 'invalid', column: error.column, detail: `column ${error.column}: ${error.problem}` };
  }
}
