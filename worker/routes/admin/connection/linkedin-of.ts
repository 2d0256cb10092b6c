import { limitsOf } from '../../../domain/delivery/limits-of.ts';
import type { RateLimits } from '../../../domain/delivery/permits.ts';
import type { Env } from '../../../env.ts';
import { askLinkedIn } from '../../../linkedin/ask-linkedin.ts';
import type { AskPorts, NoToken, Patience, CallResult } from '../../../linkedin/ask-linkedin.ts';
import type { Asker } from '../../../linkedin/request-line.ts';
import { restCall } from '../../../linkedin/rest-call.ts';
import type { CallLinkedIn } from '../../../linkedin/rest-call.ts';
import { restResult } from '../../../linkedin/rest-result.ts';
import { linkedInPorts } from '../../../objects/credentials/linkedin-ports.ts';
import { logFault } from '../../../objects/log-fault.ts';
import { HOLD_REASONS } from '../../../schema/events/outcome.ts';
import { SETTING_DEFAULTS } from '../../../schema/settings/integration.ts';
import type { Integration } from '../../../schema/settings/integration.ts';
import { Problem } from '../../http/problem.ts';

/** How long a person waits for a permit before they are asked to come back later. */
const PATIENCE: Patience = { totalMs: 3_000, asks: Number.POSITIVE_INFINITY };

/** The way to call LinkedIn for an integration, with the API version that its deliveries use. */
export type LinkedInOf = {
  version: string;
  /** Asks once. Throws a Problem when our side prevents the request, for lack of a token or a permit. */
  ask<Value>(request: {
    asker: Asker;
    rule: string | null;
    send: (token: string) => Promise<CallResult<Value>>;
  }): Promise<Value>;
  /** Makes one call of the versioned API. */
  call: CallLinkedIn;
};

export async function linkedInOf(env: Env, integration: Integration): Promise<LinkedInOf> {
  return linkedInWith(env, {
    integrationId: integration.id,
    limits: limitsOf(integration.config),
    version: await versionOf(env, integration),
    ports: linkedInPorts(env, integration),
  });
}

type Means = { integrationId: string; limits: RateLimits; version: string; ports: AskPorts };

/** Returns the way to call LinkedIn with the tokens of these ports. */
export function linkedInWith(env: Env, { integrationId, limits, version, ports }: Means): LinkedInOf {
  const ask: LinkedInOf['ask'] = async ({ asker, rule, send }) => {
    const asked = await askLinkedIn(
      {
        integrationId,
        limits,
        asker,
        rule,
        version,
        failures: 0,
        patience: PATIENCE,
        send,
      },
      ports,
    );
    switch (asked.kind) {
      case 'answered':
        return asked.value;
      case 'no_permit':
        throw noPermit(asked.retryAfterMs);
      case 'no_token':
        // LinkedIn's own answer says more than the fact that there is no other token.
        if (asked.lastResult !== undefined) return asked.lastResult;
        throw noToken(asked.access);
      case 'withdrawn':
        throw new Error('Cannot ask LinkedIn: nothing was asked');
    }
  };
  return {
    version,
    ask,
    call: (request) =>
      ask({
        asker: 'management',
        rule: null,
        send: async (token) =>
          restResult(await restCall(request, { apiUrl: env.LINKEDIN_API_URL, token, version }, outside)),
      }),
  };
}

/** The platform functions that the LinkedIn code needs. */
export const outside: { fetch: typeof globalThis.fetch; now: () => number } = {
  fetch: (...args) => fetch(...args),
  now: () => Date.now(),
};

/** Returns the configured version, or the one that deliveries found to work in its place. */
async function versionOf(env: Env, { id, source_id: sourceId, config }: Integration): Promise<string> {
  const configured = config.linkedin_version ?? SETTING_DEFAULTS.linkedin_version;
  try {
    return await env.OUTBOX.getByName(sourceId).workingVersion(id, configured);
  } catch (error) {
    // An unreachable outbox must not block access to the ad account.
    logFault('linkedin.version', error);
    return configured;
  }
}

function noPermit(retryAfterMs: number): Problem {
  return new Problem('rate_limited', 'Deliveries are using all requests that LinkedIn allows: try again later', {
    headers: { 'Retry-After': String(Math.ceil(retryAfterMs / 1_000)) },
  });
}

function noToken(access: NoToken): Problem {
  if (access.kind === 'unavailable')
    return new Problem('linkedin_unavailable', 'LinkedIn could not be asked for a new token: try again in a minute');
  const { reason } = access;
  return new Problem('linkedin_not_connected', HOLD_REASONS[reason], { extensions: { reason } });
}
