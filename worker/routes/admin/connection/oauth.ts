import type { Context } from 'hono';
import { Hono } from 'hono';

import { STATE_LIFETIME_MS } from '../../../domain/access/oauth-state.ts';
import type { Actor } from '../../../domain/access/oauth-state.ts';
import { sha256Hex } from '../../../domain/identity/sha256.ts';
import type { Env } from '../../../env.ts';
import { authorizationUrl } from '../../../linkedin/authorization.ts';
import type { Connected } from '../../../objects/credentials/credentials-engine.ts';
import { vaultOf } from '../../../objects/credentials/vault-of.ts';
import type { Integration } from '../../../schema/settings/integration.ts';
import { Problem } from '../../http/problem.ts';
import type { AdminEnv } from '../env.ts';
import { integrationOf } from './integration-of.ts';
import { noticePage } from './notice-page.ts';
import type { Notice } from './notice-page.ts';
import { mustHaveRedirectUri } from './redirect-uri.ts';

type AppContext = Context<{ Bindings: Env }>;

const STATE_BYTES = 32;

/**
 * `/v1/admin/integrations/{id}/oauth/authorize`: leads to LinkedIn's consent page.
 *
 * A browser cannot follow a link with a Bearer header, so POST returns the address to open. That address is a
 * single-use link: it contains no part of the admin token, and its `state` works once, within ten minutes.
 */
export function adminOAuth(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();
  routes.get('/:id/oauth/authorize', async (c) => c.redirect((await begin(c)).url, 302));
  routes.post('/:id/oauth/authorize', async (c) => c.json(await begin(c)));
  return routes;
}

async function begin(c: Context<AdminEnv>): Promise<{ url: string; redirect_uri: string; expires_at: string }> {
  const integration = integrationOf(c);
  const { id, config, secrets } = integration;
  const clientId = config.oauth_client_id ?? undefined;
  if (clientId === undefined || secrets.oauth_client_secret?.set !== true)
    throw new Problem(
      'oauth_app_missing',
      "Set oauth_client_id and oauth_client_secret of the integration first: they are in your app's settings in LinkedIn's developer portal",
      { fields: [{ pointer: '/config/oauth_client_id', detail: 'expected the client ID of a LinkedIn app' }] },
    );
  const redirectUri = mustHaveRedirectUri(c);
  const secret = crypto
    .getRandomValues(new Uint8Array(STATE_BYTES))
    .toBase64({ alphabet: 'base64url', omitPadding: true });
  const begunAtMs = Date.now();
  const { id: actorId, role } = c.get('principal');
  await vaultOf(c.env, integration).begin({
    stateSha256: await sha256Hex(secret),
    redirectUri,
    begunAtMs,
    by: { id: actorId, role },
  });
  return {
    url: authorizationUrl({
      authUrl: c.env.LINKEDIN_AUTH_URL,
      clientId,
      redirectUri,
      // All integrations share one callback, so the state names the integration.
      state: `${id}.${secret}`,
    }),
    redirect_uri: redirectUri,
    expires_at: new Date(begunAtMs + STATE_LIFETIME_MS).toISOString(),
  };
}

/**
 * `GET /oauth/linkedin/callback`: the page to which LinkedIn sends the person back. Every outcome is a page that says
 * what to do.
 */
export async function oauthCallback(c: AppContext): Promise<Response> {
  const [, integrationId] = STATE.exec(c.req.query('state') ?? '') ?? [];
  const hash = integrationId === undefined ? '' : `#/integrations/${integrationId}`;
  return noticePage(await endOf(c), `${c.env.BASE_PATH}/console${hash}`);
}

/** The integration's ID, and a secret that only LinkedIn and we know. */
const STATE = /^(int_[\w-]{1,60})\.([\w-]{43})$/;

const AGAIN = 'Go back to the connection and connect again. Nothing was changed.';

async function endOf(c: AppContext): Promise<Notice> {
  const { state, code, error, error_description: description } = c.req.query();
  const [, integrationId, secret] = STATE.exec(state ?? '') ?? [];
  if (integrationId === undefined || secret === undefined)
    return refused('This connection was not started here', [
      'The address has no valid state, so it is unclear whether you started it.',
      AGAIN,
    ]);
  const integration = await c.env.REGISTRY.getByName('registry').integration(integrationId);
  if (integration === undefined)
    return refused('This connection no longer exists', ['It was deleted after you started to connect.']);
  // The state must belong to this incarnation. A connection that was begun for a deleted integration with the same ID
  // is unknown here.
  const credentials = vaultOf(c.env, integration);
  const taken = await credentials.takeState(await sha256Hex(secret));
  switch (taken.kind) {
    case 'unknown':
      return refused('This connection was not started here', [AGAIN]);
    case 'expired':
      return refused('That took longer than ten minutes', ['The link to LinkedIn has expired.', AGAIN]);
    case 'used':
      return refused('This link was used before', [
        'A link works only once. If you only reloaded the page, you may be connected already: check the connection.',
        'Otherwise go back to the connection and connect again.',
      ]);
    case 'fresh':
      break;
  }
  if (error !== undefined) return errorNotice(error, description ?? '', taken.redirectUri);
  if (code === undefined || code === '')
    return { status: 400, title: 'LinkedIn gave no code', paragraphs: ['LinkedIn’s answer was not complete.', AGAIN] };
  const connected = await credentials.exchange({ code, redirectUri: taken.redirectUri });
  if (connected.kind === 'connected' && !(await remember(c, integration, { connected, by: taken.by })))
    return refused('This connection no longer exists', [
      'It was deleted while you were at LinkedIn. The tokens were not stored.',
    ]);
  return connectedNotice(connected, { integration, redirectUri: taken.redirectUri });
}

/**
 * Records that the integration has tokens now, and retries its held deliveries.
 *
 * @returns False if the integration was deleted in the meantime. Its tokens are then deleted too, even if another one
 * has the same ID by now.
 */
async function remember(
  c: AppContext,
  integration: Integration,
  { connected, by }: { connected: Extract<Connected, { kind: 'connected' }>; by: Actor | undefined },
): Promise<boolean> {
  const { id, source_id: sourceId } = integration;
  const { accessTokenLast4, refreshTokenLast4 } = connected;
  const registry = c.env.REGISTRY.getByName('registry');
  const changed = await registry.changeIntegration(
    id,
    {
      config: {},
      secrets: {
        access_token: { set: true, last4: accessTokenLast4 },
        refresh_token: refreshTokenLast4 === undefined ? { set: false } : { set: true, last4: refreshTokenLast4 },
      },
    },
    { ifMatch: undefined, now: new Date().toISOString(), incarnation: integration.incarnation },
  );
  if (changed.kind !== 'changed') {
    await vaultOf(c.env, integration).erase();
    return false;
  }
  await registry.appendAudit({
    // A connection that was begun by an older release, which did not store who began it.
    actor: by ?? { id: 'unknown', role: 'editor' },
    method: 'PATCH',
    path: `/integrations/${id}`,
    sourceId,
    fields: ['/config/access_token', '/config/refresh_token'],
  });
  await c.env.OUTBOX.getByName(sourceId).resume(id);
  return true;
}

function errorNotice(error: string, description: string, redirectUri: string): Notice {
  if (error.startsWith('user_cancelled'))
    return {
      status: 400,
      title: 'You cancelled, and nothing was changed',
      paragraphs: [
        'Without your consent at LinkedIn no conversion can be sent with this app.',
        'To connect, go back to the connection and start again.',
      ],
    };
  if (/redirect/i.test(error)) return redirectNotice(redirectUri);
  if (/scope/i.test(error)) return scopesNotice(['r_ads', 'rw_conversions']);
  return {
    status: 400,
    title: 'LinkedIn refused the connection',
    paragraphs: [`LinkedIn's message: ${(description || error).slice(0, 200)}`, AGAIN],
  };
}

/** A connection from the console has no ad account and no mapping yet. */
function isComplete({
  config: { account_id: account, conversion_rule_id: byName = {}, mappings = [] },
}: Integration): boolean {
  return account !== '0' && Object.keys(byName).length + mappings.length > 0;
}

function connectedNotice(
  connected: Connected,
  { integration, redirectUri }: { integration: Integration; redirectUri: string },
): Notice {
  switch (connected.kind) {
    case 'connected':
      return {
        status: 200,
        title: 'Connected to LinkedIn',
        paragraphs: [
          isComplete(integration)
            ? `“${integration.name}” is connected. Its held conversions are sent now.`
            : `“${integration.name}” is connected. Conversions are sent as soon as it has an ad account and a mapping.`,
          connected.refreshTokenLast4 === undefined
            ? 'LinkedIn gave no refresh token to this app, so the connection lasts 60 days. You get a warning before it ends.'
            : 'The connection renews itself and lasts a year. You get a warning before it ends.',
        ],
      };
    case 'scopes_missing':
      return scopesNotice(connected.scopes);
    case 'app_missing':
      return {
        status: 400,
        title: 'The LinkedIn app is not complete',
        paragraphs: ['Enter the client ID and the client secret of the connection, and connect again.'],
      };
    case 'refused':
      return connected.error === 'invalid_redirect_uri' ? redirectNotice(redirectUri) : refusedByLinkedIn(connected);
    case 'unavailable':
      return {
        status: 502,
        title: 'LinkedIn did not answer',
        paragraphs: ['You have agreed, but the tokens could not be fetched.', AGAIN],
      };
  }
}

function refusedByLinkedIn({ error, message }: { error: string; message: string }): Notice {
  const isSecret = error === 'invalid_client';
  return {
    status: 400,
    title: isSecret ? 'LinkedIn does not accept the app’s secret' : 'LinkedIn gave no token',
    paragraphs: [
      `LinkedIn's message: ${message === '' ? error : message}`,
      isSecret
        ? 'Copy the client secret from the app’s page in the developer portal again, set it as oauth_client_secret, and connect again.'
        : AGAIN,
    ],
  };
}

function redirectNotice(redirectUri: string): Notice {
  return {
    status: 400,
    title: 'The redirect address does not match, or the code has expired',
    paragraphs: [
      'In LinkedIn’s developer portal, under your app’s Auth settings, the authorized redirect URLs have to contain exactly this address:',
      redirectUri,
      AGAIN,
    ],
  };
}

function scopesNotice(scopes: readonly string[]): Notice {
  return {
    status: 400,
    title: 'A permission is missing',
    paragraphs: [
      `LinkedIn did not grant: ${scopes.join(', ')}.`,
      'Check that your app has the Conversions API product in LinkedIn’s developer portal, and connect again with all permissions allowed. The tokens were not stored.',
    ],
  };
}

function refused(title: string, paragraphs: readonly string[]): Notice {
  // LinkedIn's documentation asks for 401 when the state is not the one that was sent.
  return { status: 401, title, paragraphs };
}
