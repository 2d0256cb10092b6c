import type { Env } from '../../../env.ts';
import type { Integration } from '../../../schema/settings/integration.ts';
import type { Source, SourceCreate } from '../../../schema/settings/source-schema.ts';
import { newId } from '../../http/new-id.ts';
import { NO_SECRETS } from '../integrations.ts';

/**
 * The settings that a copy takes from the other source, unless other values are given. It has its own name and keys.
 */
const COPIED = [
  'labels',
  'allowed_origins',
  'require_origin',
  'unknown_consent',
  'bot_filter',
  'internal_ips',
  'internal_cookie',
  'max_events_per_minute',
  'retention_days',
  'dead_letter_days',
] as const satisfies readonly (keyof SourceCreate & keyof Source)[];

/**
 * Returns the settings of a source for its copy.
 *
 * @param given The fields of the body as JSON pointers, which keep the body's value.
 */
export function copiedSettings(from: Source, given: readonly string[]): Partial<Source> {
  return Object.fromEntries(COPIED.filter((name) => !given.includes(`/${name}`)).map((name) => [name, from[name]]));
}

/** The most integrations of one source that are copied. */
const MAX_INTEGRATIONS = 100;

/** Returns a source's integrations for its copy: with their mappings, without their secrets, under IDs of their own. */
export async function copiedIntegrations(
  registry: ReturnType<Env['REGISTRY']['getByName']>,
  { from, to, now }: { from: string; to: string; now: string },
): Promise<Integration[]> {
  const page = { limit: MAX_INTEGRATIONS, after: undefined, only: undefined };
  const integrations = await registry.integrations({ ...page, sourceId: from });
  return integrations.map(({ config, ...integration }) => ({
    ...integration,
    id: newId('int'),
    source_id: to,
    config: {
      ...config,
      ...(config.mappings !== undefined && {
        mappings: config.mappings.map((mapping) => ({ ...mapping, id: newId('map') })),
      }),
    },
    secrets: NO_SECRETS,
    created_at: now,
    updated_at: now,
    incarnation: crypto.randomUUID(),
  }));
}
