import type { Env } from '../env.ts';
import { logFault } from './log-fault.ts';

/** Where Cloudflare can place objects. https://developers.cloudflare.com/durable-objects/reference/data-location/ */
const LOCATIONS: ReadonlySet<string> = new Set<DurableObjectLocationHint>([
  'wnam',
  'enam',
  'sam',
  'weur',
  'eeur',
  'apac',
  'apac-ne',
  'apac-se',
  'oc',
  'afr',
  'me',
]);

const known = new WeakMap<Env, Env>();

/**
 * Returns the bindings through which every object of this installation is made and found. An object is created at
 * `LOCATION_HINT`, or near its first caller, and never moves. The Worker's entry points and the constructors of objects
 * pass their bindings through here, so this is the only place that decides about an object's ID and location.
 */
export function placed(env: Env): Env {
  const hint = hintOf(env);
  if (hint === undefined) return env;
  const made = known.get(env) ?? {
    ...env,
    REGISTRY: near(env.REGISTRY, hint),
    OUTBOX: near(env.OUTBOX, hint),
    TALLY: near(env.TALLY, hint),
    IMPORTS: near(env.IMPORTS, hint),
    REFUSALS: near(env.REFUSALS, hint),
    CREDENTIALS: near(env.CREDENTIALS, hint),
    RATE_LIMITER: near(env.RATE_LIMITER, hint),
    ALERTS: near(env.ALERTS, hint),
  };
  known.set(env, made);
  return made;
}

let isLogged = false;

/** A location that does not exist must not stop the collector: objects are then created as without the setting. */
function hintOf({ LOCATION_HINT: hint = '' }: Env): DurableObjectLocationHint | undefined {
  if (isLocation(hint)) return hint;
  if (hint !== '' && !isLogged) {
    isLogged = true;
    logFault('placement', new Error(`LOCATION_HINT is ${hint}: expected one of ${[...LOCATIONS].join(', ')}`));
  }
  return undefined;
}

function isLocation(hint: string): hint is DurableObjectLocationHint {
  return LOCATIONS.has(hint);
}

/** All our objects are found by name. */
function near<Kind extends Rpc.DurableObjectBranded>(
  namespace: DurableObjectNamespace<Kind>,
  locationHint: DurableObjectLocationHint,
): DurableObjectNamespace<Kind> {
  return new Proxy(namespace, {
    get: (objects, method): unknown =>
      method === 'getByName'
        ? (name: string) => objects.getByName(name, { locationHint })
        : Reflect.get(objects, method, objects),
  });
}
