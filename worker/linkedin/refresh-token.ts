import { isFields } from '../schema/fields.ts';
import { readLimited } from './read-limited.ts';
import { withinTime } from './within-time.ts';

const TIMEOUT_MS = 10_000;

export type RefreshRequest = { authUrl: string; refreshToken: string; clientId: string; clientSecret: string };

export type RefreshedToken =
  | {
      kind: 'refreshed';
      accessToken: string;
      expiresInSeconds: number | undefined;
      refreshToken: string | undefined;
      refreshTokenExpiresInSeconds: number | undefined;
    }
  /** LinkedIn will never issue a token for this refresh token again: a person has to reconnect. */
  | { kind: 'refused' }
  /** No answer, or an unusable one: try again later. */
  | { kind: 'unavailable' };

/**
 * Gets a new access token for a refresh token.
 *
 * https://learn.microsoft.com/linkedin/shared/authentication/programmatic-refresh-tokens (read 2026-09): the form goes
 * in the body. A refused grant is 400 `invalid_request`, which other providers call `invalid_grant`, so the status decides.
 */
export async function refreshToken(
  { authUrl, refreshToken: token, clientId, clientSecret }: RefreshRequest,
  fetch: typeof globalThis.fetch,
): Promise<RefreshedToken> {
  try {
    const { status, text } = await withinTime(TIMEOUT_MS, async (signal) => {
      const response = await fetch(`${authUrl}/oauth/v2/accessToken`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          refresh_token: token,
          client_id: clientId,
          client_secret: clientSecret,
        }).toString(),
        redirect: 'manual',
        signal,
      });
      return { status: response.status, text: response.status === 200 ? await readLimited(response) : '' };
    });
    if (status === 400 || status === 401) return { kind: 'refused' };
    if (status !== 200) return { kind: 'unavailable' };
    return readTokens(text);
  } catch {
    // There was no answer. The refresh token is still good, because LinkedIn does not rotate it.
    return { kind: 'unavailable' };
  }
}

function readTokens(text: string): RefreshedToken {
  const body: unknown = JSON.parse(text);
  const fields = isFields(body) ? body : {};
  const accessToken = fields['access_token'];
  // A login page with status 200 contains no token, and must not overwrite one.
  if (typeof accessToken !== 'string' || accessToken === '') return { kind: 'unavailable' };
  const renewed = fields['refresh_token'];
  return {
    kind: 'refreshed',
    accessToken,
    expiresInSeconds: positive(fields['expires_in']),
    refreshToken: typeof renewed === 'string' && renewed !== '' ? renewed : undefined,
    refreshTokenExpiresInSeconds: positive(fields['refresh_token_expires_in']),
  };
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
}
