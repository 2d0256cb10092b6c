import type { LinkedInError } from '../rest-call.ts';

/**
 * Explains LinkedIn's error in plain words and says what to do. LinkedIn's own words mislead: "No ad accounts found"
 * is about a rule, and a missing role has the same code as a missing app.
 */
export function errorRemedy({ responseKind, status, code, message }: LinkedInError): string {
  if (responseKind === 'unavailable')
    return 'LinkedIn gave no usable answer. Wait a minute and try again: your settings are not the cause.';
  if (code === 'VERSION_MISSING' || code === 'VERSION_INVALID' || status === 426)
    return 'LinkedIn has retired the API version in use: choose a newer one (linkedin_version).';
  if (responseKind === 'token_refused')
    return 'LinkedIn no longer accepts the token: connect LinkedIn again, or paste a new token.';
  if (responseKind === 'throttled') return 'Too many requests for this LinkedIn account: wait a minute and try again.';
  if (/no ad accounts found/i.test(message))
    return 'LinkedIn does not know this conversion rule for this token: check its number, and the member’s role on its ad account.';
  if (/invalid conversion target|must be a CAPI conversion/i.test(message))
    return 'This conversion rule accepts no events from a server: choose an enabled rule whose method is Conversions API.';
  if (code === 'USER_NOT_AUTHORIZED')
    return 'The member who connected has only read access: ask the ad account’s admin to make them a Campaign Manager, or connect as someone who is one.';
  if (status === 403)
    return 'The token has no permission for this: connect again, allow both permissions (r_ads and rw_conversions), and check that your LinkedIn app has the Conversions API product.';
  if (status === 404)
    return 'LinkedIn has no such object in this ad account: check its number, and the connection’s ad account (account_id).';
  if (/not an enum symbol/i.test(message))
    return 'LinkedIn does not know one of these values in this API version: choose another value, or a newer API version (linkedin_version).';
  return 'LinkedIn does not accept these values: change those that its message names, and try again.';
}
