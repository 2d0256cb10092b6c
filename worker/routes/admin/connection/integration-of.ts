import type { Context } from 'hono';

import type { Integration } from '../../../schema/settings/integration.ts';
import { Problem } from '../../http/problem.ts';
import type { AdminEnv } from '../env.ts';

/**
 * Returns the integration in the path, which `withinIntegration` has read.
 *
 * @throws Problem not_found.
 */
export function integrationOf(c: Pick<Context<AdminEnv>, 'get'>): Integration {
  const integration = c.get('integration');
  if (integration === undefined) throw new Problem('not_found', 'No integration has this ID');
  return integration;
}
