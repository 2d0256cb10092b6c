import { compile, valueAt } from './compile.ts';
import type { Test } from './compile.ts';
import type { Expression, Operand, Path } from './expression.ts';

/** This is true for a trigger that holds for identify events only: the person is its subject, and not what they did. */
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

/** The types of events that a trigger names, as in `type = "group"` and `type in ["track", "page"]`. */
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
 * Makes the test of an event that ends a membership which a trigger began.
 *
 * That the trigger does not hold is not enough: most identifies say nothing of an audience. It takes one of the traits
 * that the trigger wants to be true, there and not true; or, of a trigger that wants none to be true, any of its traits.
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

/** The traits that a trigger compares with true. */
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
