import { compile, valueAt } from './compile.ts';
import type { Test } from './compile.ts';
import type { Expression, Operand, Path } from './syntax/expression.ts';

/** Checks whether a trigger holds for identify events only. Such a trigger is about the person, not about an action. */
export function asksForIdentify(expression: Expression): boolean {
  switch (expression.kind) {
    case 'and':
      return expression.parts.some(asksForIdentify);
    case 'or':
      return expression.parts.every(asksForIdentify);
    case 'compare': {
      const { operator, left, right } = expression;
      return operator === '=' && ((isType(left) && isIdentify(right)) || (isType(right) && isIdentify(left)));
    }
    case 'in':
      return isType(expression.left) && expression.list.every((value) => value === 'identify');
    case 'not':
    case 'member':
    case 'contains':
    case 'match':
      return false;
  }
}

/** Returns the event types that a trigger names, as in `type = "group"` and `type in ["track", "page"]`. */
export function typesNamedIn(expression: Expression): string[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.parts.flatMap(typesNamedIn);
    case 'not':
      return typesNamedIn(expression.of);
    case 'compare': {
      const { left, right } = expression;
      return isType(left) ? textsIn(right) : isType(right) ? textsIn(left) : [];
    }
    case 'in':
      return isType(expression.left) ? expression.list.map(String) : [];
    case 'member':
    case 'contains':
    case 'match':
      return [];
  }
}

function textsIn(operand: Operand): string[] {
  return operand.kind === 'literal' ? [String(operand.value)] : [];
}

/**
 * Compiles the test for events that end a membership which the trigger began.
 *
 * A trigger that doesn't hold is not enough, because most identify events don't mention the audience. The event must
 * contain a trait that the trigger compares with true, and its value must not be true. When the trigger compares no
 * trait with true, any of its traits is enough.
 */
export function membershipEnd(expression: Expression): Test {
  const begins = compile(expression);
  const wanted = wantedTrue(expression);
  const watched = wanted.length > 0 ? wanted : traitsOf(expression);
  return (event, budget) =>
    event['type'] === 'identify' &&
    !begins(event, budget) &&
    watched.some((path) => {
      budget.spend(path.length);
      const value = valueAt(event, path);
      return value !== undefined && (wanted.length === 0 || value !== true);
    });
}

function isType(operand: Operand): boolean {
  return operand.kind === 'path' && operand.path.length === 1 && operand.path[0] === 'type';
}

function isIdentify(operand: Operand): boolean {
  return operand.kind === 'literal' && operand.value === 'identify';
}

/** Returns the traits that a trigger compares with true. */
function wantedTrue(expression: Expression): Path[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.parts.flatMap(wantedTrue);
    case 'compare': {
      const { operator, left, right } = expression;
      const isTrue = [left, right].some((side) => side.kind === 'literal' && side.value === true);
      return operator === '=' && isTrue ? [left, right].flatMap(traitIn) : [];
    }
    case 'not':
    case 'in':
    case 'member':
    case 'contains':
    case 'match':
      return [];
  }
}

function traitsOf(expression: Expression): Path[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.parts.flatMap(traitsOf);
    case 'not':
      return traitsOf(expression.of);
    case 'compare':
      return [expression.left, expression.right].flatMap(traitIn);
    case 'in':
      return traitIn(expression.left);
    case 'member':
      return [expression.item, expression.of].flatMap(traitIn);
    case 'contains':
      return [expression.whole, expression.part].flatMap(traitIn);
    case 'match':
      return [expression.text, expression.pattern].flatMap(traitIn);
  }
}

function traitIn(operand: Operand): Path[] {
  switch (operand.kind) {
    case 'literal':
      return [];
    case 'path':
      return operand.path[0] === 'traits' && operand.path.length > 1 ? [operand.path] : [];
    case 'call':
      return traitIn(operand.of);
  }
}
