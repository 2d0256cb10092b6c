import type { Role } from '../../../worker/schema/settings/access-token.ts';
import { admin, ask } from './api.ts';
import type { Call } from './api.ts';
import { allRoutes } from './routes.ts';

export type AdminRoute = { method: string; path: string };

/**
 * Lists every route of the management API from the app, with OpenAPI's parameters. New routes are included
 * automatically.
 */
export function adminRoutes(): AdminRoute[] {
  const routes = allRoutes()
    .filter(({ path, method }) => path.startsWith('/v1/admin/') && method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}').replace(/\/$/, '')}`);
  return [...new Set(routes)].map((route) => {
    const [method = '', path = ''] = route.split(' ');
    return { method, path };
  });
}

/** Creates a token of the management API. */
export async function aToken(
  role: Role,
  over: { source_ids?: string[]; expires_at?: string; name?: string } = {},
): Promise<{ id: string; token: string }> {
  const response = await admin('/tokens', { body: { name: `${role} of the tests`, role, ...over } });
  if (response.status !== 201) throw new Error(await response.text());
  return response.json<{ id: string; token: string }>();
}

/** Calls the management API with another token than ADMIN_TOKEN. */
export async function adminAs(token: string, path: string, { headers = {}, ...call }: Call = {}): Promise<Response> {
  return ask(`/v1/admin${path}`, { ...call, headers: { Authorization: `Bearer ${token}`, ...headers } });
}
