import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';

import { isAtLeast, seesSource } from '../../domain/access/permission.ts';
import { neededRole } from '../../schema/openapi/needed-role.ts';
import type { Operation } from '../../schema/openapi/operation.ts';
import { OPERATIONS } from '../../schema/openapi/operations.ts';
import type { Role } from '../../schema/settings/access-token.ts';
import { Problem } from '../http/problem.ts';
import type { AdminEnv } from './env.ts';

/** The operations of the OpenAPI document by their method and path. */
const operations: ReadonlyMap<string, Operation> = new Map(
  OPERATIONS.map((operation) => [`${operation.method.toUpperCase()} ${operation.path}`, operation]),
);

/**
 * Checks that the caller has the role that the route needs. A route missing from the OpenAPI document needs the owner.
 */
export const adminPermission: MiddlewareHandler<AdminEnv> = async (c, next) => {
  const role = roleForRoute(c);
  if (role !== undefined && !isAtLeast(c.get('principal').role, role))
    throw new Problem('forbidden', `This needs the role ${role}, and yours is ${c.get('principal').role}`);
  await next();
};

/** Returns the role that the route needs; undefined when there is no such route. */
export function roleForRoute(c: Context): Role | undefined {
  if (routeOf(c) === undefined) return undefined;
  const operation = operationOf(c);
  return operation === undefined ? 'owner' : neededRole(operation);
}

/** Returns the operation that the route is declared as; undefined when there is none. */
export function operationOf(c: Context): Operation | undefined {
  const route = routeOf(c);
  if (route === undefined) return undefined;
  const path = route.path.replaceAll(/:(\w+)/g, '{$1}').replace(/\/$/, '');
  return operations.get(`${route.method} ${path}`);
}

/** The first route that is not middleware answers. */
function routeOf(c: Context): ReturnType<typeof matchedRoutes>[number] | undefined {
  return matchedRoutes(c).find(({ method }) => method !== 'ALL');
}

/** Guards `/sources/{id}`: a source that the caller may not see does not exist for them. */
export const withinSource: MiddlewareHandler<AdminEnv> = async (c, next) => {
  const sourceId = c.req.param('id') ?? '';
  if (!seesSource(c.get('principal'), sourceId)) throw new Problem('not_found', 'No source has this ID');
  c.set('sourceId', sourceId);
  await next();
};

/** Guards `/integrations/{id}`: an integration of a source that the caller may not see does not exist for them. */
export const withinIntegration: MiddlewareHandler<AdminEnv> = async (c, next) => {
  const integration = await c.env.REGISTRY.getByName('registry').integration(c.req.param('id') ?? '');
  if (
    integration === undefined
      ? c.get('principal').sourceIds !== undefined
      : !seesSource(c.get('principal'), integration.source_id)
  )
    throw new Problem('not_found', 'No integration has this ID');
  if (integration !== undefined) {
    c.set('integration', integration);
    c.set('sourceId', integration.source_id);
  }
  await next();
};
