import { Hono } from 'hono/tiny';

import { limitsOf } from '../../../domain/delivery/limits-of.ts';
import { diagnoseToken } from '../../../domain/diagnose.ts';
import { sha256Hex } from '../../../domain/identity/sha256.ts';
import { NO_ACCOUNT } from '../../../domain/token-findings.ts';
import type { Env } from '../../../env.ts';
import type { AskPorts } from '../../../linkedin/ask-linkedin.ts';
import { idIn } from '../../../linkedin/restli.ts';
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
    const { access_token: token, account_id: given } = await readInput(c, TokenToCheck);
    const accountId = idIn(given) ?? NO_ACCOUNT;
    const linkedIn = linkedInWith(c.env, {
      integrationId: sourceId,
      limits: limitsOf({ account_id: accountId }),
      version: SETTING_DEFAULTS.linkedin_version,
      ports: await portsWith(c.env, token),
    });
    const { accounts, rules } = await askWith(linkedIn, accountId);
    const answer: CheckedToken = {
      findings: diagnoseToken({ accounts, rules, accountId: accountId === NO_ACCOUNT ? undefined : accountId }),
      ad_accounts: accounts?.kind === 'ok' ? accounts.value : null,
    };
    return c.json(answer);
  });
  return routes;
}

/** Returns ports with this one token. If LinkedIn refuses it, there is no other one to try. */
async function portsWith(env: Env, token: string): Promise<AskPorts> {
  const tokenId = (await sha256Hex(`token:${token}`)).slice(0, 16);
  return {
    access: () => Promise.resolve({ kind: 'token', token, tokenId, limiterKey: `token:${tokenId}` }),
    refused: () => Promise.resolve({ kind: 'none', reason: 'token_refused', retryAfterMs: 0 }),
    limiter: (key) => limiterOf(env, key),
    now: () => Date.now(),
    random: () => Math.random(),
    sleep: (ms) => scheduler.wait(ms),
    log: logFault,
    logRequest,
  };
}
