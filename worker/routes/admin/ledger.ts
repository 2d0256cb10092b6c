import type { Context } from 'hono';
import { Hono } from 'hono';

import type { Days } from '../../domain/reports/report-days.ts';
import { Problem } from '../http/problem.ts';
import { SourceStores } from '../stores/source-stores.ts';
import type { AdminEnv } from './env.ts';
import { readHours } from './input.ts';

type AdminContext = Context<AdminEnv>;

/** Without `from`, the ledger goes back as far as LinkedIn accepts events. */
const LEDGER_DAYS = 90;

/** The maximum for hourly counts: three days. */
const MAX_HOURS = 72;

/** `/v1/admin/sources/{id}/ledger`, `/consent` and `/lint`: the counts of a source's events. */
export function adminLedger(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.get('/:id/ledger', async (c) => {
    const stores = await storesOf(c);
    const hours = readHours(c, MAX_HOURS);
    return c.json(hours === undefined ? await stores.ledger(readDays(c)) : await stores.lastHours(hours));
  });

  routes.get('/:id/ledger/rules', async (c) => c.json(await (await storesOf(c)).outbox.ruleLedger(readDays(c))));

  routes.get('/:id/consent', async (c) => {
    const stores = await storesOf(c);
    return c.json(await stores.consent(readDays(c), await askedCategories(c)));
  });

  routes.get('/:id/lint', async (c) => c.json(await (await storesOf(c)).lint(readDays(c))));

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

function readDays(c: AdminContext): Days {
  const to = readDay(c, 'to') ?? new Date().toISOString().slice(0, 10);
  return { from: readDay(c, 'from') ?? daysBefore(to, LEDGER_DAYS), to };
}

function readDay(c: AdminContext, name: 'from' | 'to'): string | undefined {
  const day = c.req.query(name);
  if (day === undefined) return undefined;
  // A time is accepted too, and means its day.
  const ms = /^\d{4}-\d{2}-\d{2}(T.*)?$/.test(day) ? Date.parse(day) : Number.NaN;
  if (Number.isNaN(ms)) throw badQuery(name, 'expected a day such as "2026-11-21"');
  return new Date(ms).toISOString().slice(0, 10);
}

function badQuery(name: string, detail: string): Problem {
  return new Problem('field_invalid', `Cannot use ${name}: ${detail}`, { fields: [{ pointer: `/${name}`, detail }] });
}

function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(day) - days * 86_400_000).toISOString().slice(0, 10);
}
