import type { Context } from 'hono';
import { Hono } from 'hono';

import { entityTag } from '../../domain/access/entity-tag.ts';
import { seesSource } from '../../domain/access/permission.ts';
import { counted } from '../../domain/reports/counted.ts';
import { parseKeyRing } from '../../domain/sealing/sealed-box.ts';
import { settingProblems } from '../../domain/setting-problems.ts';
import type { Env } from '../../env.ts';
import { KNOWN_VERSIONS } from '../../linkedin/versions.ts';
import type { SecretChanges } from '../../objects/credentials/token-store.ts';
import { vaultOf } from '../../objects/credentials/vault-of.ts';
import type { BacklogView } from '../../objects/outbox/reports/backlog.ts';
import { clearAway } from '../../objects/registry/pending-deletions.ts';
import type { FieldProblem } from '../../schema/problem.ts';
import { DeleteIntegrationQuery, IntegrationsQuery } from '../../schema/queries.ts';
import { IntegrationCreate, IntegrationPatch, SECRET_NAMES } from '../../schema/settings/integration-schema.ts';
import type { Integration, SecretName, SecretView } from '../../schema/settings/integration.ts';
import type { Mapping } from '../../schema/settings/mapping.ts';
import { forgetConfigs } from '../../store/config-cache.ts';
import { changedMeanwhile, ifMatch } from '../http/if-match.ts';
import { newId } from '../http/new-id.ts';
import { Problem } from '../http/problem.ts';
import { integrationOf } from './connection/integration-of.ts';
import type { AdminEnv } from './env.ts';
import { page, readInput } from './input.ts';
import { storedMappings } from './mappings.ts';
import { readQuery } from './query.ts';

type AdminContext = Context<AdminEnv>;
type ConfigInput = NonNullable<IntegrationPatch['config']>;

/** The facts about the secrets of an integration that has none yet. */
export const NO_SECRETS = {
  access_token: { set: false },
  refresh_token: { set: false },
  oauth_client_secret: { set: false },
} as const;

/** `/v1/admin/integrations`: the connections of sources to LinkedIn ad accounts. */
export function adminIntegrations(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.get('/', async (c) => {
    const { limit, cursor, source_id: sourceId } = readQuery(c, IntegrationsQuery);
    const integrations = await registry(c).integrations({
      limit: limit + 1,
      after: cursor,
      sourceId,
      only: c.get('principal').sourceIds,
    });
    return c.json(page(integrations.map(integrationView), limit));
  });

  routes.post('/', async (c) => {
    requireEncryptionKey(c);
    const { config, ...input } = await readInput(c, IntegrationCreate);
    const problems = settingProblems(config, KNOWN_VERSIONS);
    if (problems.length > 0) throw refusedSettings(problems);
    const now = new Date().toISOString();
    const integration: Integration = {
      ...input,
      id: input.id ?? newId('int'),
      config: await settingsIn(config),
      secrets: NO_SECRETS,
      created_at: now,
      updated_at: now,
      incarnation: crypto.randomUUID(),
    };
    c.set('sourceId', integration.source_id);
    const isKnown = (await registry(c).source(integration.source_id)) !== undefined;
    if (!isKnown || !seesSource(c.get('principal'), integration.source_id)) throw unknownSource();
    // The registry is first, because it accepts only one of two integrations with the same ID, and credentials are
    // stored only for that one.
    const saved = await registry(c).addIntegration(integration);
    if (saved.kind === 'unknown_source') throw unknownSource();
    if (saved.kind === 'conflict')
      throw new Problem('already_exists', 'Cannot create the integration: another one has this ID', {
        fields: [{ pointer: '/id', detail: 'is taken' }],
      });
    forgetConfigs();
    c.set('changed', { before: {}, after: integration });
    const kept = await keepSecrets(c, integration, config);
    // The collector may have seen it without credentials for a moment, and its deliveries were held.
    await c.env.OUTBOX.getByName(integration.source_id).resume(integration.id);
    return answer(c, kept, 201);
  });

  routes.get('/:id', async (c) => answer(c, integrationOf(c)));

  routes.patch('/:id', async (c) => {
    requireEncryptionKey(c);
    const integration = integrationOf(c);
    const { config = {}, ...input } = await readInput(c, IntegrationPatch);
    // The registry decides the result, because what is read here may be older than another person's change.
    const changed = await registry(c).changeIntegration(
      integration.id,
      { ...input, config: await settingsIn(config) },
      { ...ifMatch(c), incarnation: integration.incarnation },
    );
    if (changed.kind === 'refused') throw refusedSettings(changed.problems);
    if (changed.kind === 'not_found') throw notFound();
    if (changed.kind === 'stale') throw changedMeanwhile('integration');
    forgetConfigs();
    if (changed.before !== undefined) c.set('changed', { before: changed.before, after: changed.value });
    // Secrets are stored only after the change, because a refused change must not change a secret.
    const kept = await keepSecrets(c, changed.value, config);
    // The change may have fixed the reason why its deliveries were held.
    await c.env.OUTBOX.getByName(integration.source_id).resume(integration.id);
    return answer(c, kept);
  });

  routes.delete('/:id', async (c) => {
    const integration = integrationOf(c);
    const { id, source_id: sourceId, incarnation, name } = integration;
    const { deliveries: fate } = readQuery(c, DeleteIntegrationQuery);
    const outbox = c.env.OUTBOX.getByName(sourceId);
    if (fate === undefined) refuseWaiting(await outbox.backlog(id));
    const isDiscarded = fate === 'discard';
    const removed = await registry(c).removeIntegration(id, { ...ifMatch(c), incarnation, isDiscarded });
    if (removed === 'stale') throw changedMeanwhile('integration');
    if (removed === 'not_found') throw notFound();
    forgetConfigs();
    c.set('changed', { before: { name }, after: {} });
    // If this fails, the cron trigger repeats it.
    await clearAway(c.env, { kind: 'integration', id, sourceId, incarnation, isDiscarded });
    return c.body(null, 204);
  });

  return routes;
}

function registry(c: AdminContext): ReturnType<Env['REGISTRY']['getByName']> {
  return c.env.REGISTRY.getByName('registry');
}

function refuseWaiting({ pending, held, dead }: BacklogView): void {
  if (pending + held + dead === 0) return;
  throw new Problem(
    'deliveries_waiting',
    `Cannot delete the integration: ${counted(pending + held, 'delivery is', 'deliveries are')} waiting, and ${counted(dead, 'failed delivery', 'failed deliveries')} could be replayed. ` +
      'Choose what happens to them: with ?deliveries=discard they are never sent; with ?deliveries=keep they are held for an integration with the same ID until they are 90 days old.',
    { extensions: { waiting: pending + held, dead } },
  );
}

/** Answers with an integration and the tag of its version. */
function answer(c: AdminContext, integration: Integration, status: 200 | 201 = 200): Response {
  return c.json(integrationView(integration), status, { ETag: entityTag(integration) });
}

/** Returns an integration for the API. Its secrets are in `config`, where they were set, but only as set or not set. */
export function integrationView({ secrets, ...integration }: Integration): {
  id: string;
  config: Record<string, unknown>;
} {
  const { incarnation: _incarnation, ...shown } = integration;
  return { ...shown, config: { ...integration.config, ...secrets } };
}

/** Returns the settings of a config without its secrets. */
async function settingsIn<Config extends ConfigInput>(
  config: Config,
): Promise<Omit<Config, SecretName | 'mappings'> & { mappings?: Mapping[] }> {
  const { access_token: _token, refresh_token: _renewal, oauth_client_secret: _secret, mappings, ...settings } = config;
  return { ...settings, ...(mappings !== undefined && { mappings: await storedMappings(mappings) }) };
}

/** Returns how the secrets in a config are shown. Secrets that it does not contain are left out. */
function changedSecretViews(config: ConfigInput): Partial<Integration['secrets']> {
  const views: Partial<Record<SecretName, SecretView>> = {};
  for (const name of SECRET_NAMES) {
    const given = config[name];
    if (given === undefined) continue;
    // The last four characters would reveal too much of a short secret.
    views[name] =
      given === null ? { set: false } : { set: true, ...(given.length >= 12 && { last4: given.slice(-4) }) };
  }
  return views;
}

/**
 * Stores the secrets in a config for this incarnation of the integration, and records which secrets exist.
 *
 * After a crash in between, the integration says that it has none. Its deliveries are held as `credentials_missing`
 * until a person enters them again.
 *
 * @throws Problem not_found when it was deleted in the meantime; then nothing is stored.
 */
async function keepSecrets(c: AdminContext, integration: Integration, config: ConfigInput): Promise<Integration> {
  const changes: SecretChanges = {};
  for (const name of [...SECRET_NAMES, 'oauth_client_id'] as const) {
    const given = config[name];
    if (given !== undefined) changes[name] = given;
  }
  if (Object.keys(changes).length === 0) return integration;
  const vault = vaultOf(c.env, integration);
  await vault.change(integration.id, changes);
  const noted = await registry(c).noteSecrets(integration, changedSecretViews(config));
  if (noted === undefined) {
    await vault.erase();
    throw notFound();
  }
  return noted;
}

function refusedSettings(fields: readonly FieldProblem[]): Problem {
  const [first] = fields;
  const detail = `Cannot save the integration: ${first?.pointer.split('/').at(-1) ?? ''} ${first?.detail ?? ''}`;
  return new Problem('field_invalid', detail, { fields });
}

function notFound(): Problem {
  return new Problem('not_found', 'No integration has this ID');
}

function unknownSource(): Problem {
  return new Problem('field_invalid', 'Cannot create the integration: no source has this source_id', {
    fields: [{ pointer: '/source_id', detail: 'expected the ID of a source; create the source first' }],
  });
}

function requireEncryptionKey(c: AdminContext): void {
  try {
    parseKeyRing(c.env.ENCRYPTION_KEY ?? '');
  } catch {
    throw new Problem(
      'encryption_key_missing',
      'Set the secret ENCRYPTION_KEY to base64 of 32 random bytes (openssl rand -base64 32): it encrypts the stored tokens.',
    );
  }
}
