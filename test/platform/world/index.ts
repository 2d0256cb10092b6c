/**
 * The product's Worker on a platform with Cloudflare's limits: its real code, on the real bindings of workerd, whose
 * use is counted and limited. `start-platform.ts` bundles this instead of worker/index.ts, and can take the product
 * from another checkout.
 */
import { DurableObject } from 'cloudflare:workers';

import * as head from '../../../worker/index.ts';
import { watchClock } from './clock.ts';
import * as former from './former.ts';
import { inPlace, report, spend, watchGlobals } from './meter.ts';
import { asked, evict, meteredEnv } from './metered-env.ts';
import { metered, starts } from './metered-object.ts';
import { changeRules, rules, take, type RulesChange, type Version } from './rules.ts';

watchGlobals();
watchClock();

type Order =
  | { do: 'rules'; change: RulesChange }
  | { do: 'report' | 'kv' }
  | { do: 'evict' | 'call'; binding: string; name: string; method: string; args: unknown[] };

export default {
  async fetch(request: Parameters<typeof head.default.fetch>[0], env: never, ctx: ExecutionContext): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === '/__platform') return Response.json(await obey(await request.json<Order>(), env));
    const page = edgePage(pathname);
    if (page !== undefined) return page;
    return inPlace(`${request.method} ${routeOf(pathname)}`, undefined, async () => {
      spend('requests');
      return answering().fetch(request, meteredEnv(env, 'the Worker'), ctx);
    });
  },
  async scheduled(controller: ScheduledController, env: never): Promise<void> {
    await inPlace('cron', undefined, async () => {
      spend('requests');
      await answering().scheduled(controller, meteredEnv(env, 'the cron'));
    });
  },
};

const PRODUCTS = { head, former } satisfies Record<Version, unknown>;

let turn = 0;

/** The version that answers this request. */
function answering(): typeof head.default {
  const { worker } = rules.now;
  if (worker !== 'both') return PRODUCTS[worker].default;
  turn += 1;
  return turn % 2 === 0 ? former.default : head.default;
}

/** A class that a release does not have yet. */
class Missing extends DurableObject {}

/**
 * An object of the version that is deployed when it starts. If the former version doesn't have the class, it is always
 * of the new one.
 */
function versioned(name: string): ReturnType<typeof metered> {
  const classOf = (product: object): never =>
    (Reflect.get(product, name) ?? Reflect.get(head, name) ?? Missing) as never; // oxlint-disable-line typescript/no-unsafe-type-assertion
  const classes = { head: metered(name, classOf(head)), former: metered(`former ${name}`, classOf(former)) };
  class Versioned extends DurableObject {
    constructor(ctx: DurableObjectState, env: object) {
      super(ctx, env);
      // oxlint-disable-next-line no-constructor-return -- The object that this returns is the one that answers calls.
      return new classes[rules.now.objects](ctx, env);
    }
  }
  return Versioned;
}

export const Outbox = versioned('Outbox');
export const Tally = versioned('Tally');
export const Imports = versioned('Imports');
export const Refusals = versioned('Refusals');
export const Registry = versioned('Registry');
export const Credentials = versioned('Credentials');
export const RateLimiter = versioned('RateLimiter');
export const Alerts = versioned('Alerts');
export const PayloadKeyStore = versioned('PayloadKeyStore');

async function obey(order: Order, env: Record<string, unknown>): Promise<unknown> {
  if (order.do === 'rules') changeRules(order.change);
  if (order.do === 'kv') return inKv(env['CONFIG'] as KVNamespace); // oxlint-disable-line typescript/no-unsafe-type-assertion
  if (order.do === 'report') return { ...report(), starts: Object.fromEntries(starts), asked: asked.splice(0) };
  if (order.do !== 'evict' && order.do !== 'call') return null;
  const namespace = env[order.binding] as DurableObjectNamespace; // oxlint-disable-line typescript/no-unsafe-type-assertion
  const stub: never = namespace.getByName(order.name) as never; // oxlint-disable-line typescript/no-unsafe-type-assertion
  if (order.do === 'evict') await evict(stub);
  else return Reflect.apply(stub[order.method], stub, order.args);
  return null;
}

/** Returns everything in KV. */
async function inKv(kv: KVNamespace): Promise<Record<string, string | null>> {
  const { keys } = await kv.list();
  return Object.fromEntries(await Promise.all(keys.map(async ({ name }) => [name, await kv.get(name)] as const)));
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

/** A path with placeholders in place of IDs, such as `/v1/admin/sources/:id/events`. */
function routeOf(pathname: string): string {
  return pathname.replaceAll(/\/(?:src|int|map|tok|hook|imp|inc)_\w+/g, '/:id');
}
