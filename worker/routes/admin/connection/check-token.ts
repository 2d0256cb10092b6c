import type { Context } from 'hono';
import { Hono } from 'hono';

import { limitsOf } from '../../../domain/delivery/limits-of.ts';
import type { Access } from '../../../domain/delivery/linkedin-access.ts';
import { diagnoseToken } from '../../../domain/diagnose.ts';
import { sha256Hex } from '../../../domain/identity/sha256.ts';
import { NO_ACCOUNT } from '../../../domain/token-findings.ts';
import type { Env } from '../../../env.ts';
import type { AskPorts } from '../../../linkedin/ask-linkedin.ts';
import { refreshToken } from '../../../linkedin/refresh-token.ts';
import type { RefreshedToken } from '../../../linkedin/refresh-token.ts';
import { idIn } from '../../../linkedin/restli.ts';
import { vaultOf } from '../../../objects/credentials/vault-of.ts';
import { logFault } from '../../../objects/log-fault.ts';
import { logRequest } from '../../../objects/log-request.ts';
import { limiterOf } from '../../../objects/rate-limiter/limiter-of.ts';
import { TokenToCheck } from '../../../schema/reports/checked-token.ts';
import type { CheckedToken } from '../../../schema/reports/checked-token.ts';
import { SETTING_DEFAULTS } from '../../../schema/settings/integration.ts';
import { Problem } from '../../http/problem.ts';
import type { AdminEnv } from '../env.ts';
import { readInput } from '../input.ts';
import { askWith } from './ask-with.ts';
import { linkedInWith } from './linkedin-of.ts';

/**
 * `/v1/admin/sources/{id}/check-token`: what an access token can do. The token is only kept in memory, so the stored
 * token stays, whatever LinkedIn answers about this one.
 */
export function adminCheckToken(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();
  routes.post('/:id/check-token', async (c) => {
    const sourceId = c.req.param('id');
    if ((await c.env.REGISTRY.getByName('registry').source(sourceId)) === undefined)
      throw new Problem('not_found', 'No source has this ID');
    const { access_token: token, account_id: given, ...renewal } = await readInput(c, TokenToCheck);
    const renewing = new Renewing(await renewalOf(c, sourceId, renewal));
    const accountId = idIn(given) ?? NO_ACCOUNT;
    const linkedIn = linkedInWith(c.env, {
      integrationId: sourceId,
      limits: limitsOf({ account_id: accountId }),
      version: SETTING_DEFAULTS.linkedin_version,
      ports: await portsWith(c.env, token, renewing),
    });
    const { accounts, rules } = await askWith(linkedIn, accountId);
    const answer: CheckedToken = {
      findings: diagnoseToken({ accounts, rules, accountId: accountId === NO_ACCOUNT ? undefined : accountId }),
      ad_accounts: accounts?.kind === 'ok' ? accounts.value : null,
      renewed: renewing.isRenewed,
    };
    return c.json(answer);
  });
  return routes;
}

/** Asks LinkedIn for another access token. Undefined when there is no refresh token, or not all of its app. */
type Renew = (() => Promise<RefreshedToken>) | undefined;

async function renewalOf(
  c: Context<AdminEnv>,
  sourceId: string,
  {
    refresh_token: token,
    oauth_client_id: clientId,
    oauth_client_secret: clientSecret,
    integration_id: id,
  }: Omit<TokenToCheck, 'access_token' | 'account_id'>,
): Promise<Renew> {
  const integration = id === undefined ? undefined : await c.env.REGISTRY.getByName('registry').integration(id);
  if (id !== undefined && integration?.source_id !== sourceId)
    throw new Problem('field_invalid', 'Cannot use /integration_id: expected an integration of the source', {
      fields: [{ pointer: '/integration_id', detail: 'expected an integration of the source' }],
    });
  if (token === undefined) return undefined;
  const app = { ...(clientId !== undefined && { clientId }), ...(clientSecret !== undefined && { clientSecret }) };
  if (integration !== undefined)
    return () => vaultOf(c.env, integration).tryRefreshToken({ refreshToken: token, ...app });
  if (clientId === undefined || clientSecret === undefined) return undefined;
  const request = { authUrl: c.env.LINKEDIN_AUTH_URL, refreshToken: token, clientId, clientSecret };
  return () => refreshToken(request, (...args) => fetch(...args));
}

/** Renews a refused access token once. The new one is forgotten with the request, because LinkedIn gives more of them. */
class Renewing {
  readonly #renew: Renew;
  #renewed: Promise<Access> | undefined;
  isRenewed = false;

  constructor(renew: Renew) {
    this.#renew = renew;
  }

  /** @param tokenId The token that LinkedIn refuses. */
  async insteadOf(tokenId: string): Promise<Access> {
    const access = await (this.#renewed ??= this.#askLinkedIn());
    return access.kind === 'token' && access.tokenId === tokenId ? REFUSED : access;
  }

  async #askLinkedIn(): Promise<Access> {
    const answer = await this.#renew?.();
    if (answer === undefined || answer.kind === 'refused') return REFUSED;
    if (answer.kind === 'unavailable') return { kind: 'unavailable' };
    this.isRenewed = true;
    return accessWith(answer.accessToken);
  }
}

const REFUSED: Access = { kind: 'none', reason: 'token_refused', retryAfterMs: 0 };

async function accessWith(token: string): Promise<Extract<Access, { kind: 'token' }>> {
  const tokenId = (await sha256Hex(`token:${token}`)).slice(0, 16);
  return { kind: 'token', token, tokenId, limiterKey: `token:${tokenId}` };
}

/** Returns ports with this one token, and with the one that replaces it if LinkedIn refuses it. */
async function portsWith(env: Env, token: string, renewing: Renewing): Promise<AskPorts> {
  const given = await accessWith(token);
  let current: Access = given;
  return {
    access: () => Promise.resolve(current),
    refused: async (tokenId) => (current = await renewing.insteadOf(tokenId)),
    limiter: (key) => limiterOf(env, key),
    now: () => Date.now(),
    random: () => Math.random(),
    sleep: (ms) => scheduler.wait(ms),
    log: logFault,
    logRequest,
  };
}
