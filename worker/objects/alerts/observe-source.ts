import { nextVersion } from '../../domain/delivery/next-version.ts';
import type { RefusedVersion } from '../../domain/delivery/next-version.ts';
import type { IntegrationFacts, RefusedFacts, SourceFacts } from '../../domain/incidents/source-facts.ts';
import { refusalRow } from '../../domain/refusals/refusal-view.ts';
import { refusedFindings } from '../../domain/refusals/refused-findings.ts';
import { isDealtWith } from '../../domain/refusals/still-refused.ts';
import type { Env } from '../../env.ts';
import { newestActive } from '../../linkedin/scouted-versions.ts';
import type { ScoutedVersions } from '../../linkedin/scouted-versions.ts';
import { versionDaysLeft } from '../../linkedin/versions.ts';
import { SETTING_DEFAULTS } from '../../schema/settings/integration.ts';
import type { Integration } from '../../schema/settings/integration.ts';
import type { Source } from '../../schema/settings/source.ts';
import { vaultOf } from '../credentials/vault-of.ts';

const DAY_MS = 86_400_000;
const DAY_HOURS = 24;

/** More integrations of one source than anybody has. */
const MAX_INTEGRATIONS = 200;

type Objects = Pick<Env, 'REGISTRY' | 'OUTBOX' | 'REFUSALS' | 'CREDENTIALS'>;

/** Collects what the status and the doctor know about a source, without asking LinkedIn. */
export async function observeSource(
  env: Objects,
  sourceId: string,
  { nowMs, versions }: { nowMs: number; versions: ScoutedVersions },
): Promise<SourceFacts | undefined> {
  const registry = env.REGISTRY.getByName('registry');
  const source = await registry.source(sourceId);
  if (source === undefined) return undefined;
  const outbox = env.OUTBOX.getByName(sourceId);
  const [integrations, health, refused] = await Promise.all([
    registry.integrations({ sourceId, limit: MAX_INTEGRATIONS, after: undefined }),
    outbox.health(),
    env.REFUSALS.getByName(sourceId).lastHours(DAY_HOURS),
  ]);
  return {
    sourceId,
    nowMs,
    integrations: await Promise.all(
      integrations.map((one) => {
        const hold = health.integrations.find(({ integrationId }) => integrationId === one.id)?.hold;
        const isSunset = hold?.reason === 'version_sunset';
        return integrationFacts(env, one, { nowMs, outbox, versions, isSunset });
      }),
    ),
    health,
    refused: refusedFacts(source, refused),
  };
}

async function integrationFacts(
  env: Objects,
  integration: Integration,
  {
    nowMs,
    outbox,
    versions,
    isSunset,
  }: {
    nowMs: number;
    outbox: ReturnType<Env['OUTBOX']['getByName']>;
    versions: ScoutedVersions;
    /** The integration is held because LinkedIn refuses the version. */
    isSunset: boolean;
  },
): Promise<IntegrationFacts> {
  const { id, name, enabled, config } = integration;
  const version = config.linkedin_version ?? SETTING_DEFAULTS.linkedin_version;
  const [ends, { inUse, next, refused }] = await Promise.all([
    vaultOf(env, integration).ends(),
    outbox.versions(id, version),
  ]);
  const isGone = versions[inUse] === 'inactive' || isSunset;
  const isPinned = config.linkedin_version !== undefined;
  const inUseDaysLeft = versionDaysLeft(inUse, nowMs);
  const answering = Object.keys(versions)
    .filter((one) => versions[one] === 'active')
    .map((one) => ({ version: one, daysLeft: versionDaysLeft(one, nowMs) }));
  return {
    id,
    name,
    isEnabled: enabled,
    appId: config.oauth_client_id ?? undefined,
    version,
    isVersionPinned: isPinned,
    workingVersion: inUse,
    versionDaysLeft: inUseDaysLeft,
    isVersionGone: versions[inUse] === 'inactive',
    nextVersion: nextVersion({ inUse, daysLeft: inUseDaysLeft, isGone, isPinned, answering, refused }, nowMs),
    triedVersion: next,
    refusedVersion: newestRefused(refused, inUse),
    newestVersion: newestActive(versions),
    accessDaysLeft: daysLeft(ends?.accessExpiresAtMs, nowMs),
    reconnectDaysLeft: daysLeft(ends?.refreshExpiresAtMs, nowMs),
    isRenewable: ends?.isRenewable ?? false,
  };
}

function newestRefused(
  refused: readonly RefusedVersion[],
  inUse: string,
): { version: string; message: string } | undefined {
  return refused
    .flatMap(({ version, message }) => (message === undefined || version <= inUse ? [] : [{ version, message }]))
    .toSorted((one, other) => (one.version < other.version ? 1 : -1))[0];
}

/** The refused traffic by finding, as the doctor reports it. */
function refusedFacts(source: Source, hours: readonly Parameters<typeof refusalRow>[0][]): RefusedFacts[] {
  const rows = hours.filter((hour) => !isDealtWith(hour, source)).map((hour) => refusalRow(hour, source));
  return refusedFindings(rows).map(({ code, detail, events, lastAtMs }) => ({ code, detail, events, lastAtMs }));
}

function daysLeft(atMs: number | undefined, nowMs: number): number | undefined {
  return atMs === undefined ? undefined : Math.floor((atMs - nowMs) / DAY_MS);
}
