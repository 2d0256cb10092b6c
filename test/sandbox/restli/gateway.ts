import type { Call } from '../call.ts';
import { gatewayError, resourceError } from '../error-response.ts';
import { RESOURCES } from '../resources/resources.ts';
import type { SandboxResponse } from '../response.ts';
import type { World } from '../world.ts';
import { jsonBody } from './json-body.ts';
import { liveVersion } from './live-version.ts';
import { httpVerbOf, restliMethodName } from './method-name.ts';
import { rawParams } from './query.ts';
import type { Resource } from './resource.ts';
import { untunnelled } from './untunnelled.ts';
import { validToken } from './valid-token.ts';

/**
 * Runs LinkedIn's checks on a call to `/rest/…`, in LinkedIn's order: route, token, version, scope, media type, method,
 * then the resource's own checks, and the rate last.
 *
 * That 422 comes before 400 is measured; the rest of the order is our policy.
 */
export function answerRest(received: Call, world: World, requestId: number): SandboxResponse {
  const call = untunnelled(received);
  const { resource, keys } = routeOf(call);
  const now = world.now();
  const { state } = world;
  const bearer = validToken(call.headers['authorization'], state, now);
  const hasRoom = world.limiter.take(bearer.text, {
    now,
    perMinute: state.rate_limit_per_minute,
    perDay: state.rate_limit_per_day,
  });
  const version = liveVersion(call.headers['linkedin-version'], state, now);
  const params = rawParams(call.query);
  const methodName = restliMethodName(call, params, keys.at(-1) !== undefined);
  if (!bearer.token.scopes.some((scope) => resource.scopes.includes(scope))) {
    const permission = `${resource.name}.${methodName}.${version}01`;
    throw gatewayError({
      status: 403,
      serviceErrorCode: 100,
      code: 'ACCESS_DENIED',
      message: `Not enough permissions to access: ${permission}`,
    });
  }
  if (resource.needsProtocol2 && call.headers['x-restli-protocol-version'] !== '2.0.0')
    throw resourceError(400, `${resource.name} needs the header X-Restli-Protocol-Version: 2.0.0`);
  const body = call.method === 'POST' || call.method === 'PUT' ? jsonBody(call) : undefined;
  const method = Object.hasOwn(resource.methods, methodName) ? resource.methods[methodName] : undefined;
  if (method === undefined || httpVerbOf(methodName) !== call.method)
    throw resourceError(400, `${call.method} with the method ${methodName} is not supported on ${resource.name}`);

  const proceed = method({ call, world, bearer, version, keys, params, body, requestId, now });
  if (!hasRoom) throw resourceError(429, 'Resource level throttle limit for calls to this resource is reached.');
  return proceed();
}

type Route = { resource: Resource; keys: readonly (string | undefined)[] };

function routeOf(call: Call): Route {
  for (const resource of RESOURCES) {
    const match = resource.path.exec(call.path);
    if (match === null) continue;
    const verbs = new Set(Object.keys(resource.methods).map(httpVerbOf));
    if (!verbs.has(call.method)) {
      throw gatewayError({
        status: 405,
        code: 'METHOD_NOT_ALLOWED',
        message: `${call.method} is not allowed. Expected one of ${[...verbs].join(', ')}`,
      });
    }
    return { resource, keys: match.slice(1) };
  }
  throw notFound();
}

/** LinkedIn's answer for an unknown path. */
export const notFound = () =>
  gatewayError({ status: 404, code: 'RESOURCE_NOT_FOUND', message: 'No virtual resource found' });
