import { isFields } from '../../schema/fields.ts';
import { TooCostly } from '../fql/work-budget.ts';
import { directiveOf } from './directives.ts';
import { CHARS_A_STEP, constant } from './resolve-context.ts';
import type { Resolver } from './resolve-context.ts';

/** Receives the work and gaps of a template while it is filled. */
export type Meter = {
  /** Called before this many characters are created. */
  use(count: number): void;
  /** Called before this many characters are read. */
  read(count: number): void;
  /** A placeholder of the template has no value. */
  gap(): void;
};

export type LiquidEngine = {
  /** @throws Error when the template is invalid. */
  parse(template: string): (event: unknown, meter: Meter) => string;
};

/** The engine's filters are native code, so it reads more characters in a step than a directive does. */
const CHARS_READ_A_STEP = 16;

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

/** Returns why a template is invalid, or undefined. `liquidFor` must be called first. */
export function liquidProblem(template: string): string | undefined {
  try {
    loaded().parse(template);
    return undefined;
  } catch (error) {
    return error instanceof Error ? firstLine(error.message) : 'cannot be read';
  }
}

/** Compiles `@liquid`. */
export function fillLiquid(template: unknown): Resolver {
  if (typeof template !== 'string' || template.length > MAX_LIQUID_CHARS) return constant(undefined);
  if (template === '') return constant('');
  let filled: ReturnType<LiquidEngine['parse']> | undefined;
  return (event, work) => {
    const { budget } = work;
    const spent = { isOver: false };
    const orOver = (spend: () => void): void => {
      try {
        spend();
      } catch (error) {
        spent.isOver = true;
        throw error;
      }
    };
    budget.spend(template.length);
    try {
      filled ??= loaded().parse(template);
      return filled(event, {
        use(count) {
          const chars = counted(count);
          orOver(() => {
            budget.spend(1 + Math.ceil(chars / CHARS_A_STEP));
            budget.write(chars);
          });
        },
        read(count) {
          orOver(() => budget.spend(Math.ceil(counted(count) / CHARS_READ_A_STEP)));
        },
        gap() {
          work.gaps += 1;
        },
      });
    } catch (error) {
      // The engine wraps the errors that it catches.
      if (spent.isOver || error instanceof TooCostly) throw new TooCostly();
      work.failures += 1;
      return undefined;
    }
  };
}

function counted(count: number): number {
  return Number.isFinite(count) ? Math.max(Math.ceil(count), 0) : Number.MAX_SAFE_INTEGER;
}

function loaded(): LiquidEngine {
  if (engine === undefined) throw new Error('The Liquid engine is not loaded');
  return engine;
}

/** Returns the first line of a message. The other lines repeat the template. */
function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/, (?:file:.*, )?line:\d+, col:\d+$/, '') ?? message;
}
