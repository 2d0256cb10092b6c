import type { SeenValue } from '../../schema/events/trigger-view.ts';
import { numberOf } from './compare.ts';
import { valueAt } from './compile.ts';
import type { EventFields } from './compile.ts';
import type { Condition, Literal, Operand, Path } from './expression.ts';
import { printOperand } from './print.ts';
import type { WorkBudget } from './work-budget.ts';

/** What is told of the values that a condition saw: nothing, what the trigger itself knows, or all. */
export type Telling = 'nothing' | 'what_is_known' | 'all';

/** A field that conditions look at, and what they know of it. */
export type Look = {
  field: string;
  path: Path;
  /** Some condition compares it by size, so that a number there is an amount. */
  isAmount: boolean;
  /** The texts and numbers that it is held against, as texts. */
  known: ReadonlySet<string>;
  /** The same in lower case and without spaces around them, with what they are. */
  nearly: ReadonlyMap<string, string>;
  /** Those that it is held against in lower case. */
  lowercase: ReadonlySet<string>;
};

/** These are kept with each event anyway. */
const KEPT_FIELDS: ReadonlySet<string> = new Set(['type', 'event', 'name']);

/** What is more is as likely somebody's number as a price. */
const MAX_AMOUNT = 1_000_000;

/** Longer values say no more to whoever looks for what is wrong. */
export const MAX_TOLD_CHARS = 100;

/** Names the fields that a condition looks at, and which of their values may be told. */
export function looksOf(condition: Condition): Look[] {
  switch (condition.kind) {
    case 'compare': {
      const { left, right, operator } = condition;
      const isBySize = operator !== '=' && operator !== '!=';
      return [
        ...lookOf(left, isBySize ? 'size' : literalsIn(right)),
        ...lookOf(right, isBySize ? 'size' : literalsIn(left)),
      ];
    }
    case 'in':
      return lookOf(condition.left, condition.list);
    case 'member':
      return [...lookOf(condition.item, []), ...lookOf(condition.of, literalsIn(condition.item))];
    case 'contains':
      return [...lookOf(condition.whole, []), ...lookOf(condition.part, [])];
    case 'match':
      return [...lookOf(condition.text, []), ...lookOf(condition.pattern, [])];
  }
}

/** Makes one look of all that go to the same field: it is read once, and what any of them knows is known. */
export function withoutRepeats(looks: readonly Look[]): Look[] {
  const byField = Map.groupBy(looks, ({ field }) => field);
  return [...byField.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    return [
      {
        field: first.field,
        path: first.path,
        isAmount: same.some(({ isAmount }) => isAmount),
        known: new Set(same.flatMap(({ known }) => [...known])),
        nearly: new Map(same.flatMap(({ nearly }) => [...nearly])),
        lowercase: new Set(same.flatMap(({ lowercase }) => [...lowercase])),
      },
    ];
  });
}

/**
 * Says what a look found in an event: at least of which type it was. Undefined where there was nothing.
 *
 * @throws TooCostly
 */
export function seenBy(
  look: Look,
  event: EventFields,
  telling: Exclude<Telling, 'nothing'>,
  budget: WorkBudget,
): SeenValue | undefined {
  budget.spend(1 + look.path.length);
  const value = valueAt(event, look.path);
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') budget.spend(Math.ceil(value.length / 4));
  const isTold = telling === 'all' || isKnown(value, look);
  const almost = typeof value === 'string' ? almostOf(value, look) : undefined;
  return {
    type: typeOf(value),
    ...(isTold && typeof value === 'string' && { value: value.slice(0, MAX_TOLD_CHARS) }),
    ...(isTold && (typeof value === 'number' || typeof value === 'boolean') && { value }),
    ...(almost !== undefined && { almost }),
  };
}

/** @param against What it is compared with: some literals, or by size. */
function lookOf(operand: Operand, against: readonly Literal[] | 'size'): Look[] {
  switch (operand.kind) {
    case 'literal':
      return [];
    case 'path': {
      const { path } = operand;
      const literals = against === 'size' ? [] : against;
      const texts = literals.filter((literal) => typeof literal === 'string');
      return [
        {
          field: printOperand(operand),
          path,
          isAmount: against === 'size' && path[0] === 'properties',
          known: new Set(literals.filter((literal) => literal !== null).map(String)),
          nearly: new Map(texts.map((text) => [text.trim().toLowerCase(), text])),
          lowercase: new Set(),
        },
      ];
    }
    case 'call': {
      // Of a length and of a type the value says more than the condition asks.
      const literals = operand.name === 'lowercase' && against !== 'size' ? against : [];
      const texts = literals.filter((literal) => typeof literal === 'string');
      return lookOf(operand.of, []).map((look) => ({
        ...look,
        nearly: new Map(texts.map((text) => [text.trim().toLowerCase(), text])),
        lowercase: new Set(texts),
      }));
    }
  }
}

function isKnown(value: unknown, { field, isAmount, known, lowercase }: Look): boolean {
  if (typeof value === 'boolean' || KEPT_FIELDS.has(field)) return true;
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  if (known.has(String(value)) || (isAmount && looksLikeAnAmount(value))) return true;
  return lowercase.size > 0 && typeof value === 'string' && lowercase.has(value.toLowerCase());
}

/** A telephone number is compared by size too, where somebody asks whether there is one. */
function looksLikeAnAmount(value: string | number): boolean {
  const number = numberOf(value);
  if (number === undefined || Math.abs(number) >= MAX_AMOUNT) return false;
  return typeof value === 'number' || /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value);
}

/** The text that is wanted, of which a value is another writing. */
function almostOf(value: string, { known, nearly, lowercase }: Look): string | undefined {
  if (nearly.size === 0 || known.has(value) || lowercase.has(value.toLowerCase())) return undefined;
  return nearly.get(value.trim().toLowerCase());
}

/** As JavaScript and JSON name it: whoever looks at an event has it before them. */
function typeOf(value: unknown): SeenValue['type'] {
  if (value === undefined || value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'object';
}

function literalsIn(operand: Operand): Literal[] {
  return operand.kind === 'literal' ? [operand.value] : [];
}
