import type { Context } from 'hono';
import * as v from 'valibot';

import { fieldProblems } from '../../schema/field-problems.ts';
import { isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import { CURSOR_EXPECTED } from '../../schema/queries.ts';
import { Problem } from '../http/problem.ts';
import { readJson } from '../http/read-body.ts';

const MAX_BODY_BYTES = 256 * 1024;

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

/**
 * Returns a page of a list that was read as a whole, in its own order. Without `limit`, returns everything after the
 * cursor.
 *
 * @param idOf Returns the ID of an item, which is the cursor of the page after it.
 * @throws Problem field_invalid if no item has the cursor's ID, for example because it was deleted in the meantime.
 */
export function pageOfAll<Item>(
  items: readonly Item[],
  { limit = Number.MAX_SAFE_INTEGER, cursor }: { limit?: number; cursor?: string | undefined },
  idOf: (item: Item) => string,
): { data: Item[]; next_cursor: string | null } {
  const last = cursor === undefined ? -1 : items.findIndex((item) => idOf(item) === cursor);
  if (cursor !== undefined && last === -1)
    throw new Problem('field_invalid', `Cannot use cursor: ${CURSOR_EXPECTED}`, {
      fields: [{ pointer: '/cursor', detail: CURSOR_EXPECTED }],
    });
  const rest = items.slice(last + 1);
  const data = rest.slice(0, limit);
  const end = data.at(-1);
  return { data, next_cursor: rest.length > limit && end !== undefined ? idOf(end) : null };
}
