import type { SeenValue } from '../../schema/trigger-view.ts';
import { isEqual, numberOf } from './compare.ts';
import { typeOf, valueAt } from './compile.ts';
import type { EventFields } from './compile.ts';
import type { Condition, Literal, Operand, Path } from './expression.ts';
import { printOperand } from './print.ts';

/** What is told of the values that a condition saw: nothing, what the trigger itself knows, or all. */
export type Telling = 'nothing' | 'what_is_known' | 'all';

/** A field that a condition looks at. */
export type Look = {
  field: string;
  path: Path;
  /** A value that says nothing of the person which the trigger does not say. */
  isKnown: (value: unknown) => boolean;
  /** The texts that it is held against. */
  texts: readonly string[];
};

/** These are kept with each event anyway. */
const KEPT_ROOTS: ReadonlySet<string> = new Set(['type', 'event', 'name']);

/** What is more is as likely somebody's number as a price. */
const MAX_AMOUNT = 1_000_000;

/** Longer values say no more to whoever looks for what is wrong. */
const MAX_TOLD_CHARS = 100;

/** Names the fields that a condition looks at, and which of their values may be told. */
export function looksOf(condition: Condition): Look[] {
  switch (condition.kind) {
    case 'compare': {
      const { left, right, operator } = condition;
      const isByOrder = operator !== '=' && operator !== '!=';
      return [
        ...lookOf(left, isByOrder ? 'size' : literalsIn(right)),
        ...lookOf(right, isByOrder ? 'size' : literalsIn(left)),
      ];
    }
    case 'in':
      return lookOf(condition.left, condition.list);
    case 'contains':
      return [...lookOf(condition.whole, []), ...lookOf(condition.part, [])];
    case 'match':
      return lookOf(condition.text, []);
  }
}

/** Says what a look found in an event: at least of which type it was. */
export function seenBy(
  { path, isKnown, texts }: Look,
  event: EventFields,
  telling: Exclude<Telling, 'nothing'>,
): SeenValue {
  const value = valueAt(event, path);
  const almost = typeof value === 'string' ? texts.find((text) => isAlmost(text, value)) : undefined;
  const isTold = telling === 'all' || isKnown(value);
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
      const root = String(path[0]);
      const isAmount = against === 'size' && root === 'properties';
      const literals = against === 'size' ? [] : against;
      return [
        {
          field: printOperand(operand),
          path,
          isKnown: (value) =>
            KEPT_ROOTS.has(root) ||
            typeof value === 'boolean' ||
            (isAmount && looksLikeAnAmount(value)) ||
            literals.some((literal) => literal !== null && isEqual(value, literal)),
          texts: literals.filter((literal) => typeof literal === 'string'),
        },
      ];
    }
    case 'call': {
      // Of a length and of a type the value says more than the condition asks.
      const literals = operand.name === 'lowercase' && against !== 'size' ? against : [];
      return lookOf(operand.of, []).map((look) => ({
        ...look,
        isKnown: (value) =>
          look.isKnown(value) || (typeof value === 'string' && literals.includes(value.toLowerCase())),
        texts: literals.filter((literal) => typeof literal === 'string'),
      }));
    }
  }
}

/** A telephone number is compared by size too, where somebody asks whether there is one. */
function looksLikeAnAmount(value: unknown): boolean {
  const number = numberOf(value);
  if (number === undefined || Math.abs(number) >= MAX_AMOUNT) return false;
  return typeof value === 'number' || /^-?(0|[1-9]\d*)(\.\d+)?$/.test(String(value));
}

function literalsIn(operand: Operand): Literal[] {
  return operand.kind === 'literal' ? [operand.value] : [];
}

function isAlmost(text: string, value: string): boolean {
  return text !== value && text.trim().toLowerCase() === value.trim().toLowerCase();
}
