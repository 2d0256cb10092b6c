import { Hono } from 'hono';
import type { Context } from 'hono';

import type { Env } from '../../env.ts';
import type { Days } from '../../objects/outbox/reports/ledger.ts';
import { Problem } from '../http/problem.ts';
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
    const outbox = await outboxOf(c);
    const hours = readHours(c, MAX_HOURS);
    return c.json(hours === undefined ? await outbox.ledger(readDays(c)) : await outbox.lastHours(hours));
  });

  routes.get('/:id/ledger/rules', async (c) => c.json(await (await outboxOf(c)).ruleLedger(readDays(c))));

  routes.get('/:id/consent', async (c) => c.json(await (await outboxOf(c)).consent(readDays(c))));

  routes.get('/:id/lint', async (c) => c.json(await (await outboxOf(c)).lint(readDays(c))));

  return routes;
}

async function outboxOf(c: AdminContext): Promise<ReturnType<Env['OUTBOX']['getByName']>> {
  const source = await c.env.REGISTRY.getByName('registry').source(c.req.param('id') ?? '');
  if (source === undefined) throw new Problem('not_found', 'No source has this ID');
  return c.env.OUTBOX.getByName(source.id);
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
