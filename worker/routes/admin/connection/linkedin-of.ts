import type { Access } from '../../../domain/delivery/access.ts';
import { limitsOf } from '../../../domain/delivery/limits-of.ts';
import { throttledMs } from '../../../domain/delivery/next-step.ts';
import type { Env } from '../../../env.ts';
import { restCall } from '../../../linkedin/rest-call.ts';
import type { CallLinkedIn, Outcome } from '../../../linkedin/rest-call.ts';
import { vaultOf } from '../../../objects/credentials/vault-of.ts';
import { HOLD_REASONS } from '../../../schema/events/outcome.ts';
import { SETTING_DEFAULTS } from '../../../schema/settings/integration.ts';
import type { Integration } from '../../../schema/settings/integration.ts';
import { Problem } from '../../http/problem.ts';

type Token = Extract<Access, { kind: 'token' }>;

/** How long a person waits for a permit before they are told to come back. */
const MAX_WAIT_MS = 3_000;

/** What a single request through an integration's credentials looks like to whoever makes it. */
export type Attempt<Value> = {
  value: Value;
  status: number | undefined;
  /** As LinkedIn says it beside a 429. */
  retryAfterMs: number | undefined;
};

/** A permit could not be had soon: deliveries have used them up, or LinkedIn is down. */
export type NoPermit = { kind: 'no_permit'; retryAfterMs: number };
export type NoToken = { kind: 'no_token'; access: Exclude<Access, Token> };

/**
 * Makes one request to LinkedIn with an integration's token and a permit of its limiter, and once more with another token
 * when LinkedIn refuses the first.
 */
export async function withToken<Value>(
  env: Env,
  integration: Integration,
  attempt: (token: Token) => Promise<Attempt<Value>>,
): Promise<{ kind: 'asked'; value: Value } | NoPermit | NoToken> {
  const credentials = vaultOf(env, integration);
  const access = await credentials.access();
  if (access.kind !== 'token') return { kind: 'no_token', access };
  const first = await withPermit(env, integration, access, attempt);
  if (first.kind === 'no_permit' || first.status !== 401) return answered(first);
  const other = await credentials.refused(access.tokenId);
  return other.kind === 'token' && other.tokenId !== access.tokenId
    ? answered(await withPermit(env, integration, other, attempt))
    : answered(first);
}

type Permitted<Value> = ({ kind: 'asked' } & Attempt<Value>) | NoPermit;

function answered<Value>(permitted: Permitted<Value>): { kind: 'asked'; value: Value } | NoPermit {
  return permitted.kind === 'no_permit' ? permitted : { kind: 'asked', value: permitted.value };
}

async function withPermit<Value>(
  env: Env,
  integration: Integration,
  token: Token,
  attempt: (token: Token) => Promise<Attempt<Value>>,
): Promise<Permitted<Value>> {
  const limiter = env.RATE_LIMITER.getByName(token.limiterKey);
  const limits = limitsOf(integration.config);
  let waitedMs = 0;
  let grant = await limiter.take(limits, integration.id);
  while (!grant.isGranted) {
    const waitMs = Math.max(50, grant.retryAfterMs);
    waitedMs += waitMs;
    if (waitedMs > MAX_WAIT_MS) return { kind: 'no_permit', retryAfterMs: grant.retryAfterMs };
    await scheduler.wait(waitMs);
    grant = await limiter.take(limits, integration.id);
  }
  const made = await attempt(token);
  const isReachable = made.status !== undefined && made.status < 500;
  if (grant.mustReport || !isReachable) await limiter.report(limits, isReachable);
  // Deliveries share the app's limits: they wait too.
  if (made.status === 429) await limiter.pause(limits, Date.now() + throttledMs(made.retryAfterMs, 1, Math.random()));
  return { kind: 'asked', ...made };
}

/** The versioned API as an integration sees it. What stands between us and LinkedIn is a problem, not an answer. */
export function linkedInOf(env: Env, integration: Integration): CallLinkedIn {
  const version = integration.config.linkedin_version ?? SETTING_DEFAULTS.linkedin_version;
  return async (request) => {
    const made = await withToken(env, integration, async ({ token }) => {
      const outcome = await restCall(
        request,
        { apiUrl: env.LINKEDIN_API_URL, token, version },
        { fetch: (...args) => fetch(...args), now: () => Date.now() },
      );
      const retryAfterMs = outcome.kind === 'refused' ? outcome.refusal.retryAfterMs : undefined;
      return { value: outcome, status: statusOf(outcome), retryAfterMs };
    });
    if (made.kind === 'asked') return made.value;
    throw notAsked(made);
  };
}

/** Says why LinkedIn was not even asked. */
export function notAsked(why: NoPermit | NoToken): Problem {
  if (why.kind === 'no_permit')
    return new Problem('rate_limited', 'Deliveries use up what LinkedIn allows just now: try again later', {
      headers: { 'Retry-After': String(Math.ceil(why.retryAfterMs / 1_000)) },
    });
  if (why.access.kind === 'unavailable')
    return new Problem('linkedin_unavailable', 'LinkedIn could not be asked for a new token: try again in a minute');
  const { reason } = why.access;
  return new Problem('linkedin_not_connected', HOLD_REASONS[reason], { extensions: { reason } });
}

function statusOf(outcome: Outcome<{ status: number }>): number | undefined {
  return outcome.kind === 'ok' ? outcome.value.status : outcome.refusal.status;
}
