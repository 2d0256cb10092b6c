import type { Condition, Expression, Literal } from './syntax/expression.ts';
import { print } from './syntax/print.ts';
import { readTrigger } from './trigger.ts';

/** An event name that a site sends, and the number of its events. Null for events without a name. */
type SeenName = { name: string | null; count: number };

/** An event that the site sends, and that a trigger misses only because of how its name is spelled. */
export type NearMiss = {
  name: string;
  /** The name that the trigger has. */
  asked: string;
  count: number;
  differs: 'case' | 'spaces' | 'spelling';
  /** Whether the site also sends the name that the trigger has. */
  isAlso: boolean;
  /** The trigger with this name instead of its own, or beside it if the site sends both. */
  trigger: string;
};

/** Finds the seen events whose names differ from a name in the trigger only in case, spaces or separators. */
export function nearMisses(trigger: string, seen: readonly SeenName[]): NearMiss[] {
  const read = readTrigger(trigger, (expression) => expression);
  if (read.kind === 'invalid') return [];
  const expression = read.found;
  const asked = namesIn(expression);
  return seen.flatMap(({ name, count }) => {
    if (name === null || asked.includes(name)) return [];
    const missed = asked.find((one) => spellingKey(one) === spellingKey(name));
    if (missed === undefined) return [];
    const isAlso = seen.some((other) => other.name === missed);
    const names = isAlso ? [missed, name] : [name];
    return [
      {
        name,
        asked: missed,
        count,
        differs: spellingDifference(missed, name),
        isAlso,
        trigger: print(withNames(expression, missed, names)),
      },
    ];
  });
}

/**
 * Returns a trigger that also accepts this name, besides the similar name that it has. Undefined if it has no similar
 * name.
 */
export function acceptingToo(trigger: string, name: string): string | undefined {
  const [alone] = nearMisses(trigger, [{ name, count: 1 }]);
  if (alone === undefined) return undefined;
  const both = [name, alone.asked].map((one) => ({ name: one, count: 1 }));
  return nearMisses(trigger, both)[0]?.trigger;
}

/** Returns how two names differ that a person would consider the same. */
export function spellingDifference(one: string, other: string): NearMiss['differs'] {
  if (one.toLowerCase() === other.toLowerCase()) return 'case';
  return spaced(one) === spaced(other) ? 'spaces' : 'spelling';
}

/**
 * Returns the same text for names that a person would consider the same: `Lead Generated`, `lead_generated`,
 * `LeadGenerated `.
 */
export function spellingKey(name: string): string {
  const key = name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
  // A name without letters or digits is similar only to itself.
  return key === '' ? name : key;
}

function spaced(name: string): string {
  return name.replaceAll(/\s/g, '');
}

/** Returns the event names that a trigger asks for. */
export function namesAsked(trigger: string): string[] {
  const read = readTrigger(trigger, namesIn);
  return read.kind === 'ok' ? read.found : [];
}

function namesIn(expression: Expression): string[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.parts.flatMap(namesIn);
    case 'compare':
    case 'in':
      return namesOf(expression);
    // A name that the trigger excludes is left out on purpose.
    case 'not':
    case 'member':
    case 'contains':
    case 'match':
      return [];
  }
}

function namesOf(condition: Extract<Condition, { kind: 'compare' | 'in' }>): string[] {
  if (condition.left.kind !== 'path' || condition.left.path.join('.') !== 'event') return [];
  if (condition.kind === 'in') return condition.list.filter((item) => typeof item === 'string');
  const { operator, right } = condition;
  return operator === '=' && right.kind === 'literal' && typeof right.value === 'string' ? [right.value] : [];
}

function withNames(expression: Expression, missed: string, names: readonly string[]): Expression {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return { kind: expression.kind, parts: expression.parts.map((part) => withNames(part, missed, names)) };
    case 'compare':
    case 'in': {
      if (!namesOf(expression).includes(missed)) return expression;
      const [name = missed, ...others] = names;
      // A list may also have numbers, which are not names.
      if (expression.kind === 'in')
        return { ...expression, list: expression.list.flatMap<Literal>((item) => (item === missed ? names : [item])) };
      return others.length === 0
        ? { ...expression, right: { kind: 'literal', value: name } }
        : { kind: 'in', left: expression.left, list: [name, ...others] };
    }
    case 'not':
    case 'member':
    case 'contains':
    case 'match':
      return expression;
  }
}
