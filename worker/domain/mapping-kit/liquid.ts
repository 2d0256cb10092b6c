import { isFields } from '../../schema/fields.ts';
import { TooCostly } from '../fql/work-budget.ts';
import { directiveOf } from './directives.ts';
import { CHARS_A_STEP, constant } from './resolve-context.ts';
import type { Resolver } from './resolve-context.ts';

/** Receives the work and gaps of a template while it is filled. */
export type Meter = {
  /** Called before this many characters are created. */
  use(count: number): void;
  /** Called before other work, which takes this many steps. */
  spend(steps: number): void;
  /** A placeholder of the template has no value. */
  gap(): void;
};

export type ParsedLiquid = {
  /** The steps to fill the template, besides the work that its meter is told of. */
  steps: number;
  /** It was saved before unknown filters were refused. They leave their value unchanged. */
  hasUnknownFilter: boolean;
  fill(event: unknown, meter: Meter): string;
};

export type LiquidEngine = {
  /** @throws Error when the template is invalid. */
  parse(template: string): ParsedLiquid;
  /**
   * Returns why a valid template can't be saved: a filter that is disabled or unknown.
   *
   * @throws Error when the template is invalid.
   */
  problem(template: string): string | undefined;
};

/** The engine takes this long to throw and catch an error: about 60 µs. */
const STEPS_A_FAILURE = 1_500;

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
  try {
    return loaded().problem(template);
  } catch (error) {
    return error instanceof Error ? firstLine(error.message) : 'cannot be read';
  }
}

/** Returns the steps to fill a valid template, besides its values. `liquidFor` must be called first. */
export function liquidSteps(template: string): number {
  return loaded().parse(template).steps;
}

/** Compiles `@liquid`. */
export function fillLiquid(template: unknown): Resolver {
  if (typeof template !== 'string' || template.length > MAX_LIQUID_CHARS) return constant(undefined);
  if (template === '') return constant('');
  let parsed: ParsedLiquid | 'invalid' | undefined;
  return (event, work) => {
    const { budget } = work;
    parsed ??= parsedOrInvalid(template);
    budget.spend(parsed === 'invalid' ? 1 : parsed.steps);
    if (parsed === 'invalid') {
      work.failures += 1;
      return undefined;
    }
    if (parsed.hasUnknownFilter) work.unknownFilters += 1;
    const spent = { isOver: false };
    const orOver = (spend: () => void): void => {
      try {
        spend();
      } catch (error) {
        spent.isOver = true;
        throw error;
      }
    };
    try {
      return parsed.fill(event, {
        use(count) {
          const chars = counted(count);
          orOver(() => {
            budget.spend(1 + Math.ceil(chars / CHARS_A_STEP));
            budget.write(chars);
          });
        },
        spend(steps) {
          orOver(() => budget.spend(counted(steps)));
        },
        gap() {
          work.gaps += 1;
        },
      });
    } catch (error) {
      // The engine wraps the errors that it catches.
      if (spent.isOver || error instanceof TooCostly) throw new TooCostly();
      budget.spend(STEPS_A_FAILURE);
      work.failures += 1;
      return undefined;
    }
  };
}

function parsedOrInvalid(template: string): ParsedLiquid | 'invalid' {
  const engineThere = loaded();
  try {
    return engineThere.parse(template);
  } catch {
    return 'invalid';
  }
}

/** The engine's counts may be texts, or not a number: then there is nothing to do. */
function counted(count: unknown): number {
  const number = Number(count);
  if (Number.isNaN(number)) return 0;
  return Number.isFinite(number) ? Math.max(Math.ceil(number), 0) : Number.MAX_SAFE_INTEGER;
}

function loaded(): LiquidEngine {
  if (engine === undefined) throw new Error('The Liquid engine is not loaded');
  return engine;
}

/** Returns the first line of a message. The other lines repeat the template. */
function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/, (?:file:.*, )?line:\d+, col:\d+$/, '') ?? message;
}
