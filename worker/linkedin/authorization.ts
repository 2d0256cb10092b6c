/**
 * What a connection asks for: to see ad accounts and campaigns, and to manage conversions and send events.
 *
 * https://learn.microsoft.com/linkedin/marketing/conversions/getting-access-conversions (read 2026-09)
 */
const SCOPES = ['r_ads', 'rw_conversions'] as const;

/** LinkedIn's consent page. https://learn.microsoft.com/linkedin/shared/authentication/authorization-code-flow (read 2026-01) */
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
  // LinkedIn's documents write a space as %20, and form encoding would make it a plus.
  const query = Object.entries(asked).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${authUrl}/oauth/v2/authorization?${query.join('&')}`;
}

/** The scopes that are missing in what LinkedIn gave. Managing ads includes seeing them. */
export function missingScopes(given: readonly string[]): string[] {
  return SCOPES.filter((scope) => !given.includes(scope) && !(scope === 'r_ads' && given.includes('rw_ads')));
}
