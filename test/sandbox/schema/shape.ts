/**
 * The shape of a value in LinkedIn's schemas, as data for `violations`. `since` is the version (`202609`) from which a
 * field or symbol exists; before that it is as unknown as a typing error.
 */
export type Shape =
  | { readonly kind: 'string' | 'long' | 'int' | 'boolean' }
  | { readonly kind: 'urn'; readonly prefix: string; readonly id: RegExp }
  | { readonly kind: 'enum'; readonly symbols: readonly EnumSymbol[] }
  | { readonly kind: 'array'; readonly of: Shape }
  | { readonly kind: 'record'; readonly fields: Readonly<Record<string, Field>> };

export type EnumSymbol = { readonly name: string; readonly since?: string };

export type Field = {
  readonly shape: Shape;
  /** `{ unless }`: may be left out only when that other field is there. */
  readonly required?: true | { readonly unless: string };
  readonly since?: string;
  /** Only LinkedIn sets it; clients may not send it. */
  readonly readOnly?: true;
  /** May be sent when creating, never afterwards. */
  readonly createOnly?: true;
};

export const STRING = { kind: 'string' } as const;
export const INT = { kind: 'int' } as const;
export const LONG = { kind: 'long' } as const;
export const BOOLEAN = { kind: 'boolean' } as const;

export const required = (shape: Shape): Field => ({ shape, required: true });
export const optional = (shape: Shape): Field => ({ shape });
export const urn = (prefix: string, id: RegExp): Shape => ({ kind: 'urn', prefix, id });
export const listOf = (shape: Shape): Shape => ({ kind: 'array', of: shape });
export const record = (fields: Readonly<Record<string, Field>>): Shape => ({ kind: 'record', fields });
export const oneOf = (...symbols: readonly (string | EnumSymbol)[]): Shape => ({
  kind: 'enum',
  symbols: symbols.map((symbol) => (typeof symbol === 'string' ? { name: symbol } : symbol)),
});
