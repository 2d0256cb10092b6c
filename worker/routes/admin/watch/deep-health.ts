import type { Context } from 'hono';
import { Hono } from 'hono';

import type { Pulse } from '../../../domain/heartbeat/pulse.ts';
import { vitalSigns } from '../../../domain/heartbeat/vital-signs.ts';
import { logFault } from '../../../objects/log-fault.ts';
import type { Health } from '../../../schema/reports/health.ts';
import { Problem } from '../../http/problem.ts';
import { securityHeaders } from '../../http/security-headers.ts';
import { adminAccess } from '../access.ts';
import type { AdminEnv } from '../env.ts';

/** Each source is one call between objects, and a request may make 1,000. */
const MOST_SOURCES = 500;

/** A monitor waits about half a minute. */
const ANSWER_MS = 10_000;

/** `/healthz?deep=1`: whether the cron trigger and the alarms run. Any token of the management API may ask. */
export function deepHealth(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();
  routes.use(securityHeaders, adminAccess);
  routes.get('/', async (c) => {
    const registry = c.env.REGISTRY.getByName('registry');
    const ids = c.get('principal').sourceIds ?? (await registry.sourceIds());
    const [alerts, sources] = await Promise.all([
      answered(c.env.ALERTS.getByName('alerts').signs()),
      Promise.all(ids.slice(0, MOST_SOURCES).map((sourceId) => pulseOf(c, sourceId))),
    ]);
    const nowMs = Date.now();
    const { problems, oldestWaiting } = vitalSigns({ nowMs, alerts, sources });
    const checked: Omit<Health, 'status'> = {
      checked_at: iso(nowMs),
      cron_at: isoOrNull(alerts?.cronAtMs),
      sources: sources.length,
      oldest_waiting:
        oldestWaiting === undefined
          ? null
          : {
              source_id: oldestWaiting.sourceId,
              since: iso(oldestWaiting.sinceMs),
              seconds: Math.round((nowMs - oldestWaiting.sinceMs) / 1_000),
              held: oldestWaiting.isHeld,
            },
    };
    if (problems.length > 0)
      throw new Problem('not_running', problems.join(' '), { extensions: { problems, ...checked } });
    return c.json({ status: 'ok', ...checked });
  });
  return routes;
}

async function pulseOf(
  c: Context<AdminEnv>,
  sourceId: string,
): Promise<{ sourceId: string; pulse: Pulse | undefined }> {
  return { sourceId, pulse: await answered(c.env.OUTBOX.getByName(sourceId).pulse()) };
}

/** Returns undefined if an object doesn't answer. */
async function answered<Answer>(call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await Promise.race([call, scheduler.wait(ANSWER_MS).then(() => undefined)]);
  } catch (error) {
    logFault('healthz.deep', error);
    return undefined;
  }
}

function isoOrNull(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : iso(ms);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
