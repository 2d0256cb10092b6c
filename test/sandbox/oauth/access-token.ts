import { randomBytes } from 'node:crypto';

import type { Call } from '../call.ts';
import { oauthError } from '../error-response.ts';
import { type SandboxResponse, json } from '../response.ts';
import type { RefreshToken } from '../state/state.ts';
import type { Grant, World } from '../world.ts';
import { formOf, requiredParam } from './form.ts';

const DAY_MS = 86_400_000;
/** https://learn.microsoft.com/linkedin/shared/authentication/programmatic-refresh-tokens (read 2026-01) */
const ACCESS_TTL_MS = 60 * DAY_MS;
const REFRESH_TTL_MS = 365 * DAY_MS;
const CODE_TTL_MS = 30 * 60_000;

/** Answers `POST /oauth/v2/accessToken`: exchanges a code or a refresh token for an access token. */
export function answerAccessToken(call: Call, world: World): SandboxResponse {
  const form = formOf(call);
  const grantType = requiredParam(form, 'grant_type');
  switch (grantType) {
    case 'authorization_code':
      return exchangeCode(form, world);
    case 'refresh_token':
      return refresh(form, world);
    default:
      throw oauthError(400, 'unsupported_grant_type', `The grant type "${grantType}" is not supported`);
  }
}

function exchangeCode(form: URLSearchParams, world: World): SandboxResponse {
  const code = requiredParam(form, 'code');
  const redirectUri = requiredParam(form, 'redirect_uri');
  const clientId = authenticatedClient(form, world);
  const grant = world.grants.get(code);
  if (grant === undefined)
    throw oauthError(400, 'invalid_request', 'Unable to retrieve access token: authorization code not found');

  const now = world.now();
  const isExpired = now - grant.issued_at > CODE_TTL_MS;
  if (isExpired || grant.redirect_uri !== redirectUri || grant.client_id !== clientId) {
    throw oauthError(
      400,
      'invalid_redirect_uri',
      'Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. ' +
        'Or authorization code expired. Or external member binding exists',
    );
  }
  world.grants.delete(code);
  revokeOtherScopes(grant, world);
  const refreshToken: RefreshToken = {
    client_id: clientId,
    member: 'manager',
    scopes: [...grant.scopes],
    issued_at: now,
    revoked: false,
  };
  const text = newToken('AQW');
  world.issueRefreshToken(text, refreshToken);
  return json(200, { ...issueAccess(text, refreshToken, world), scope: grant.scopes.join(',') });
}

function refresh(form: URLSearchParams, world: World): SandboxResponse {
  const text = requiredParam(form, 'refresh_token');
  const clientId = authenticatedClient(form, world);
  const token = Object.hasOwn(world.state.refresh_tokens, text) ? world.state.refresh_tokens[text] : undefined;
  const isGood = token !== undefined && !token.revoked && token.client_id === clientId;
  if (!isGood || world.now() >= token.issued_at + REFRESH_TTL_MS) {
    throw oauthError(
      400,
      'invalid_request',
      'The provided authorization grant or refresh token is invalid, expired or revoked',
    );
  }
  return json(200, issueAccess(text, token, world));
}

function authenticatedClient(form: URLSearchParams, { state }: World): string {
  const id = requiredParam(form, 'client_id');
  const secret = requiredParam(form, 'client_secret');
  if (!Object.hasOwn(state.clients, id) || state.clients[id]?.secret !== secret)
    throw oauthError(401, 'invalid_client', 'Client authentication failed');
  return id;
}

/** The refresh token's lifetime never starts again, and no access token outlives it. */
function issueAccess(refreshText: string, { client_id, member, scopes, issued_at }: RefreshToken, world: World) {
  const now = world.now();
  const refreshLeftMs = issued_at + REFRESH_TTL_MS - now;
  const ttlMs = Math.min(ACCESS_TTL_MS, refreshLeftMs);
  const text = newToken('AQX');
  world.issueToken(text, {
    client_id,
    member,
    scopes: [...scopes],
    issued_at: now,
    expires_at: now + ttlMs,
    revoked: false,
  });
  return {
    access_token: text,
    expires_in: Math.floor(ttlMs / 1_000),
    refresh_token: refreshText,
    refresh_token_expires_in: Math.floor(refreshLeftMs / 1_000),
  };
}

/** Revokes every token that the app has from this member when other scopes are requested. The named ones stay. */
function revokeOtherScopes(grant: Grant, world: World): void {
  const wanted = scopeSet(grant.scopes);
  for (const [text, token] of Object.entries(world.state.tokens)) {
    const wasIssued = text.startsWith('AQX') && token.client_id === grant.client_id && token.member === 'manager';
    if (wasIssued && scopeSet(token.scopes) !== wanted) world.issueToken(text, { ...token, revoked: true });
  }
}

const scopeSet = (scopes: readonly string[]): string => scopes.toSorted().join(',');

/** As long as LinkedIn's, so that a column of 255 characters fails here. */
const newToken = (prefix: string): string => prefix + randomBytes(360).toString('base64url');
