import { isRecord } from '../json-value.ts';
import type { Field, Shape } from './shape.ts';

/** The circumstances of a check. */
export type Judgement = {
  /** The request's version, `202609`. */
  readonly version: string;
  /** Enum symbols that are in the schema but are refused. */
  readonly refusedSymbols?: readonly string[];
  /** A partial update may leave out fields that are required to create. */
  readonly operation?: 'create' | 'partial_update';
};

const REQUIRED = 'field is required but not found and has no default value';
const UNRECOGNIZED = 'unrecognized field found but not allowed';
const BAD_URN = 'Invalid Urn format. Invalid prefix.';
const CLASS_NAMES = { string: 'String', long: 'Long', int: 'Integer', boolean: 'Boolean' } as const;

/**
 * Checks a value against a shape, and words the errors as Rest.li does:
 * `ERROR :: /conversionValue/amount :: 19.9 cannot be coerced to String`.
 *
 * It collects all errors (measured 2026-09: one answer names several faults).
 */
export function violations(value: unknown, shape: Shape, judgement: Judgement, path = ''): string[] {
  const error = (reason: string, at = path): string => `ERROR :: ${at} :: ${reason}`;

  switch (shape.kind) {
    case 'string':
    case 'long':
    case 'int':
    case 'boolean':
      return isPrimitive(value, shape.kind)
        ? []
        : [error(`${asText(value)} cannot be coerced to ${CLASS_NAMES[shape.kind]}`)];
    case 'urn':
      if (typeof value !== 'string') return [error(`${asText(value)} cannot be coerced to String`)];
      return value.startsWith(shape.prefix) && shape.id.test(value.slice(shape.prefix.length)) ? [] : [error(BAD_URN)];
    case 'enum':
      if (typeof value !== 'string') return [error('enum type is not backed by a String')];
      return hasSymbol(shape, value, judgement) ? [] : [error(`"${value}" is not an enum symbol`)];
    case 'array':
      if (!Array.isArray(value)) return [error('array type is not backed by a DataList')];
      return value.flatMap((item, index) => violations(item, shape.of, judgement, `${path}/${index}`));
    case 'record': {
      if (!isRecord(value)) return [error('record type is not backed by a DataMap')];
      const fields = fieldsIn(shape.fields, judgement.version);
      const unknown = Object.keys(value)
        .filter((name) => !fields.has(name))
        .map((name) => error(UNRECOGNIZED, `${path}/${name}`));
      const known = [...fields].flatMap(([name, field]) => {
        const at = `${path}/${name}`;
        if (!Object.hasOwn(value, name)) return isMissing(field, value, fields, judgement) ? [error(REQUIRED, at)] : [];
        const ban = banOn(field, judgement);
        return ban === undefined ? violations(value[name], field.shape, judgement, at) : [error(ban, at)];
      });
      return [...unknown, ...known];
    }
  }
}

type Fields = ReadonlyMap<string, Field>;

function fieldsIn(fields: Readonly<Record<string, Field>>, version: string): Fields {
  return new Map(Object.entries(fields).filter(([, field]) => field.since === undefined || version >= field.since));
}

function isMissing(field: Field, value: Record<string, unknown>, fields: Fields, { operation }: Judgement): boolean {
  if (field.required === undefined || operation === 'partial_update') return false;
  if (field.required === true) return true;
  return !(fields.has(field.required.unless) && Object.hasOwn(value, field.required.unless));
}

/** Returns Rest.li's message for a field that this operation may not have. */
function banOn(field: Field, { operation = 'create' }: Judgement): string | undefined {
  if (field.readOnly === true) return `ReadOnly field present in a ${operation} request`;
  if (field.createOnly === true && operation === 'partial_update')
    return 'CreateOnly field present in a partial_update request';
  return undefined;
}

function hasSymbol(
  shape: Shape & { kind: 'enum' },
  name: string,
  { version, refusedSymbols = [] }: Judgement,
): boolean {
  const symbol = shape.symbols.find((candidate) => candidate.name === name);
  return symbol !== undefined && !refusedSymbols.includes(name) && version >= (symbol.since ?? '');
}

function isPrimitive(value: unknown, kind: 'string' | 'long' | 'int' | 'boolean'): boolean {
  if (kind === 'string' || kind === 'boolean') return typeof value === kind;
  return Number.isInteger(value) && (kind === 'long' || Math.abs(Number(value)) < 2 ** 31);
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
