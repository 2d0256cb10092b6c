import { compile } from './compile.ts';
import type { Test } from './compile.ts';
import { FqlError } from './fql-error.ts';
import { parse } from './parse.ts';
import { warnings } from './warnings.ts';

/** More triggers than an isolate's sources have; beyond it the memory counts for more. */
const MAX_COMPILED = 2_000;

/** Triggers by their text: a config is read anew every half minute, and its triggers are nearly always the same. */
const compiled = new Map<string, Test>();

/** Gives a trigger's function, made once. */
export function triggerTest(trigger: string): Test {
  const known = compiled.get(trigger);
  if (known !== undefined) return known;
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  const test = compile(parse(trigger));
  compiled.set(trigger, test);
  return test;
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
