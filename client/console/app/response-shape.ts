/**
 * The required members of an API answer, each with an example of its kind. The compiler asks for every member that the
 * type always has, so none can be forgotten.
 */
export type Parts<Value> = unknown extends Value
  ? undefined
  : Value extends string
    ? ''
    : Value extends number
      ? 0
      : Value extends boolean
        ? false
        : Value extends readonly (infer Item)[]
          ? readonly [Parts<Item>]
          : Value extends object
            ? { readonly [Key in AlwaysThere<Value>]: Parts<Value[Key]> }
            : never;

/** The members that are neither optional nor null. */
type AlwaysThere<Value> = {
  [Key in keyof Value]-?: object extends Pick<Value, Key> ? never : null extends Value[Key] ? never : Key;
}[keyof Value];

/** The form of an answer: its required members, and its type. */
export type ResponseShape<Value> = { readonly parts: unknown; readonly reads?: (value: Value) => Value };

/** Describes an answer, such as `shapeOf<Erased>({ erased: 0, sources: 0 })`. Unnamed members may be anything. */
export function shapeOf<Value>(parts: Parts<Value>): ResponseShape<Value> {
  return { parts };
}

/** Checks whether an answer has every member that a page will read. */
export function hasShape<Value>(value: unknown, { parts }: ResponseShape<Value>): value is Value {
  return hasParts(value, parts);
}

function hasParts(value: unknown, parts: unknown): boolean {
  if (parts === undefined) return true;
  if (Array.isArray(parts)) return Array.isArray(value) && value.every((item) => hasParts(item, parts[0]));
  if (typeof parts !== 'object' || parts === null) return typeof value === typeof parts;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const members: ReadonlyMap<string, unknown> = new Map(Object.entries(value));
  return Object.entries(parts).every(([name, part]) => hasParts(members.get(name), part));
}
