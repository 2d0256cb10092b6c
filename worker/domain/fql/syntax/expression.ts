/** A parsed trigger: the meaning of each part, without its spelling. */
export type Expression =
  | { kind: 'or'; parts: Expression[] }
  | { kind: 'and'; parts: Expression[] }
  | { kind: 'not'; of: Expression }
  | Condition;

export type Condition =
  | { kind: 'compare'; operator: Operator; left: Operand; right: Operand }
  | { kind: 'in'; left: Operand; list: Literal[] }
  /** `in` with a field instead of a literal list. */
  | { kind: 'member'; item: Operand; of: Operand }
  | { kind: 'contains'; whole: Operand; part: Operand }
  | { kind: 'match'; text: Operand; pattern: Operand };

export type Operand =
  | { kind: 'literal'; value: Literal }
  | { kind: 'path'; path: Path }
  | { kind: 'call'; name: FunctionName; of: Operand };

export type Literal = string | number | boolean | null;

/** The names and list indices from the event down to a field. */
export type Path = readonly (string | number)[];

export const OPERATORS = ['=', '!=', '>', '>=', '<', '<='] as const;
export type Operator = (typeof OPERATORS)[number];

export const FUNCTIONS = [
  'lowercase',
  'uppercase',
  'snakecase',
  'kebabcase',
  'titlecase',
  'typeof',
  'length',
  'bool',
  'string',
  'number',
] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** The event's fields that are single values. */
export const VALUE_ROOTS: readonly string[] = ['type', 'event', 'name', 'userId', 'anonymousId', 'messageId'];
export const OBJECT_ROOTS: readonly string[] = ['properties', 'traits', 'context'];
