import { Hono } from 'hono';

import { sha256Hex } from '../../domain/identity/sha256.ts';
import { TokensQuery } from '../../schema/queries.ts';
import { AccessTokenCreate } from '../../schema/settings/access-token.ts';
import { newAccessToken, newId } from '../http/new-id.ts';
import { Problem } from '../http/problem.ts';
import type { AdminEnv } from './env.ts';
import { page, readInput } from './input.ts';
import { readQuery } from './query.ts';

/** `/v1/admin/tokens`: the people and programs that may use the management API. */
export function adminTokens(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.get('/', async (c) => {
    const { limit, cursor } = readQuery(c, TokensQuery);
    return c.json(page(await c.env.REGISTRY.getByName('registry').tokens({ limit: limit + 1, after: cursor }), limit));
  });

  routes.post('/', async (c) => {
    const { name, role, source_ids: sourceIds, expires_at: expiresAt } = await readInput(c, AccessTokenCreate);
    if (role === 'owner' && sourceIds !== undefined)
      throw invalid('/source_ids', 'an owner sees every source: leave it out, or choose the role editor');
    if (role !== 'owner' && sourceIds === undefined)
      throw invalid('/source_ids', `expected the sources that the ${role} may see`);
    const expiresAtMs = expiresAt === undefined || expiresAt === null ? undefined : Date.parse(expiresAt);
    if (expiresAtMs !== undefined && expiresAtMs <= Date.now())
      throw invalid('/expires_at', 'expected a time in the future');
    const token = newAccessToken();
    const made = await c.env.REGISTRY.getByName('registry').addToken({
      id: newId('tok'),
      sha256: await sha256Hex(token),
      last4: token.slice(-4),
      name,
      role,
      sourceIds,
      expiresAtMs,
    });
    if (made.kind === 'unknown_source') throw invalid(`/source_ids/${made.index}`, 'expected the ID of a source');
    // Its name may be a person's.
    const { name: _name, ...settings } = made.token;
    c.set('changed', { before: {}, after: settings });
    // The token is shown only this once, because we store only its hash.
    return c.json({ ...made.token, token }, 201);
  });

  routes.delete('/:id', async (c) => {
    if ((await c.env.REGISTRY.getByName('registry').revokeToken(c.req.param('id'))) === 'not_found')
      throw new Problem(
        'not_found',
        'No token has this ID. Change ADMIN_TOKEN with npm run wrangler -- secret put ADMIN_TOKEN',
      );
    return c.body(null, 204);
  });

  return routes;
}

function invalid(pointer: string, detail: string): Problem {
  return new Problem('field_invalid', `Cannot use ${pointer}: ${detail}`, { fields: [{ pointer, detail }] });
}
