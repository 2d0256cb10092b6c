import type { Call } from '../call.ts';
import { oauthError } from '../error-response.ts';
import { type SandboxResponse, json } from '../response.ts';
import type { Token } from '../state/state.ts';
import type { World } from '../world.ts';
import { formOf, requiredParam } from './form.ts';

/** Answers `POST /oauth/v2/introspectToken` with the state of this app's token. Times are in seconds here. */
export function answerIntrospectToken(call: Call, world: World): SandboxResponse {
  const form = formOf(call);
  const { state } = world;
  const clientId = requiredParam(form, 'client_id');
  const secret = requiredParam(form, 'client_secret');
  const text = requiredParam(form, 'token');
  const client = Object.hasOwn(state.clients, clientId) ? state.clients[clientId] : undefined;
  if (client === undefined) throw oauthError(400, 'invalid_request', 'The client_id is invalid');
  if (client.secret !== secret) throw oauthError(401, 'invalid_client', 'Client authentication failed');
  const token = Object.hasOwn(state.tokens, text) ? state.tokens[text] : undefined;
  if (token === undefined) throw oauthError(400, 'invalid_request', 'The token is invalid');
  if (token.client_id !== clientId) return json(200, { active: false });

  const status = statusOf(token, world.now());
  return json(200, {
    active: status === 'active',
    client_id: clientId,
    authorized_at: seconds(token.issued_at),
    created_at: seconds(token.issued_at),
    status,
    ...(token.expires_at === null ? {} : { expires_at: seconds(token.expires_at) }),
    scope: token.scopes.join(','),
    auth_type: '3L',
  });
}

function statusOf({ revoked, expires_at }: Token, now: number): 'active' | 'expired' | 'revoked' {
  if (revoked) return 'revoked';
  return expires_at !== null && expires_at <= now ? 'expired' : 'active';
}

const seconds = (ms: number): number => Math.floor(ms / 1_000);
