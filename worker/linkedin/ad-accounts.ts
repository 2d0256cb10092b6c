import type { AdAccount } from '../schema/settings/linkedin-objects.ts';
import { allCursorPages, allIndexPages } from './all-pages.ts';
import type { CallLinkedIn, Outcome } from './rest-call.ts';
import { idIn } from './restli.ts';

/**
 * The roles that may work with conversions. A VIEWER may not, whatever scopes the token has.
 *
 * https://learn.microsoft.com/linkedin/marketing/conversions/getting-access-conversions (read 2026-09)
 */
const WORKING_ROLES: ReadonlySet<string> = new Set([
  'ACCOUNT_BILLING_ADMIN',
  'ACCOUNT_MANAGER',
  'CAMPAIGN_MANAGER',
  'CREATIVE_MANAGER',
]);

/** Lists the ad accounts of the token's member, with the member's role on each. */
export async function adAccounts(call: CallLinkedIn): Promise<Outcome<AdAccount[]>> {
  const roles = await allIndexPages(call, '/rest/adAccountUsers?q=authenticatedUser&fields=role,account,user');
  if (roles.kind === 'refused') return roles;
  const accounts = await allCursorPages(call, '/rest/adAccounts?q=search');
  if (accounts.kind === 'refused') return accounts;
  const known = new Map(accounts.value.map((account) => [idIn(account['id']), account]));
  const listed = roles.value.flatMap(({ account, role }): AdAccount[] => {
    const id = idIn(account);
    if (id === undefined || typeof role !== 'string') return [];
    const { name, currency, status } = known.get(id) ?? {};
    return [
      {
        id,
        name: textOr(name, id),
        currency: textOr(currency, null),
        status: textOr(status, null),
        role,
        can_send: WORKING_ROLES.has(role),
      },
    ];
  });
  return { kind: 'ok', value: listed };
}

function textOr<Fallback>(value: unknown, fallback: Fallback): string | Fallback {
  return typeof value === 'string' ? value : fallback;
}
