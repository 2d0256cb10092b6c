import { gatewayError } from '../error-response.ts';
import type { State, Token } from '../state/state.ts';

/** A valid token, and its text. */
export type Bearer = { readonly text: string; readonly token: Token };

const REFUSALS = {
  empty: { serviceErrorCode: 65604, code: 'EMPTY_ACCESS_TOKEN', message: 'Empty oauth2 access token' },
  invalid: { serviceErrorCode: 65600, code: 'INVALID_ACCESS_TOKEN', message: 'Invalid access token' },
  revoked: {
    serviceErrorCode: 65601,
    code: 'REVOKED_ACCESS_TOKEN',
    message: 'The token used in the request has been revoked by the user',
  },
  expired: {
    serviceErrorCode: 65602,
    code: 'EXPIRED_ACCESS_TOKEN',
    message: 'The token used in the request has expired',
  },
} as const;

/** Checks the token of a request. */
export function validToken(authorization: string | undefined, state: State, now: number): Bearer {
  const [scheme = '', text = ''] = (authorization ?? '').trim().split(/\s+/);
  if (scheme === '' || (scheme.toLowerCase() === 'bearer' && text === '')) throw unauthorized('empty');
  const token = scheme.toLowerCase() === 'bearer' && Object.hasOwn(state.tokens, text) ? state.tokens[text] : undefined;
  if (token === undefined) throw unauthorized('invalid');
  if (token.revoked) throw unauthorized('revoked');
  if (token.expires_at !== null && token.expires_at <= now) throw unauthorized('expired');
  return { text, token };
}

const unauthorized = (why: keyof typeof REFUSALS) => gatewayError({ status: 401, ...REFUSALS[why] });
