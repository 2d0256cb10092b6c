import { isFields } from '../../schema/fields.ts';
import { TooCostly } from '../fql/work-budget.ts';
import { directiveOf } from './directives.ts';
import { CHARS_A_STEP, constant } from './resolving.ts';
import type { Resolve } from './resolving.ts';

/** Told what a template does while it is filled. */
export type Meter = {
  /** So much text is about to be made or gone through. */
  use(count: number): void;
  /** A place of the template stays empty. */
  gap(): void;
};

export type LiquidEngine = {
  /** @throws Error for a template that cannot be read. */
  parse(template: string): (event: unknown, meter: Meter) => string;
};

/** Segment's limit. */
export const MAX_LIQUID_CHARS = 1_000;

let load: (() => Promise<LiquidEngine>) | undefined;
let engine: LiquidEngine | undefined;

/** Says where the engine comes from: it is half as large as the rest, and most sources need none. */
export function liquidComesFrom(loader: () => Promise<LiquidEngine>): void {
  load = loader;
}

/** Sees to it that what a value needs is there before it is resolved. */
export async function liquidFor(value: unknown): Promise<void> {
  if (engine !== undefined || !needsLiquid(value)) return;
  if (load === undefined) throw new Error('Nobody has said where the Liquid engine comes from');
  engine = await load();
}

/** This is true of a value with an `@liquid` somewhere in it. Looked up once for each object. */
export function needsLiquid(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const known = needing.get(value);
  if (known !== undefined) return known;
  const isNeeded = (isFields(value) && directiveOf(value) === '@liquid') || Object.values(value).some(needsLiquid);
  needing.set(value, isNeeded);
  return isNeeded;
}

const needing = new WeakMap<object, boolean>();

/** Says why a template cannot be read; undefined where it can. `liquidFor` comes first. */
export function liquidProblem(template: string): string | undefined {
  try {
    loaded().parse(template);
    return undefined;
  } catch (error) {
    return error instanceof Error ? firstLine(error.message) : 'cannot be read';
  }
}

/** `@liquid`. */
export function fillLiquid(template: unknown): Resolve {
  if (typeof template !== 'string' || template.length > MAX_LIQUID_CHARS) return constant(undefined);
  if (template === '') return constant('');
  let filled: ReturnType<LiquidEngine['parse']> | undefined;
  return (event, work) => {
    const { budget } = work;
    const spent = { isOver: false };
    budget.spend(template.length);
    try {
      filled ??= loaded().parse(template);
      return filled(event, {
        use(count) {
          const chars = Number.isFinite(count) ? Math.max(Math.ceil(count), 0) : Number.MAX_SAFE_INTEGER;
          try {
            budget.spend(1 + Math.ceil(chars / CHARS_A_STEP));
            budget.write(chars);
          } catch (error) {
            spent.isOver = true;
            throw error;
          }
        },
        gap() {
          work.gaps += 1;
        },
      });
    } catch (error) {
      // The engine wraps what it catches.
      if (spent.isOver || error instanceof TooCostly) throw new TooCostly();
      work.failures += 1;
      return undefined;
    }
  };
}

function loaded(): LiquidEngine {
  if (engine === undefined) throw new Error('The Liquid engine is not loaded');
  return engine;
}

/** What follows the first line is the template itself. */
function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/, (?:file:.*, )?line:\d+, col:\d+$/, '') ?? message;
}
