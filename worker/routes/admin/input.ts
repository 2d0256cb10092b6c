import type { Context } from 'hono';
import * as v from 'valibot';

import { fieldProblems } from '../../schema/field-problems.ts';
import { isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import { Problem } from '../http/problem.ts';
import { readJson } from '../http/read-body.ts';

const MAX_BODY_BYTES = 256 * 1024;
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/**
 * Reads the body of a management request with a schema.
 *
 * @param reasons For fields that people expect and the schema does not have: the reason, by the field's name.
 * @throws Problem field_invalid, which names each wrong field.
 */
export async function readInput<Schema extends v.GenericSchema>(
  c: Context,
  schema: Schema,
  reasons: Readonly<Record<string, string>> = {},
): Promise<v.InferOutput<Schema>> {
  const { value } = await readJson(c.req.raw, { maxBytes: MAX_BODY_BYTES });
  // Checked here, because the schemas accept a list as an object without fields.
  if (!isFields(value))
    throw new Problem('field_invalid', 'Cannot use the body: expected an object', {
      fields: [{ pointer: '', detail: 'expected an object' }],
    });
  c.set('fields', pointersOf(value));
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const fields = fieldProblems(result.issues).map(({ pointer, detail }) => ({
    pointer,
    detail: Object.entries(reasons).find(([name]) => pointer === `/${name}`)?.[1] ?? detail,
  }));
  const [first] = fields;
  const where = first === undefined || first.pointer === '' ? 'the body' : first.pointer;
  throw new Problem('field_invalid', `Cannot use ${where}: ${first?.detail ?? 'not as expected'}`, { fields });
}

/** Returns the fields of a body for the audit log. For `config`, names each setting. */
function pointersOf(value: Fields): string[] {
  return Object.entries(value).flatMap(([name, given]) =>
    name === 'config' && isFields(given)
      ? Object.keys(given).map((setting) => pointerTo([name, setting]))
      : [pointerTo([name])],
  );
}

function pointerTo(names: readonly string[]): string {
  return names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Reads `?limit=&cursor=`. A cursor is the `next_cursor` of the previous page. */
export function readPage(c: Context): { limit: number; cursor: string | undefined } {
  const limit = Number(c.req.query('limit') ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw new Problem('field_invalid', `Cannot use limit: expected a whole number from 1 to ${MAX_LIMIT}`, {
      fields: [{ pointer: '/limit', detail: `expected a whole number from 1 to ${MAX_LIMIT}` }],
    });
  const cursor = c.req.query('cursor');
  if (cursor !== undefined && !/^[\w-]{1,100}$/.test(cursor)) throw badCursor();
  return { limit, cursor };
}

/**
 * Reads the filter of a list from the query. `limit` and `cursor` are not part of it.
 *
 * @throws Problem field_invalid, which names each wrong field.
 */
export function readFilter<Schema extends v.GenericSchema>(c: Context, schema: Schema): v.InferOutput<Schema> {
  const { limit: _limit, cursor: _cursor, ...given } = c.req.query();
  const result = v.safeParse(schema, given);
  if (result.success) return result.output;
  const fields = fieldProblems(result.issues);
  const [first] = fields;
  throw new Problem(
    'field_invalid',
    `Cannot filter by ${first?.pointer.slice(1) ?? 'this'}: ${first?.detail ?? 'not as expected'}`,
    { fields },
  );
}

/** Reads `?hours=`: the number of hours to look back, including the current one. */
export function readHours(c: Context, most: number): number | undefined {
  const given = c.req.query('hours');
  if (given === undefined) return undefined;
  const hours = /^\d{1,3}$/.test(given) ? Number(given) : 0;
  const detail = `expected a number of hours from 1 to ${most}`;
  if (hours < 1 || hours > most)
    throw new Problem('field_invalid', `Cannot use hours: ${detail}`, { fields: [{ pointer: '/hours', detail }] });
  return hours;
}

export function badCursor(): Problem {
  return new Problem('field_invalid', 'Cannot use cursor: expected the next_cursor of an earlier page', {
    fields: [{ pointer: '/cursor', detail: 'expected the next_cursor of an earlier page' }],
  });
}

/**
 * Returns a list in the API's common form. One item more than the limit was read, to know whether there is a next page.
 */
export function page<Item extends { id: string }>(
  found: readonly Item[],
  limit: number,
): { data: Item[]; next_cursor: string | null } {
  const data = found.slice(0, limit);
  return { data, next_cursor: found.length > limit ? (data.at(-1)?.id ?? null) : null };
}
