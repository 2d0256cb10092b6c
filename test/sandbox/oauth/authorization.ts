import { randomBytes } from 'node:crypto';

import type { Call } from '../call.ts';
import { type SandboxResponse, empty, html } from '../response.ts';
import type { World } from '../world.ts';
import { consentPage, errorPage } from './consent-page.ts';

/** An app's request for the member's consent. */
export type AuthorizationRequest = {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly scopes: readonly string[];
};

/**
 * Answers `/oauth/v2/authorization`: GET shows the consent page, and its two buttons send a POST.
 *
 * Errors are shown on LinkedIn's own page, never sent to the redirect address, which can't be trusted before it has
 * been checked.
 */
export function answerAuthorization(call: Call, world: World): SandboxResponse {
  const params = new URLSearchParams(call.method === 'POST' ? call.body : call.query);
  const request = requestFrom(params, world);
  if (typeof request === 'string') return html(400, errorPage(request));
  if (call.method !== 'POST') return html(200, consentPage(request));
  return params.get('decision') === 'allow' ? allowed(request, world) : cancelled(request);
}

function requestFrom(params: URLSearchParams, { state }: World): AuthorizationRequest | string {
  const clientId = params.get('client_id') ?? '';
  const client = Object.hasOwn(state.clients, clientId) ? state.clients[clientId] : undefined;
  const redirectUri = params.get('redirect_uri') ?? '';
  const scopes = (params.get('scope') ?? '').split(/[\s,]+/).filter((scope) => scope !== '');
  const anyState = params.get('state') ?? '';

  if (client === undefined) return 'The passed in client_id is invalid';
  if (!isRegistered(redirectUri, client.redirect_uris)) return 'The redirect_uri does not match the registered value';
  if (params.get('response_type') !== 'code') return 'The passed in response_type is invalid. Expected "code"';
  if (anyState === '') return 'A required parameter "state" is missing';
  if (scopes.length === 0) return 'A required parameter "scope" is missing';
  const foreign = scopes.find((scope) => !client.scopes.includes(scope));
  if (foreign !== undefined) return `Scope "${foreign}" is not authorized for your application`;
  return { clientId, redirectUri, state: anyState, scopes };
}

/** LinkedIn requires https. An app on this machine has none, so loopback addresses are allowed. */
function isRegistered(redirectUri: string, registered: readonly string[]): boolean {
  if (!URL.canParse(redirectUri) || redirectUri.includes('#')) return false;
  const { protocol, hostname } = new URL(redirectUri);
  if (registered.length > 0) return registered.some((uri) => withoutQuery(uri) === withoutQuery(redirectUri));
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback);
}

const withoutQuery = (uri: string): string => uri.split('?')[0] ?? '';

function allowed({ clientId, redirectUri, state, scopes }: AuthorizationRequest, world: World): SandboxResponse {
  const code = `AQT${randomBytes(90).toString('base64url')}`;
  world.grants.set(code, { client_id: clientId, redirect_uri: redirectUri, scopes, issued_at: world.now() });
  return backTo(redirectUri, { code, state });
}

function cancelled({ redirectUri, state }: AuthorizationRequest): SandboxResponse {
  return backTo(redirectUri, {
    error: 'user_cancelled_authorize',
    error_description: 'The user cancelled the authorization',
    state,
  });
}

function backTo(redirectUri: string, params: Readonly<Record<string, string>>): SandboxResponse {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return empty(302, { Location: url.href });
}
