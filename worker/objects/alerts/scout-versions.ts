import { limitsOf } from '../../domain/delivery/limits-of.ts';
import type { Env } from '../../env.ts';
import { askLinkedIn } from '../../linkedin/ask-linkedin.ts';
import { restCall } from '../../linkedin/rest-call.ts';
import type { Outcome, RestResponse } from '../../linkedin/rest-call.ts';
import { restResult } from '../../linkedin/rest-result.ts';
import { SCOUT_PATH, versionStateIn } from '../../linkedin/scouted-versions.ts';
import type { ScoutedVersions, VersionState } from '../../linkedin/scouted-versions.ts';
import type { Integration } from '../../schema/settings/integration.ts';
import { linkedInPorts } from '../credentials/linkedin-ports.ts';

/** This is not urgent: if no permit is free, LinkedIn is asked on another day. */
const PATIENCE = { totalMs: 2_000, asks: 2 };

/** The integrations that are tried until one has a token that LinkedIn accepts. */
const MAX_TRIED = 5;

/**
 * Asks LinkedIn about versions, with the token of any integration. Returns an empty record when nothing was learned.
 */
export async function scoutVersions(env: Env, versions: readonly string[]): Promise<ScoutedVersions> {
  const every = { limit: MAX_TRIED * 4, after: undefined, sourceId: undefined };
  const integrations = await env.REGISTRY.getByName('registry').integrations(every);
  const withToken = integrations.filter(({ enabled, secrets }) => enabled && secrets.access_token?.set === true);
  for (const integration of withToken.slice(0, MAX_TRIED)) {
    // One after the other: the first one that works is enough.
    // oxlint-disable-next-line no-await-in-loop
    const found = await scoutWith(env, integration, versions);
    if (Object.keys(found).length > 0) return found;
  }
  return {};
}

async function scoutWith(env: Env, integration: Integration, versions: readonly string[]): Promise<ScoutedVersions> {
  const found: Record<string, VersionState> = {};
  for (const version of versions) {
    // oxlint-disable-next-line no-await-in-loop
    const outcome = await askWith(env, integration, version);
    // There is no token or no permit, so the next version can't be asked about either.
    if (outcome === undefined) return found;
    const state = versionStateIn(outcome);
    if (state !== undefined) found[version] = state;
  }
  return found;
}

async function askWith(
  env: Env,
  integration: Integration,
  version: string,
): Promise<Outcome<RestResponse> | undefined> {
  const asked = await askLinkedIn<Outcome<RestResponse>>(
    {
      integrationId: integration.id,
      limits: limitsOf(integration.config),
      asker: 'management',
      rule: null,
      version,
      failures: 0,
      patience: PATIENCE,
      send: async (token) => {
        const settings = { apiUrl: env.LINKEDIN_API_URL, token, version };
        const outside = { fetch: (...args: Parameters<typeof fetch>) => fetch(...args), now: () => Date.now() };
        return restResult(await restCall({ method: 'GET', path: SCOUT_PATH }, settings, outside));
      },
    },
    linkedInPorts(env, integration),
  );
  return asked.kind === 'answered' ? asked.value : undefined;
}
