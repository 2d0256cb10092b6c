import { ErrorResponse, resourceError } from '../error-response.ts';
import { json } from '../response.ts';
import type { Visit } from '../restli/resource.ts';
import { parseUriValue } from '../restli/uri-value.ts';
import { ACCOUNT_URN, urnId } from '../restli/urn-id.ts';
import { findAccount, mayWork } from '../state/find-account.ts';

/** LinkedIn's refusal of a member whose role on the account is too low. The code is documented, the words are ours. */
export const notAuthorized = (accountId: string) =>
  new ErrorResponse(
    json(403, {
      status: 403,
      code: 'USER_NOT_AUTHORIZED',
      message: `Member is not authorized to work with conversions of ${ACCOUNT_URN}${accountId}`,
    }),
  );

/** Refuses a member who may not work with this account's conversions. */
export function checkRole({ world, bearer }: Visit, accountId: string): void {
  const account = findAccount(world.state, accountId);
  if (account === undefined || !mayWork(account, bearer.token.member)) throw notAuthorized(accountId);
}

/**
 * Reads the `account` parameter, which is required for every read of conversion rules, and checks the member's role.
 */
export function workingAccount(visit: Visit): string {
  const raw = visit.params.get('account');
  if (raw === undefined) throw resourceError(400, "Parameter 'account' is required");
  const id = urnId(parseUriValue(raw), ACCOUNT_URN);
  if (id === undefined) throw resourceError(400, `Parameter 'account' is invalid. Expected ${ACCOUNT_URN}<id>`);
  checkRole(visit, id);
  return id;
}
