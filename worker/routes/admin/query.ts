import type { Context, MiddlewareHandler } from 'hono';
import * as v from 'valibot';

import { fieldProblems } from '../../schema/field-problems.ts';
import type { FieldProblem } from '../../schema/problem.ts';
import { NoQuery } from '../../schema/queries.ts';
import type { QuerySchema } from '../../schema/queries.ts';
import { Problem } from '../http/problem.ts';
import type { AdminEnv } from './env.ts';
import { operationOf } from './require-role.ts';

/** Refuses parameters that the operation doesn't have, or not with these values, before anything is read or changed. */
export const adminQuery: MiddlewareHandler<AdminEnv> = async (c, next) => {
  const operation = operationOf(c);
  if (operation !== undefined) readQuery(c, operation.query ?? NoQuery);
  await next();
};

/**
 * Reads the query of a management request with the schema of its operation.
 *
 * @throws Problem field_invalid, which names each parameter that is unknown, repeated, empty or wrong.
 */
export function readQuery<Schema extends QuerySchema>(c: Context, schema: Schema): v.InferOutput<Schema> {
  const given = Map.groupBy(new URL(c.req.url).searchParams, ([name]) => name);
  const misused: FieldProblem[] = [];
  const values: [name: string, value: string][] = [];
  for (const [name, [first, ...others]] of given) {
    const detail = misuse(name, first?.[1] ?? '', others.length, schema);
    if (detail === undefined && first !== undefined) values.push(first);
    else misused.push({ pointer: pointerTo(name), detail: detail ?? '' });
  }
  const result = v.safeParse(schema, Object.fromEntries(values));
  const wrong = result.success ? [] : fieldProblems(result.issues);
  // A parameter that was left out because it is misused isn't missing.
  const fields = [...misused, ...wrong.filter(({ pointer }) => misused.every((one) => one.pointer !== pointer))];
  if (result.success && fields.length === 0) return result.output;
  const { pointer, detail } = fields[0] ?? { pointer: '/', detail: 'expected another query' };
  const name = pointer.slice(1);
  const sentence = detail.startsWith('expected') ? `Cannot use ${name}: ${detail}` : `The parameter ${name} ${detail}`;
  throw new Problem('field_invalid', sentence, { fields });
}

/** Returns what is wrong with a parameter, whatever its value should be. */
function misuse(name: string, value: string, others: number, { entries }: QuerySchema): string | undefined {
  if (!Object.hasOwn(entries, name)) {
    const known = Object.keys(entries);
    return known.length === 0
      ? 'does not exist: this path has no parameters with this method'
      : `does not exist: this path has ${known.join(', ')}`;
  }
  if (others > 0) return 'can be given only once';
  return value.trim() === '' ? 'is empty: give it a value, or leave it out' : undefined;
}

function pointerTo(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
