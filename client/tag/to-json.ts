import { MAX_JSON_LEVELS } from './limits.ts';
import { safely } from './safely.ts';

/**
 * Turns what a page handed us into JSON, without the parts that JSON cannot say: cycles, BigInts, getters that
 * throw.
 */
export function toJson(value: unknown): string {
  return JSON.stringify(sayable(value, []));
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
