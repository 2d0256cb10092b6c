import type { Condition, Expression, Literal, Operand, Path } from './expression.ts';

/**
 * Prints a trigger so that `parse` returns the same expression: single spaces, and only the brackets that are needed.
 */
export function print(expression: Expression): string {
  switch (expression.kind) {
    case 'or':
      // An "or" inside an "or" was written in brackets, so the brackets are kept.
      return expression.parts.map((part) => (part.kind === 'or' ? `(${print(part)})` : print(part))).join(' or ');
    case 'and':
      return expression.parts
        .map((part) => (part.kind === 'or' || part.kind === 'and' ? `(${print(part)})` : print(part)))
        .join(' and ');
    case 'not':
      return isAtom(expression.of) ? `!${print(expression.of)}` : `!(${print(expression.of)})`;
    case 'compare':
    case 'in':
    case 'member':
    case 'contains':
    case 'match':
      return printCondition(expression);
  }
}

export function printOperand(operand: Operand): string {
  switch (operand.kind) {
    case 'literal':
      return printLiteral(operand.value);
    case 'path':
      return printPath(operand.path);
    case 'call':
      return `${operand.name}(${printOperand(operand.of)})`;
  }
}

/** Checks whether `!` needs no brackets. `!a = b` means `!(a = b)` and is printed that way, which is easier to read. */
function isAtom({ kind }: Expression): boolean {
  return kind === 'contains' || kind === 'match' || kind === 'not';
}

function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'compare':
      return `${printOperand(condition.left)} ${condition.operator} ${printOperand(condition.right)}`;
    case 'in':
      return `${printOperand(condition.left)} in [${condition.list.map(printLiteral).join(', ')}]`;
    case 'member':
      return `${printOperand(condition.item)} in ${printOperand(condition.of)}`;
    case 'contains':
      return `contains(${printOperand(condition.whole)}, ${printOperand(condition.part)})`;
    case 'match':
      return `match(${printOperand(condition.text)}, ${printOperand(condition.pattern)})`;
  }
}

function printLiteral(value: Literal): string {
  if (typeof value !== 'string') return String(value);
  const text = value.replaceAll(/["\\\n\r\t]/g, (sign) => ESCAPES[sign] ?? sign);
  return `"${text}"`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function printPath([root, ...keys]: Path): string {
  return String(root) + keys.map(printKey).join('');
}

function printKey(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`;
  return /^[\p{L}\p{M}\p{N}_$-]+$/u.test(key) ? `.${key}` : `[${printLiteral(key)}]`;
}
