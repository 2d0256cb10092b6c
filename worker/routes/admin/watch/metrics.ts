import { Hono } from 'hono';

import { exposition, MEDIA_TYPES } from '../../../domain/metrics/exposition.ts';
import type { Format } from '../../../domain/metrics/exposition.ts';
import { familiesOf } from '../../../domain/metrics/families.ts';
import { LATENCY_SECONDS } from '../../../domain/metrics/progress.ts';
import type { AdminEnv } from '../env.ts';

/**
 * `/v1/admin/metrics`: the numbers of the sources that the caller may see, for Prometheus and other monitors that read
 * its format.
 */
export function adminMetrics(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();
  routes.get('/', async (c) => {
    const metrics = await c.env.ALERTS.getByName('alerts').metrics(c.get('principal').sourceIds);
    const format = formatFor(c.req.header('Accept') ?? '');
    return c.body(exposition(familiesOf(metrics), format, LATENCY_SECONDS), 200, {
      'Content-Type': MEDIA_TYPES[format],
    });
  });
  return routes;
}

/** Prometheus names OpenMetrics in `Accept`. Older monitors only name text. */
function formatFor(accept: string): Format {
  return accept.includes('text/plain') && !accept.includes('application/openmetrics-text')
    ? 'prometheus'
    : 'openmetrics';
}
