/**
 * The product's Worker on a platform that bites: its real code, on the real bindings of workerd, which are counted and
 * limited on the way. `start-platform.ts` bundles this instead of worker/index.ts, and can take the product from
 * another checkout.
 */
import { DurableObject } from 'cloudflare:workers';

import * as product from '../../../worker/index.ts';
import { inPlace, report, spend, watchGlobals } from './meter.ts';
import { asked, evict, meteredEnv } from './metered-env.ts';
import { metered, starts } from './metered-object.ts';
import { changeRules, rules, take, type RulesChange } from './rules.ts';

watchGlobals();

type Order =
  | { do: 'rules'; change: RulesChange }
  | { do: 'report' }
  | { do: 'evict' | 'call'; binding: string; name: string; method: string; args: unknown[] };

export default {
  async fetch(
    request: Parameters<typeof product.default.fetch>[0],
    env: never,
    ctx: ExecutionContext,
  ): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === '/__platform') return Response.json(await obey(await request.json<Order>(), env));
    const page = edgePage(pathname);
    if (page !== undefined) return page;
    return inPlace(`${request.method} ${routeOf(pathname)}`, undefined, async () => {
      spend('requests');
      return product.default.fetch(request, meteredEnv(env, 'the Worker'), ctx);
    });
  },
  async scheduled(controller: ScheduledController, env: never): Promise<void> {
    await inPlace('cron', undefined, async () => {
      spend('requests');
      await product.default.scheduled(controller, meteredEnv(env, 'the cron'));
    });
  },
};

/** A class that a release does not have yet. */
class Missing extends DurableObject {}
const of = (name: string): never => (Reflect.get(product, name) ?? Missing) as never; // oxlint-disable-line typescript/no-unsafe-type-assertion

export const Outbox = metered('Outbox', of('Outbox'));
export const Tally = metered('Tally', of('Tally'));
export const Imports = metered('Imports', of('Imports'));
export const Refusals = metered('Refusals', of('Refusals'));
export const Registry = metered('Registry', of('Registry'));
export const Credentials = metered('Credentials', of('Credentials'));
export const RateLimiter = metered('RateLimiter', of('RateLimiter'));
export const Alerts = metered('Alerts', of('Alerts'));

async function obey(order: Order, env: Record<string, unknown>): Promise<unknown> {
  if (order.do === 'rules') changeRules(order.change);
  if (order.do === 'report') return { ...report(), starts: Object.fromEntries(starts), asked: asked.splice(0) };
  if (order.do !== 'evict' && order.do !== 'call') return null;
  const namespace = env[order.binding] as DurableObjectNamespace; // oxlint-disable-line typescript/no-unsafe-type-assertion
  const stub: never = namespace.getByName(order.name) as never; // oxlint-disable-line typescript/no-unsafe-type-assertion
  if (order.do === 'evict') await evict(stub);
  else return Reflect.apply(stub[order.method], stub, order.args);
  return null;
}

function edgePage(pathname: string): Response | undefined {
  const rule = rules.now.edge.find(({ path, times }) => pathname === path && times > 0);
  if (rule !== undefined) {
    rule.times -= 1;
    return htmlPage(rule.status);
  }
  try {
    take('requests');
    return undefined;
  } catch {
    // Error 1027: the account's requests of the day are used up.
    return htmlPage(429);
  }
}

function htmlPage(status: number): Response {
  return new Response(`<!DOCTYPE html><title>${status}</title>`, {
    status,
    headers: { 'Content-Type': 'text/html; charset=UTF-8', Server: 'cloudflare' },
  });
}

/** A path without what names one thing, such as `/v1/admin/sources/:id/events`. */
function routeOf(pathname: string): string {
  return pathname.replaceAll(/\/(?:src|int|map|tok|hook|imp|inc)_\w+/g, '/:id');
}
