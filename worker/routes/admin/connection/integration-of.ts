import type { Context } from 'hono';

import type { Env } from '../../../env.ts';
import type { Integration } from '../../../schema/settings/integration.ts';
import { Problem } from '../../http/problem.ts';

/**
 * The integration that the path names.
 *
 * @throws Problem not_found.
 */
export async function integrationOf(c: Pick<Context<{ Bindings: Env }>, 'env' | 'req'>): Promise<Integration> {
  const integration = await c.env.REGISTRY.getByName('registry').integration(c.req.param('id') ?? '');
  if (integration === undefined) throw new Problem('not_found', 'There is no integration of this id');
  return integration;
}
