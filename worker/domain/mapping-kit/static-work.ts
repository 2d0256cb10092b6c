import { isFields } from '../../schema/fields.ts';
import { ITEM_CHARS, WORK_LIMITS } from '../fql/work-budget.ts';
import { directiveOf } from './directives.ts';
import { liquidSteps } from './liquid.ts';
import { templateParts } from './template.ts';

/** The assumed length of a list in an event: more than any order has, and far fewer than a stranger may send. */
const EVENT_LIST_ITEMS = 100;

/** The work of a mapping's field, estimated without an event, and the number of items it may return. */
type Work = { steps: number; chars: number; items: number };

/**
 * Checks whether a valid mapping's field would exceed the budget with any event. Nested lists do, since each one
 * multiplies the work of the next. `liquidFor` must be called first.
 */
export function isTooCostlyFor(value: unknown): boolean {
  const { steps, chars } = workOf(value);
  return steps > WORK_LIMITS.eventSteps || chars > WORK_LIMITS.eventChars;
}

const ONE: Work = { steps: 1, chars: 0, items: 1 };
const LISTED: Work = { ...ONE, items: EVENT_LIST_ITEMS };

function workOf(value: unknown): Work {
  if (Array.isArray(value)) return listWork(value);
  if (!isFields(value)) return ONE;
  const directive = directiveOf(value);
  if (directive === undefined) return { ...listWork(Object.values(value)), items: 1 };
  const argument = value[directive];
  switch (directive) {
    case '@literal':
      return { ...ONE, items: Array.isArray(argument) ? argument.length : 1 };
    case '@path':
      return typeof argument === 'string' ? { ...ONE, items: EVENT_LIST_ITEMS } : plus(workOf(argument), LISTED);
    case '@template': {
      if (isFields(argument)) return plus(workOf(argument), ONE);
      const parts = typeof argument === 'string' ? templateParts(argument) : [];
      const chars = parts.reduce((sum, part) => sum + (part.kind === 'text' ? part.text.length : 0), 0);
      return { steps: 1 + parts.length, chars, items: 1 };
    }
    case '@if': {
      if (!isFields(argument)) return ONE;
      const branches = [workOf(argument['then']), workOf(argument['else'])] as const;
      return plus(workOf(argument['blank'] ?? argument['exists']), {
        steps: Math.max(...branches.map(({ steps }) => steps)),
        chars: Math.max(...branches.map(({ chars }) => chars)),
        items: Math.max(...branches.map(({ items }) => items)),
      });
    }
    case '@case':
    case '@replace':
      return isFields(argument) ? plus(workOf(argument['value']), ONE) : ONE;
    case '@merge':
      return isFields(argument) ? plus(workOf(argument['objects']), ONE) : ONE;
    case '@flatten':
      return isFields(argument) ? plus(workOf(argument['value']), ONE) : ONE;
    case '@json':
      return isFields(argument) ? plus(workOf(argument['value']), LISTED) : ONE;
    case '@transform':
      return isFields(argument) ? plus(workOf(argument['apply']), workOf(argument['mapping'])) : ONE;
    case '@excludeWhenNull':
      return workOf(argument);
    case '@liquid':
      return { steps: typeof argument === 'string' ? liquidSteps(argument) : 1, chars: 0, items: 1 };
    case '@arrayPath': {
      const [where, shape]: readonly unknown[] = Array.isArray(argument) ? argument : [];
      const found = typeof where === 'string' ? { ...ONE, items: EVENT_LIST_ITEMS } : workOf(where);
      if (shape === undefined) return found;
      const each = workOf(shape);
      return {
        steps: found.steps + found.items * (1 + each.steps),
        chars: found.chars + found.items * (ITEM_CHARS + each.chars),
        items: found.items,
      };
    }
  }
}

function listWork(values: readonly unknown[]): Work {
  const works = values.map(workOf);
  return {
    steps: works.reduce((sum, { steps }) => sum + steps, 1),
    chars: works.reduce((sum, { chars }) => sum + chars, values.length * ITEM_CHARS),
    items: values.length,
  };
}

/** Adds the work of two steps. The items are those of the second step. */
function plus(first: Work, second: Work): Work {
  return { steps: first.steps + second.steps, chars: first.chars + second.chars, items: second.items };
}
