import { Hono } from 'hono';

import { refusalRow } from '../../../domain/refusals/refusal-view.ts';
import type { Refusals } from '../../../schema/events/refusal.ts';
import { RefusalsQuery } from '../../../schema/queries.ts';
import { Problem } from '../../http/problem.ts';
import type { AdminEnv } from '../env.ts';
import { readQuery } from '../query.ts';

const DEFAULT_HOURS = 24;

/** `/v1/admin/sources/{id}/refusals`: what the collector refused, so that nothing is lost silently. */
export function adminRefusals(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();
  routes.get('/:id/refusals', async (c) => {
    const { hours = DEFAULT_HOURS } = readQuery(c, RefusalsQuery);
    const source = await c.env.REGISTRY.getByName('registry').source(c.req.param('id'));
    if (source === undefined) throw new Problem('not_found', 'No source has this ID');
    const refused = await c.env.REFUSALS.getByName(source.id).lastHours(hours);
    const data = refused.map((hour) => refusalRow(hour, source));
    return c.json({ data, totals: totalsOf(data) } satisfies Refusals);
  });
  return routes;
}

function totalsOf(data: Refusals['data']): Refusals['totals'] {
  const totals = Map.groupBy(data, ({ reason }) => reason);
  return Object.fromEntries(
    [...totals].map(([reason, rows]) => [reason, rows.reduce((sum, { events }) => sum + events, 0)]),
  );
}
