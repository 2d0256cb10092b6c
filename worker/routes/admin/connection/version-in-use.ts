import { LEAVE_DAYS } from '../../../domain/delivery/next-version.ts';
import type { Env } from '../../../env.ts';
import { versionDaysLeft } from '../../../linkedin/versions.ts';
import { SETTING_DEFAULTS } from '../../../schema/settings/integration.ts';
import type { Integration } from '../../../schema/settings/integration.ts';

/** Returns the API version that an integration's deliveries use, its days left, and the version that is tried next. */
export async function versionInUse(
  { OUTBOX }: Pick<Env, 'OUTBOX'>,
  { id, source_id: sourceId, config }: Integration,
  nowMs: number,
): Promise<{ version: string; daysLeft: number | undefined; next: string | undefined }> {
  const configured = config.linkedin_version ?? SETTING_DEFAULTS.linkedin_version;
  const { inUse, next } = await OUTBOX.getByName(sourceId).versions(id, configured);
  return { version: inUse, daysLeft: versionDaysLeft(inUse, nowMs), next };
}

/** Returns the days that are left of the version in use. Asks the outbox only if the configured version ends soon. */
export async function versionInUseDaysLeft(
  env: Pick<Env, 'OUTBOX'>,
  integration: Integration,
  nowMs: number,
): Promise<number | undefined> {
  const daysLeft = versionDaysLeft(integration.config.linkedin_version ?? SETTING_DEFAULTS.linkedin_version, nowMs);
  if (daysLeft !== undefined && daysLeft > LEAVE_DAYS) return daysLeft;
  return (await versionInUse(env, integration, nowMs)).daysLeft;
}
