import { isMeant, nextUpdate } from '../../domain/access/entity-tag.ts';
import { settingProblems } from '../../domain/setting-problems.ts';
import { KNOWN_VERSIONS } from '../../linkedin/versions.ts';
import { REMOVABLE_SETTINGS } from '../../schema/settings/integration.ts';
import type { Integration } from '../../schema/settings/integration.ts';
import type { PendingDeletion, PendingDeletions } from './pending-deletions.ts';
import type { PublishedSettings } from './published-settings.ts';
import type {
  ConfigChange,
  IntegrationChange,
  IntegrationChanged,
  IntegrationPrecondition,
  Saved,
} from './registry-results.ts';
import type { SettingsTables } from './settings-tables.ts';
import type { SettingsParts } from './source-changes.ts';

type LeavingIntegration = Extract<PendingDeletion, { kind: 'integration' }>;

/** Changes integrations as a whole. `MappingChanges` changes single mappings. */
export class IntegrationChanges {
  readonly #tables: SettingsTables;
  readonly #published: PublishedSettings;
  readonly #pendingDeletions: PendingDeletions;

  constructor({ tables, published, pendingDeletions }: Omit<SettingsParts, 'accessTokens'>) {
    this.#tables = tables;
    this.#published = published;
    this.#pendingDeletions = pendingDeletions;
  }

  async add(integration: Integration): Promise<Saved> {
    if (this.#tables.source(integration.source_id) === undefined) return { kind: 'unknown_source' };
    if (
      this.#tables.integration(integration.id) !== undefined ||
      this.#pendingDeletions.has('integration', integration.id)
    )
      return { kind: 'conflict', with: 'id' };
    this.#tables.addIntegration(integration);
    await this.#published.publish(integration.source_id);
    return { kind: 'saved' };
  }

  /** Changes the given fields and leaves the rest, in one turn: two concurrent changes are both stored. */
  async change(
    id: string,
    change: IntegrationChange,
    { ifMatch, now, incarnation }: IntegrationPrecondition,
  ): Promise<IntegrationChanged> {
    const known = this.#tables.sameIntegration(id, incarnation);
    if (known === undefined) return { kind: 'not_found' };
    if (!isMeant(ifMatch, known)) return { kind: 'stale' };
    const { config, secrets, ...rest } = change;
    const changed: Integration = {
      ...known,
      ...rest,
      updated_at: nextUpdate(now, known),
      config: configAfter(known.config, config),
      secrets: { ...known.secrets, ...secrets },
    };
    // Problems that the stored settings already have do not block a change; an older release accepted them.
    const passed = new Set(settingProblems(known.config, KNOWN_VERSIONS).map(({ pointer }) => pointer));
    const problems = settingProblems(changed.config, KNOWN_VERSIONS).filter(({ pointer }) => !passed.has(pointer));
    if (problems.length > 0) return { kind: 'refused', problems };
    this.#tables.replaceIntegration(changed);
    await this.#published.publish(changed.source_id);
    return { kind: 'changed', value: changed, before: known };
  }

  /**
   * Records which secrets an integration has, after they are stored. So the record is right even after a crash.
   *
   * @returns Undefined when the integration no longer exists.
   */
  noteSecrets(
    { id, incarnation }: Pick<Integration, 'id'> & { incarnation?: string | undefined },
    secrets: Partial<Integration['secrets']>,
  ): Integration | undefined {
    const known = this.#tables.sameIntegration(id, incarnation);
    if (known === undefined) return undefined;
    // Nothing is published, because the collector does not read this. `updated_at` stays, because it belongs to the
    // change that set the secrets.
    const changed: Integration = { ...known, secrets: { ...known.secrets, ...secrets } };
    this.#tables.replaceIntegration(changed);
    return changed;
  }

  async remove(
    id: string,
    {
      ifMatch,
      incarnation,
      isDiscarded,
    }: Omit<IntegrationPrecondition, 'now'> & Pick<LeavingIntegration, 'isDiscarded'>,
  ): Promise<'removed' | 'not_found' | 'stale'> {
    const integration = this.#tables.sameIntegration(id, incarnation);
    if (integration === undefined) return 'not_found';
    if (!isMeant(ifMatch, integration)) return 'stale';
    this.#tables.removeIntegration(id);
    this.#pendingDeletions.add({ kind: 'integration', id, sourceId: integration.source_id, incarnation, isDiscarded });
    await this.#published.publish(integration.source_id);
    return 'removed';
  }
}

function configAfter(before: Integration['config'], change: ConfigChange): Integration['config'] {
  const after = { ...before, ...change };
  for (const name of REMOVABLE_SETTINGS) if (after[name] === null) delete after[name];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the only values that may be null are deleted above
  return after as Integration['config'];
}
