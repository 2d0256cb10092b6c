import { isFields } from '../schema/fields.ts';
import type { Fields } from '../schema/fields.ts';
import { redact } from './errors/redact.ts';
import { readLimited } from './read-limited.ts';
import { withinTime } from './within-time.ts';

const TIMEOUT_MS = 10_000;

export type IssuedTokens = {
  accessToken: string;
  expiresInSeconds: number | undefined;
  refreshToken: string | undefined;
  refreshTokenExpiresInSeconds: number | undefined;
};

export type ExchangedCode =
  | {
      kind: 'issued';
      tokens: IssuedTokens;
      /** Undefined when LinkedIn does not say. */
      scopes: string[] | undefined;
    }
  | { kind: 'refused'; error: string; message: string }
  /** No answer, or an unusable one. A code is valid for 30 minutes, but this attempt may have used it up. */
  | { kind: 'unavailable' };

/**
 * Exchanges the code from LinkedIn's consent page for tokens.
 *
 * https://learn.microsoft.com/linkedin/shared/authentication/authorization-code-flow (read 2026-01)
 */
export async function exchangeCode(
  {
    authUrl,
    code,
    redirectUri,
    clientId,
    clientSecret,
  }: { authUrl: string; code: string; redirectUri: string; clientId: string; clientSecret: string },
  fetch: typeof globalThis.fetch,
): Promise<ExchangedCode> {
  try {
    const { status, text } = await withinTime(TIMEOUT_MS, async (signal) => {
      const response = await fetch(`${authUrl}/oauth/v2/accessToken`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          client_id: clientId,
          client_secret: clientSecret,
          redirect_uri: redirectUri,
        }).toString(),
        redirect: 'manual',
        signal,
      });
      return { status: response.status, text: await readLimited(response) };
    });
    const body: unknown = JSON.parse(text);
    const fields = isFields(body) ? body : {};
    if (status === 400 || status === 401) return refused(fields);
    return status === 200 ? issued(fields) : { kind: 'unavailable' };
  } catch {
    // There was no answer, or an HTML page instead of one.
    return { kind: 'unavailable' };
  }
}

function refused({ error, error_description: description }: Fields): ExchangedCode {
  return {
    kind: 'refused',
    error: typeof error === 'string' && /^\w{1,64}$/.test(error) ? error : 'invalid_request',
    message: redact(typeof description === 'string' ? description : ''),
  };
}

function issued(fields: Fields): ExchangedCode {
  const { access_token: accessToken, refresh_token: refreshToken, scope } = fields;
  // A login page with status 200 contains no token.
  if (typeof accessToken !== 'string' || accessToken === '') return { kind: 'unavailable' };
  return {
    kind: 'issued',
    tokens: {
      accessToken,
      expiresInSeconds: positive(fields['expires_in']),
      refreshToken: typeof refreshToken === 'string' && refreshToken !== '' ? refreshToken : undefined,
      refreshTokenExpiresInSeconds: positive(fields['refresh_token_expires_in']),
    },
    // Separated by commas or spaces: LinkedIn uses both.
    scopes: typeof scope === 'string' && scope.trim() !== '' ? scope.trim().split(/[\s,]+/) : undefined,
  };
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
}
