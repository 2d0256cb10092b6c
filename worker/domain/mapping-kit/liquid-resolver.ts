import { TooCostly } from '../fql/work-budget.ts';
import { CHARS_A_STEP } from './resolve-context.ts';
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

/** A template that is ready to be filled. */
export type ParsedLiquid = {
  /** The steps to fill the template, besides the work that its meter is told of. */
  steps: number;
  /** It was saved before unknown filters were refused. They leave their value unchanged. */
  hasUnknownFilter: boolean;
  fill(event: unknown, meter: Meter): string;
};

/** The engine takes this long to throw and catch an error: about 60 µs. */
const STEPS_A_FAILURE = 1_500;

/** Returns how a template is filled for an event, at the cost of its work. An invalid one fails for each event. */
export function filledFrom(parsed: ParsedLiquid | 'invalid'): Resolver {
  return (event, work) => {
    const { budget } = work;
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

/** The engine's counts may be texts, or not a number: then there is nothing to do. */
function counted(count: unknown): number {
  const number = Number(count);
  if (Number.isNaN(number)) return 0;
  return Number.isFinite(number) ? Math.max(Math.ceil(number), 0) : Number.MAX_SAFE_INTEGER;
}
