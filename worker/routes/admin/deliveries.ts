import type { Context } from 'hono';
import { Hono } from 'hono';

import { limitsOf } from '../../domain/delivery/limits-of.ts';
import { warnings } from '../../domain/delivery/warnings.ts';
import type { Env } from '../../env.ts';
import { NEWEST_KNOWN_VERSION } from '../../linkedin/versions.ts';
import { vaultOf } from '../../objects/credentials/vault-of.ts';
import { DeliveriesQuery } from '../../schema/queries.ts';
import { DeliveryFilter, ReplayRequest } from '../../schema/reports/replay.ts';
import { SETTING_DEFAULTS } from '../../schema/settings/integration.ts';
import type { Integration } from '../../schema/settings/integration.ts';
import { newId } from '../http/new-id.ts';
import { Problem } from '../http/problem.ts';
import { integrationOf } from './connection/integration-of.ts';
import { versionInUse } from './connection/version-in-use.ts';
import type { AdminEnv } from './env.ts';
import { readInput } from './input.ts';
import { readQuery } from './query.ts';

type AdminContext = Context<AdminEnv>;

const DAY_MS = 86_400_000;

/** `/v1/admin/integrations/{id}`: the outcome of its deliveries, its backlog with the reasons, and replays. */
export function adminDeliveries(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.get('/:id/deliveries', async (c) => {
    const integration = integrationOf(c);
    const { limit, cursor, ...filter } = readQuery(c, DeliveriesQuery);
    const page = await outbox(c, integration).deliveries(integration.id, { limit, before: cursor, filter });
    return c.json({
      data: page.data,
      next_cursor: page.next === undefined ? null : `${page.next.seq}_${page.next.queueId}`,
    });
  });

  routes.get('/:id/deliveries/:delivery', async (c) => {
    const integration = integrationOf(c);
    const story = await outbox(c, integration).delivery(integration.id, c.req.param('delivery'));
    if (story === undefined) throw new Problem('not_found', 'No delivery has this ID');
    return c.json(story);
  });

  routes.get('/:id/causes', async (c) => {
    const integration = integrationOf(c);
    return c.json({ data: await outbox(c, integration).causes(integration.id, readQuery(c, DeliveryFilter)) });
  });

  routes.post('/:id/replay', async (c) => {
    const integration = integrationOf(c);
    const { filter, ids, preview } = await readInput(c, ReplayRequest);
    c.set('hasOnlyLooked', preview);
    const which = ids === undefined ? { filter: filter ?? {} } : { ids };
    const id = preview ? null : newId('rep');
    return c.json(await outbox(c, integration).replay(integration.id, which, { id }));
  });

  routes.get('/:id/replays/:replay', async (c) => {
    const integration = integrationOf(c);
    const progress = await outbox(c, integration).replayProgress(integration.id, c.req.param('replay'));
    if (progress === undefined) throw new Problem('not_found', 'No replay has this ID');
    return c.json(progress);
  });

  routes.get('/:id/status', async (c) => {
    const integration = integrationOf(c);
    const [backlog, ends, limiter, inUse] = await Promise.all([
      outbox(c, integration).backlog(integration.id),
      vaultOf(c.env, integration).ends(),
      limiterStatus(c, integration),
      versionInUse(c.env, integration, Date.now()),
    ]);
    const { version, daysLeft: versionDays } = inUse;
    return c.json({
      enabled: integration.enabled,
      warnings: warnings({
        versionDaysLeft: versionDays,
        reconnectDaysLeft: daysLeft(ends?.refreshExpiresAtMs) ?? undefined,
        unconfirmed: backlog.unconfirmed,
      }),
      version: {
        configured: integration.config.linkedin_version ?? SETTING_DEFAULTS.linkedin_version,
        in_use: version,
        next: inUse.next ?? null,
        days_left: versionDays ?? null,
        newest_known: NEWEST_KNOWN_VERSION,
      },
      token: tokenView(ends),
      limiter,
      backlog,
    });
  });

  return routes;
}

function outbox(c: AdminContext, { source_id }: Integration): ReturnType<Env['OUTBOX']['getByName']> {
  return c.env.OUTBOX.getByName(source_id);
}

async function limiterStatus(c: AdminContext, integration: Integration): Promise<Record<string, unknown> | null> {
  const access = await vaultOf(c.env, integration).access();
  if (access.kind !== 'token') return null;
  const limits = limitsOf(integration.config);
  const status = await c.env.RATE_LIMITER.getByName(access.limiterKey).status(limits);
  return {
    used_this_minute: status.usedThisMinute,
    quota_per_minute: limits.perMinute,
    used_today: status.usedToday,
    quota_per_day: limits.perDay,
    paused_until: status.pausedUntilMs > Date.now() ? new Date(status.pausedUntilMs).toISOString() : null,
    failures_in_a_row: status.failures,
  };
}

/**
 * Returns the expiry of the tokens: LinkedIn's access tokens always end 60 days after the consent, and its refresh
 * tokens 365 days after it. Null when the expiry is unknown.
 */
function tokenView(
  ends:
    | {
        hasToken: boolean;
        accessExpiresAtMs: number | undefined;
        refreshExpiresAtMs: number | undefined;
        isRenewable: boolean;
      }
    | undefined,
): Record<string, unknown> {
  return {
    // A connection may have an app's secret only.
    set: ends?.hasToken ?? false,
    renewable: ends?.isRenewable ?? false,
    access_days_left: daysLeft(ends?.accessExpiresAtMs),
    reconnect_days_left: daysLeft(ends?.refreshExpiresAtMs),
  };
}

function daysLeft(atMs: number | undefined): number | null {
  return atMs === undefined ? null : Math.floor((atMs - Date.now()) / DAY_MS);
}
