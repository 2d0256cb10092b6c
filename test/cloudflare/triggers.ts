import * as v from 'valibot';

import { type Account, type Script, zoneOf } from './account.ts';
import { CODE, invalid, Refusal } from './refusal.ts';

/** https://developers.cloudflare.com/workers/platform/limits/: cron triggers of an account on the free plan. */
const MAX_CRONS = 5;

const Crons = v.pipe(
  v.array(v.strictObject({ cron: v.pipe(v.string(), v.regex(/^[\d*/,A-Z#L-]+( [\d*/,A-Z#L-]+){4}$/)) })),
  v.maxLength(MAX_CRONS),
);

export function cronsIn(body: unknown): string[] {
  return parsed(Crons, body, 'schedules').map(({ cron }) => cron);
}

const Routes = v.array(
  v.strictObject({ pattern: v.string(), zone_name: v.optional(v.string()), zone_id: v.optional(v.string()) }),
);

/** A host, with a star before a dot if at all, and a path with a star at its end if at all. */
const PATTERN = /^(?:https?:\/\/)?((?:\*\.?)?[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:\/[^?#*\s]*\*?)?$/;

/**
 * Reads the routes of a script: each in a zone of the account, and none with another script.
 *
 * @throws Refusal
 */
export function routesIn(account: Account, script: Script, body: unknown): string[] {
  return parsed(Routes, body, 'routes').map(({ pattern, zone_name, zone_id }) => {
    const [, host = ''] = PATTERN.exec(pattern) ?? [];
    if (host === '') throw invalid(`Invalid route pattern '${pattern}'`);
    const zone = zoneOf(account, host);
    if (zone === undefined) throw new Refusal(400, CODE.invalidRequest, `No zone of this account serves '${host}'`);
    if ((zone_name ?? zone.name) !== zone.name || (zone_id ?? zone.id) !== zone.id)
      throw new Refusal(400, CODE.invalidRequest, `'${host}' is in the zone '${zone.name}', not in the named one`);
    const owner = [...account.scripts.values()].find((other) => other !== script && other.routes.includes(pattern));
    if (owner !== undefined)
      throw new Refusal(409, CODE.routeTaken, `A route with the pattern '${pattern}' belongs to '${owner.name}'`);
    return pattern;
  });
}

const Domain = v.strictObject({
  hostname: v.pipe(v.string(), v.regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/)),
  zone_id: v.optional(v.string()),
  zone_name: v.optional(v.string()),
});

/** Reads the custom domains of a script. */
export function domainsIn(account: Account, body: unknown): string[] {
  return parsed(v.array(Domain), body, 'domains').map(({ hostname }) => {
    if (zoneOf(account, hostname) === undefined)
      throw new Refusal(400, CODE.invalidRequest, `No zone of this account serves '${hostname}'`);
    return hostname;
  });
}

const Subdomain = v.strictObject({ enabled: v.boolean(), previews_enabled: v.optional(v.boolean()) });

/** Whether the script is reachable at workers.dev. */
export function workersDevIn(account: Account, body: unknown): boolean {
  const { enabled } = parsed(Subdomain, body, 'subdomain');
  if (enabled && account.subdomain === undefined)
    throw new Refusal(400, CODE.noSubdomain, 'This account has no workers.dev subdomain');
  return enabled;
}

function parsed<Schema extends v.GenericSchema>(schema: Schema, body: unknown, what: string): v.InferOutput<Schema> {
  const result = v.safeParse(schema, body);
  if (!result.success) throw invalid(`Invalid ${what}: ${v.summarize(result.issues)}`);
  return result.output;
}
