import { Hono } from 'hono';

import { RELEASE } from '../../schema/release.ts';
import type { InstanceView } from '../../schema/release.ts';
import type { AdminEnv } from './env.ts';

/** `/v1/admin/instance`: the release that runs. */
export function adminInstance(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();
  routes.get('/', (c) => {
    // Everything else in `env` is a binding, not a text. DEMO is set only by the local run.
    const used = Object.entries(c.env).filter(([name, value]) => isText(value) && name !== 'DEMO');
    const view: InstanceView = { ...RELEASE, settings_in_use: used.map(([name]) => name).toSorted() };
    return c.json(view);
  });
  return routes;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
