import { bitingKv } from './biting-kv.ts';
import { inPlace, noteCallBytes, spend, spendSubrequest } from './meter.ts';
import { rules, take } from './rules.ts';

/** The bindings of each isolate's `env`, wrapped once for each location. */
const wrapped = new Map<string, object>();

/** The ID with which an object was requested; see F5. */
export const asked: { binding: string; name: string; options: unknown; jurisdiction: string | null }[] = [];

type Stub = Record<string, (...args: unknown[]) => Promise<unknown>>;

/**
 * The Worker's bindings, counted and limited. Calls still go to the real objects, and values to the real KV.
 *
 * @param location Where they are used: KV caches by location.
 */
export function meteredEnv<Env extends object>(env: Env, location: string): Env {
  const known = wrapped.get(location);
  if (known !== undefined) return known as Env; // oxlint-disable-line typescript/no-unsafe-type-assertion
  const bindings = Object.entries(env).map(([name, binding]: [string, unknown]) => {
    if (name === 'CONFIG') return [name, bitingKv(binding as KVNamespace)]; // oxlint-disable-line typescript/no-unsafe-type-assertion
    return isNamespace(binding) ? [name, meteredNamespace(name, binding)] : [name, binding];
  });
  const made: Env = Object.fromEntries(bindings);
  const usual: unknown = Reflect.get(env, 'ENCRYPTION_KEY');
  Object.defineProperty(made, 'ENCRYPTION_KEY', { enumerable: true, get: () => rules.now.encryptionKey ?? usual });
  wrapped.set(location, made);
  return made;
}

type Namespace = { getByName(name: string, options?: unknown): Stub };

function isNamespace(binding: unknown): binding is Namespace {
  return typeof binding === 'object' && binding !== null && binding.constructor.name === 'DurableObjectNamespace';
}

/**
 * workerd has no jurisdictions, so all objects are in one namespace, and the IDs with which they were requested are
 * recorded.
 */
function meteredNamespace(binding: string, namespace: Namespace, jurisdiction: string | null = null): object {
  return {
    getByName: (name: string, options?: unknown) => {
      asked.push({ binding, name, options, jurisdiction });
      return meteredStub(binding, () => namespace.getByName(name, options));
    },
    jurisdiction: (name: string) => meteredNamespace(binding, namespace, name),
  };
}

/** @param find Returns a new stub: one that has seen its object die is of no use any more. */
function meteredStub(binding: string, find: () => Stub): Stub {
  const stub = find();
  return new Proxy(stub, {
    get: (_, method) => {
      const name = String(method);
      if (name === 'then') return undefined;
      if (name === 'id' || name === 'name') return Reflect.get(stub, method);
      return (...args: unknown[]) => call(binding, find, { method: name, args });
    },
  });
}

async function call(
  binding: string,
  find: () => Stub,
  { method, args }: { method: string; args: unknown[] },
): Promise<unknown> {
  spendSubrequest();
  take('objectRequests');
  spend('objectRequests');
  const bytes = bytesOf(args);
  noteCallBytes(bytes);
  if (bytes > rules.now.maxCallBytes) throw new Error(`${binding}.${method}: the call has ${bytes} bytes`);
  if (rules.now.callDelayMs > 0) await scheduler.wait(rules.now.callDelayMs);
  if (rules.now.evictBeforeCalls) await evict(find());
  const stub = find();
  const target = stub[method];
  const { missing, hasUnknownArguments } = rules.now;
  if (target === undefined || missing.includes(`${binding}.${method}`) || missing.includes(`${binding}.*`))
    // workerd's own message.
    throw new TypeError(`The RPC receiver does not implement the method "${method}".`);
  return Reflect.apply(target, stub, hasUnknownArguments ? withUnknown(args) : args);
}

/** Adds what a later version may add to arguments. */
function withUnknown(args: readonly unknown[]): unknown[] {
  return [...args.map(withUnknownField), { addedLater: true }];
}

function withUnknownField(argument: unknown): unknown {
  if (Array.isArray(argument)) return argument.map(withUnknownField);
  const isPlain =
    typeof argument === 'object' && argument !== null && Object.getPrototypeOf(argument) === Object.prototype;
  return isPlain ? { ...argument, addedLater: true } : argument;
}

/** Removes an object from memory, unless it is busy. */
export async function evict(stub: Stub): Promise<void> {
  try {
    await inPlace('eviction', undefined, async () => stub['platformEvict']?.());
  } catch {
    // The object is gone, and so is the call.
  }
}

/** The size of a call: JSON's, which is close to that of the platform for texts. */
function bytesOf(args: readonly unknown[]): number {
  return new TextEncoder().encode(JSON.stringify(args)).length;
}
