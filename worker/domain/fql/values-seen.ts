import type { SeenValue } from '../../schema/events/trigger-view.ts';
import { numberOf } from './compare.ts';
import { valueAt } from './compile.ts';
import type { EventFields } from './compile.ts';
import type { Condition, Literal, Operand, Path } from './syntax/expression.ts';
import { printOperand } from './syntax/print.ts';
import type { WorkBudget } from './work-budget.ts';

/** How much of the values that conditions read is reported: nothing, only values that the trigger contains, or all. */
export type Telling = 'nothing' | 'what_is_known' | 'all';

/** A field that conditions read, and the values they compare it with. */
export type Look = {
  field: string;
  path: Path;
  /** A condition compares it by size, so a number in it is an amount. */
  isAmount: boolean;
  /** The texts and numbers it is compared with, as texts. */
  known: ReadonlySet<string>;
  /** The texts it is compared with, by their trimmed lower-case form. */
  nearly: ReadonlyMap<string, string>;
  /** The texts that `lowercase()` of the field is compared with. */
  lowercase: ReadonlySet<string>;
};

/** Fields whose values are stored with each event anyway. */
const KEPT_FIELDS: ReadonlySet<string> = new Set(['type', 'event', 'name']);

/** A larger number may be a personal number, such as a telephone number, instead of a price. */
const MAX_AMOUNT = 1_000_000;

/** The length to which reported values are cut. More doesn't help to find a mistake. */
export const MAX_TOLD_CHARS = 100;

/** Returns the fields that a condition reads, and which of their values may be reported. */
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

/** Merges the entries for the same field, so that it is read once. */
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
 * Returns what is reported of a field's value in an event: at least its type. Undefined when the field is missing or
 * null.
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

/**
 * Returns a stored value from the point of view of one condition. A value is stored once for all conditions of all
 * mappings, but each condition compares it with other texts, so another text may be the one that it nearly equals.
 */
export function seenForOne(look: Look, { almost: ofAny, ...seen }: SeenValue): SeenValue {
  // If the value itself isn't stored, the text that it nearly equals is used instead: both have the same letters.
  const almost = typeof seen.value === 'string' ? almostOf(seen.value, look) : look.nearly.get(nearKey(ofAny ?? ''));
  return almost === undefined || (ofAny === undefined && seen.value === undefined) ? seen : { ...seen, almost };
}

/** @param against The literals it is compared with, or `size` for an order comparison. */
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
          nearly: new Map(texts.map((text) => [nearKey(text), text])),
          lowercase: new Set(),
        },
      ];
    }
    case 'call': {
      // For other functions, such as a length or a type, the value would reveal more than the condition asks.
      const literals = operand.name === 'lowercase' && against !== 'size' ? against : [];
      const texts = literals.filter((literal) => typeof literal === 'string');
      return lookOf(operand.of, []).map((look) => ({
        ...look,
        nearly: new Map(texts.map((text) => [nearKey(text), text])),
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

/**
 * Checks whether a value is small enough to be an amount. A telephone number may be compared by size too, to check that
 * it exists.
 */
function looksLikeAnAmount(value: string | number): boolean {
  const number = numberOf(value);
  if (number === undefined || Math.abs(number) >= MAX_AMOUNT) return false;
  return typeof value === 'number' || /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value);
}

/** Returns the expected text when the value differs from it only in case or surrounding spaces. */
function almostOf(value: string, { known, nearly, lowercase }: Look): string | undefined {
  if (nearly.size === 0 || known.has(value) || lowercase.has(value.toLowerCase())) return undefined;
  return nearly.get(nearKey(value));
}

/** Equal for texts that differ only in case or surrounding spaces. */
function nearKey(text: string): string {
  return text.trim().toLowerCase();
}

/** Returns the type by its JavaScript and JSON name, as in the event that the reader sees. */
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
