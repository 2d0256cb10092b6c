import { MAX_EVENT_BYTES, MAX_JSON_LEVELS } from './limits.ts';
import { safely } from './safely.ts';

/**
 * Turns a page's value into JSON, without the parts that JSON cannot express: cycles, BigInts, getters that throw. If it is
 * too large for a browser to send when the page closes, its largest parts are left out.
 */
export function toJson(value: unknown): string {
  const whole = sayable(value, []);
  let json = JSON.stringify(whole);
  // The limit applies to characters, list items and object fields. It is halved each time, so that the largest parts go first.
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
