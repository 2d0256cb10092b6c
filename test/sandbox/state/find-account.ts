import { isLongId } from './long-id.ts';
import type { Account, State } from './state.ts';

/** Finds an ad account. An account that exists only because of `any_long_id` has the usual roles. */
export function findAccount(state: State, id: string): Account | undefined {
  const known = state.accounts[id];
  if (known !== undefined || !state.any_long_id || !isLongId(id)) return known;
  return {
    name: `Account ${id}`,
    currency: 'USD',
    status: 'ACTIVE',
    roles: { manager: 'CAMPAIGN_MANAGER', viewer: 'VIEWER' },
  };
}

/** LinkedIn lets these roles work with conversions; VIEWER fails even with both scopes. */
const WORKING_ROLES = ['ACCOUNT_BILLING_ADMIN', 'ACCOUNT_MANAGER', 'CAMPAIGN_MANAGER', 'CREATIVE_MANAGER'];

export const mayWork = (account: Account, member: string): boolean =>
  WORKING_ROLES.includes(account.roles[member] ?? '');
