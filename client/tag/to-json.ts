import { MAX_EVENT_BYTES, MAX_JSON_LEVELS } from './limits.ts';
import { safely } from './safely.ts';

/**
 * Turns what a page handed us into JSON, without the parts that JSON cannot say: cycles, BigInts, getters that
 * throw. What no browser would send as a page leaves goes without its largest parts.
 */
export function toJson(value: unknown): string {
  const whole = sayable(value, []);
  let json = JSON.stringify(whole);
  // A text has characters, a list has items, an object has fields; half as many each time, so that the largest go first.
  for (let most = MAX_EVENT_BYTES; most > 50 && new TextEncoder().encode(json).length > MAX_EVENT_BYTES; most /= 2)
    json = JSON.stringify(whole, (_, part) =>
      (part?.length ?? Object.keys(Object(part)).length) > most ? undefined : part,
    );
  return json;
}

function sayable(value: unknown, ancestors: readonly unknown[]): unknown {
  if (safely(() => [JSON.stringify(value)])) return value;
  if (typeof value !== 'object' || !value || ancestors.includes(value) || ancestors.length > MAX_JSON_LEVELS)
    return undefined;
  const copy: Record<string, unknown> = {};
  for (const key of safely(() => Object.keys(value)) ?? []) {
    safely(() => (copy[key] = sayable(Reflect.get(value, key), [...ancestors, value])));
  }
  return Array.isArray(value) ? Object.values(copy) : copy;
}
