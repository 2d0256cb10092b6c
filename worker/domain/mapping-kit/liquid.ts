import { isFields } from '../../schema/fields.ts';
import { directiveOf } from './directives.ts';
import { constant } from './resolve-context.ts';
import type { Resolver } from './resolve-context.ts';

export type LiquidEngine = {
  /** Prepares a template. An invalid one fails for each event. */
  resolver(template: string): Resolver;
  /** Returns why a template can't be saved, or undefined. */
  problem(template: string): string | undefined;
  /** Returns the steps to fill a valid template, besides its values. */
  steps(template: string): number;
};

/** Segment's limit. */
export const MAX_LIQUID_CHARS = 1_000;

let load: (() => Promise<LiquidEngine>) | undefined;
let engine: LiquidEngine | undefined;

/** Sets the engine's loader. The engine is half as large as the rest of the Worker, and most sources don't need it. */
export function liquidComesFrom(loader: () => Promise<LiquidEngine>): void {
  load = loader;
}

/** Loads the engine if a value needs it. Must be called before the value is resolved. */
export async function liquidFor(value: unknown): Promise<void> {
  if (engine !== undefined || !needsLiquid(value)) return;
  if (load === undefined) throw new Error('Nobody has said where the Liquid engine comes from');
  engine = await load();
}

/** Checks whether a value contains `@liquid`. The result is cached for each object. */
function needsLiquid(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const known = needing.get(value);
  if (known !== undefined) return known;
  const isNeeded = (isFields(value) && directiveOf(value) === '@liquid') || Object.values(value).some(needsLiquid);
  needing.set(value, isNeeded);
  return isNeeded;
}

const needing = new WeakMap<object, boolean>();

/** Returns why a template can't be saved, or undefined. `liquidFor` must be called first. */
export function liquidProblem(template: string): string | undefined {
  return loaded().problem(template);
}

/** Returns the steps to fill a valid template, besides its values. `liquidFor` must be called first. */
export function liquidSteps(template: string): number {
  return loaded().steps(template);
}

/** Compiles `@liquid`. */
export function fillLiquid(template: unknown): Resolver {
  if (typeof template !== 'string' || template.length > MAX_LIQUID_CHARS) return constant(undefined);
  if (template === '') return constant('');
  let fill: Resolver | undefined;
  return (event, work) => {
    fill ??= loaded().resolver(template);
    return fill(event, work);
  };
}

function loaded(): LiquidEngine {
  if (engine === undefined) throw new Error('The Liquid engine is not loaded');
  return engine;
}
