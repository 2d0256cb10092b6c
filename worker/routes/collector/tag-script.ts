import type { Context } from 'hono';
import { Hono } from 'hono/tiny';
import * as v from 'valibot';

import { isConsented } from '../../domain/consent/consent.ts';
import type { Env } from '../../env.ts';
import { WriteKey } from '../../schema/ids.ts';
import type { Source } from '../../schema/settings/source.ts';
import { readConfig } from '../../store/config-cache.ts';
import { configKey } from '../../store/config-key.ts';
import { readConsentPolicies } from '../../store/consent-policies.ts';
import { countryOf } from './country-of.ts';
import { WAIT } from './wait-for-consent.ts';

type Policy = Source['unknown_consent'];
type ScriptContext = Context<{ Bindings: Env }>;

/** From the most permissive to the strictest. */
const POLICIES: readonly Policy[] = ['granted', 'by_region', 'denied'];

/**
 * Serves the tag, adapted to the visitor's region. So the tag knows from the start, without another request, whether it
 * may send before the visitor was asked. `/df/<version>.js` is the same for everybody, for SRI.
 */
export function tagScript(): Hono<{ Bindings: Env }> {
  const routes = new Hono<{ Bindings: Env }>();
  for (const path of ['/df.js', '/df-core.js']) {
    routes.get(path, async (c, next) => {
      // The router ignores a slash at the end, and there is no file with one.
      if (c.req.path !== path) return next();
      const facts = { categories: {}, policy: await policyOf(c), country: countryOf(c.req.raw) };
      return isConsented(['advertising'], facts) ? asset(c, c.req.raw.headers) : waitingAsset(c);
    });
  }
  return routes;
}

async function waitingAsset(c: ScriptContext): Promise<Response> {
  // Without the conditional headers, because the browser's cached script may be the one that does not wait.
  const script = await asset(c, new Headers());
  if (!script.ok) return script;
  const headers = new Headers(script.headers);
  for (const name of ['ETag', 'Last-Modified', 'Content-Length']) headers.delete(name);
  return new Response(WAIT + (await script.text()), { headers });
}

async function asset(c: ScriptContext, headers: Headers): Promise<Response> {
  const found = await c.env.ASSETS.fetch(new Request(c.req.url, { method: c.req.method, headers }));
  const response = new Response(found.body, found);
  // The next visitor of a shared cache may be in another region.
  const caching = response.headers.get('Cache-Control')?.replace('public', 'private');
  if (caching !== undefined) response.headers.set('Cache-Control', caching);
  return response;
}

/**
 * Returns the policy of the page's source. The page contains its key, so the script's address can name it as
 * `?key=wk_…`. Without it, returns the strictest policy of all sources.
 */
async function policyOf(c: ScriptContext): Promise<Policy> {
  const key = c.req.query('key');
  const named = key === undefined ? undefined : await policyNamed(key, c.env.CONFIG);
  if (named !== undefined) return named;
  const policies = await readConsentPolicies(c.env.CONFIG, Date.now());
  return POLICIES.findLast((policy) => policies.includes(policy)) ?? 'by_region';
}

async function policyNamed(key: string, kv: KVNamespace): Promise<Policy | undefined> {
  if (!v.is(WriteKey, key)) return undefined;
  try {
    const config = await readConfig(kv, configKey({ kind: 'write', key }), Date.now());
    return config?.source.unknown_consent;
  } catch {
    // KV cannot be read: continue as if no key was named.
    return undefined;
  }
}
