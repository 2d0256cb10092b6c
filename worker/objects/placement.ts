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

/** The jurisdictions in which Cloudflare can be told to keep objects and their data (the same page, read 2026-11). */
const JURISDICTIONS: ReadonlySet<string> = new Set<DurableObjectJurisdiction>(['eu', 'us']);

const known = new WeakMap<Env, Env>();

/**
 * Returns the bindings through which every object of this installation is made and found: in `JURISDICTION`, or at
 * `LOCATION_HINT`, or near its first caller. An object never moves. The Worker's entry points and the constructors of
 * objects pass their bindings through here, so this is the only place that decides about an object's ID and location.
 */
export function placed(env: Env): Env {
  const place = placeOf(env);
  if (place === undefined) return env;
  const made = known.get(env) ?? {
    ...env,
    REGISTRY: place(env.REGISTRY),
    OUTBOX: place(env.OUTBOX),
    TALLY: place(env.TALLY),
    IMPORTS: place(env.IMPORTS),
    REFUSALS: place(env.REFUSALS),
    CREDENTIALS: place(env.CREDENTIALS),
    RATE_LIMITER: place(env.RATE_LIMITER),
    ALERTS: place(env.ALERTS),
    PAYLOAD_KEYS: place(env.PAYLOAD_KEYS),
  };
  known.set(env, made);
  return made;
}

/** Whether all data has to stay in a jurisdiction. KV can't do that. */
export function isPinned({ JURISDICTION: given = '' }: Pick<Env, 'JURISDICTION'>): boolean {
  return given !== '';
}

type Place = <Kind extends Rpc.DurableObjectBranded>(
  namespace: DurableObjectNamespace<Kind>,
) => DurableObjectNamespace<Kind>;

function placeOf(env: Env): Place | undefined {
  const { JURISDICTION: jurisdiction = '' } = env;
  // A jurisdiction overrides a hint, which may name a location outside it.
  if (isJurisdiction(jurisdiction)) return (namespace) => namespace.jurisdiction(jurisdiction);
  // If the jurisdiction is misspelled, nothing may be stored, because it would stay in the wrong place for ever.
  if (isPinned(env))
    return (namespace) =>
      findingBy(namespace, () => {
        throw new Error(`JURISDICTION is ${jurisdiction}: expected ${[...JURISDICTIONS].join(' or ')}`);
      });
  const hint = hintOf(env);
  return hint && ((namespace) => findingBy(namespace, (name) => namespace.getByName(name, { locationHint: hint })));
}

function isJurisdiction(given: string): given is DurableObjectJurisdiction {
  return JURISDICTIONS.has(given);
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
function findingBy<Kind extends Rpc.DurableObjectBranded>(
  namespace: DurableObjectNamespace<Kind>,
  getByName: (name: string) => DurableObjectStub<Kind>,
): DurableObjectNamespace<Kind> {
  return new Proxy(namespace, {
    get: (objects, method): unknown => (method === 'getByName' ? getByName : Reflect.get(objects, method, objects)),
  });
}
