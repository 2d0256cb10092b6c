import { isLongId } from './long-id.ts';
import { aRule } from './seed-state.ts';
import type { Rule, State } from './state.ts';

/**
 * Finds a conversion rule. A rule that exists only because of `any_long_id` belongs to the requested account, so that
 * an integration may use any pair of long IDs.
 */
export function findRule(state: State, id: string, account = '123456789'): Rule | undefined {
  const known = state.rules[id];
  if (known !== undefined || !state.any_long_id || !isLongId(id)) return known;
  return aRule(0, { name: `Rule ${id}`, account });
}
