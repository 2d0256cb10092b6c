import type { MiddlewareHandler } from 'hono';

import { Problem } from '../../http/problem.ts';
import type { AdminEnv } from '../env.ts';
import { roleForRoute } from '../require-role.ts';
import { registryOf } from './copied-objects.ts';

/** Signing in and out, and the restore itself. */
const GOES_ON = /\/v1\/admin\/(session|restore)$/;

/**
 * Refuses changes between the parts of a restore. At the end, the registry of the backup replaces this one, and the
 * change would be lost without a message.
 */
export const notWhileRestoring: MiddlewareHandler<AdminEnv> = async (c, next) => {
  const isChange = c.req.method !== 'GET' && c.req.method !== 'HEAD' && roleForRoute(c) !== 'viewer';
  if (isChange && !GOES_ON.test(c.req.path)) {
    const state = await registryOf(c.env).restoreState();
    if (state !== undefined && !state.isComplete)
      throw new Problem(
        'in_progress',
        'A restore is under way, and would replace this change. Complete it, or cancel it with DELETE /v1/admin/restore.',
      );
  }
  await next();
};
