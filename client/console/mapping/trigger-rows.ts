import type { Condition, Expression, Operator } from '../../../worker/domain/fql/syntax/expression.ts';
import { FqlError } from '../../../worker/domain/fql/syntax/fql-error.ts';
import { parse } from '../../../worker/domain/fql/syntax/parse.ts';
import { print, printOperand } from '../../../worker/domain/fql/syntax/print.ts';

/** The comparisons that a row can have. */
export const ASKED = [
  '=',
  '!=',
  '>',
  '>=',
  '<',
  '<=',
  'contains',
  'not contains',
  'match',
  'in',
  'missing',
  'present',
] as const;
export type Asked = (typeof ASKED)[number];

/** One row of the builder: a field, a comparison, and the value as typed. */
export type TriggerRow = { field: string; asked: Asked; value: string };
export type TriggerRows = { join: 'and' | 'or'; rows: TriggerRow[] };

/**
 * Reads a trigger as rows of the builder.
 *
 * @returns undefined if rows cannot show it: brackets, functions, comparisons of two fields. It is then edited as text.
 */
export function rowsOf(trigger: string): TriggerRows | undefined {
  const expression = readTrigger(trigger);
  if (expression === undefined) return undefined;
  const parts = expression.kind === 'and' || expression.kind === 'or' ? expression.parts : [expression];
  const rows = parts.flatMap((part) => rowOf(part) ?? []);
  if (rows.length < parts.length) return undefined;
  return { join: expression.kind === 'or' ? 'or' : 'and', rows };
}

/** Writes rows as a trigger's text. Skips rows without a field. */
export function triggerOf({ join, rows }: TriggerRows): string {
  const parts = rows.filter(({ field }) => field.trim() !== '').map(textOf);
  return parts.length === 0 ? 'type = "track"' : parts.join(` ${join} `);
}

/** Parses a trigger; undefined while it cannot be read. */
function readTrigger(trigger: string): Expression | undefined {
  try {
    return parse(trigger);
  } catch (error) {
    if (!(error instanceof FqlError)) throw error;
    return undefined;
  }
}

function rowOf(part: Expression): TriggerRow | undefined {
  switch (part.kind) {
    case 'compare':
      return rowOfComparison(part);
    case 'in':
      if (part.left.kind !== 'path') return undefined;
      return { field: printOperand(part.left), asked: 'in', value: part.list.map(shown).join(', ') };
    case 'contains':
      return rowOfContains(part, 'contains');
    case 'not':
      return part.of.kind === 'contains' ? rowOfContains(part.of, 'not contains') : undefined;
    case 'match':
      if (part.text.kind !== 'path' || part.pattern.kind !== 'literal') return undefined;
      return { field: printOperand(part.text), asked: 'match', value: String(part.pattern.value) };
    case 'member':
    case 'and':
    case 'or':
      return undefined;
  }
}

function rowOfComparison({ left, right, operator }: Extract<Condition, { kind: 'compare' }>): TriggerRow | undefined {
  if (left.kind !== 'path' || right.kind !== 'literal') return undefined;
  const field = printOperand(left);
  if (right.value !== null) return { field, asked: operator, value: shown(right.value) };
  if (operator === '=') return { field, asked: 'missing', value: '' };
  return operator === '!=' ? { field, asked: 'present', value: '' } : undefined;
}

function rowOfContains(
  { whole, part }: Extract<Condition, { kind: 'contains' }>,
  asked: 'contains' | 'not contains',
): TriggerRow | undefined {
  if (whole.kind !== 'path' || part.kind !== 'literal' || typeof part.value !== 'string') return undefined;
  return { field: printOperand(whole), asked, value: part.value };
}

/** Keeps the quotes of a text that would otherwise read as a number or keyword. */
function shown(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return String(value);
  return isPlain(value) ? value : JSON.stringify(value);
}

function isPlain(text: string): boolean {
  return text === text.trim() && text !== '' && !/^["'\d-]|,/.test(text) && !/^(true|false|null)$/i.test(text);
}

function textOf({ field, asked, value }: TriggerRow): string {
  const name = fieldText(field);
  switch (asked) {
    case 'missing':
      return `${name} = null`;
    case 'present':
      return `${name} != null`;
    case 'contains':
      return `contains(${name}, ${quoted(value)})`;
    case 'not contains':
      return `!contains(${name}, ${quoted(value)})`;
    case 'match':
      return `match(${name}, ${quoted(value)})`;
    case 'in':
      return `${name} in [${listed(value).map(literal).join(', ')}]`;
    case '=':
    case '!=':
    case '>':
    case '>=':
    case '<':
    case '<=':
      return compared(name, asked, value);
  }
}

function compared(name: string, operator: Operator, value: string): string {
  return `${name} ${operator} ${literal(value)}`;
}

/** Writes a field as FQL does, adding the brackets that a space in its name needs. */
function fieldText(field: string): string {
  const typed = field.trim().replace(/^\$\./, '');
  if (readTrigger(`${typed} = null`) !== undefined) return typed;
  const [root = '', ...keys] = typed.split('.');
  return root + keys.map((key) => (/^[\w$-]+$/.test(key) ? `.${key}` : `[${quoted(key)}]`)).join('');
}

function literal(value: string): string {
  const typed = value.trim();
  if (/^(-?\d+(\.\d+)?|true|false|null)$/.test(typed)) return typed;
  const unquoted = /^"(?:[^"\\]|\\.)*"$/.test(typed) ? typed : quoted(value);
  return unquoted;
}

/** Splits a list at the commas outside quotes. */
function listed(value: string): string[] {
  const items = value.match(/\s*(?:"(?:[^"\\]|\\.)*"|[^,]+)/g) ?? [];
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

/** Writes a text as FQL does. */
function quoted(value: string): string {
  return print({
    kind: 'compare',
    operator: '=',
    left: { kind: 'literal', value },
    right: { kind: 'literal', value: 0 },
  }).slice(0, -' = 0'.length);
}
