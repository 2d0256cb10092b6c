/**
 * The scopes that a connection asks for: read ad accounts and campaigns, manage conversion rules and send events.
 *
 * https://learn.microsoft.com/linkedin/marketing/conversions/getting-access-conversions (read 2026-09)
 */
const SCOPES = ['r_ads', 'rw_conversions'] as const;

/**
 * Returns the URL of LinkedIn's consent page.
 *
 * https://learn.microsoft.com/linkedin/shared/authentication/authorization-code-flow (read 2026-01)
 */
export function authorizationUrl({
  authUrl,
  clientId,
  redirectUri,
  state,
}: {
  authUrl: string;
  clientId: string;
  redirectUri: string;
  state: string;
}): string {
  const asked = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state,
    scope: SCOPES.join(' '),
  };
  // LinkedIn's documentation writes a space as %20. Form encoding would turn it into a plus.
  const query = Object.entries(asked).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${authUrl}/oauth/v2/authorization?${query.join('&')}`;
}

/** Returns the scopes that LinkedIn did not grant. `rw_ads` includes `r_ads`. */
export function missingScopes(given: readonly string[]): string[] {
  return SCOPES.filter((scope) => !given.includes(scope) && !(scope === 'r_ads' && given.includes('rw_ads')));
}
