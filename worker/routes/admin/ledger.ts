import type { Context } from 'hono';
import { Hono } from 'hono';

import { ledgerDay } from '../../domain/reports/report-days.ts';
import type { Days } from '../../domain/reports/report-days.ts';
import { DaysQuery, LedgerQuery } from '../../schema/queries.ts';
import { Problem } from '../http/problem.ts';
import { SourceStores } from '../stores/source-stores.ts';
import type { AdminEnv } from './env.ts';
import { readQuery } from './query.ts';

type AdminContext = Context<AdminEnv>;

/** Without `from`, a report goes back as far as LinkedIn accepts events. */
const LEDGER_DAYS = 90;

/** `/v1/admin/sources/{id}/ledger`, `/consent` and `/lint`: the counts of a source's events. */
export function adminLedger(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.get('/:id/ledger', async (c) => {
    const stores = await storesOf(c);
    const { hours, ...given } = readQuery(c, LedgerQuery);
    return c.json(hours === undefined ? await stores.ledger(days(given)) : await stores.lastHours(hours));
  });

  routes.get('/:id/ledger/rules', async (c) =>
    c.json(await (await storesOf(c)).outbox.ruleLedger(days(readQuery(c, DaysQuery)))),
  );

  routes.get('/:id/consent', async (c) => {
    const stores = await storesOf(c);
    return c.json(await stores.consent(days(readQuery(c, DaysQuery)), await askedCategories(c)));
  });

  routes.get('/:id/lint', async (c) => c.json(await (await storesOf(c)).lint(days(readQuery(c, DaysQuery)))));

  return routes;
}

async function storesOf(c: AdminContext): Promise<SourceStores> {
  const source = await c.env.REGISTRY.getByName('registry').source(c.req.param('id') ?? '');
  if (source === undefined) throw new Problem('not_found', 'No source has this ID');
  return new SourceStores(c.env, source.id);
}

/** Returns the consent categories that the source's integrations require. */
async function askedCategories(c: AdminContext): Promise<string[]> {
  const sourceId = c.req.param('id') ?? '';
  const all = { sourceId, limit: Number.MAX_SAFE_INTEGER, after: undefined };
  const integrations = await c.env.REGISTRY.getByName('registry').integrations(all);
  return integrations.flatMap((integration) => integration.consent_categories);
}

/** Returns the days of a report. A day in the future means today, because there are no events after it. */
function days({ from, to }: DaysQuery): Days {
  const today = ledgerDay(Date.now());
  const last = to === undefined || to > today ? today : to;
  return { from: from ?? daysBefore(last, LEDGER_DAYS), to: last };
}

function daysBefore(day: string, count: number): string {
  return new Date(Date.parse(day) - count * 86_400_000).toISOString().slice(0, 10);
}
