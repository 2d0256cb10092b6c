import { isLongId } from './long-id.ts';
import { aRule } from './seed-state.ts';
import type { Rule, State } from './state.ts';

/**
 * This finds a conversion rule. One that only `any_long_id` vouches for belongs to the account that is asked about,
 * so that an integration may use any pair of long ids.
 */
export function findRule(state: State, id: string, account = '123456789'): Rule | undefined {
  const known = state.rules[id];
  if (known !== undefined || !state.any_long_id || !isLongId(id)) return known;
  return aRule(0, { name: `Rule ${id}`, account });
}
