import { isMeant, nextUpdate } from '../../domain/access/entity-tag.ts';
import { settingProblems } from '../../domain/setting-problems.ts';
import { KNOWN_VERSIONS } from '../../linkedin/versions.ts';
import type { Integration } from '../../schema/settings/integration.ts';
import type { Leaving, Leavings } from './leavings.ts';
import type { PublishedSettings } from './published-settings.ts';
import type { IntegrationChange, IntegrationChanged, IntegrationPrecondition, Saved } from './registry-answers.ts';
import type { SettingsTables } from './settings-tables.ts';
import type { SettingsParts } from './source-changes.ts';

type LeavingIntegration = Extract<Leaving, { kind: 'integration' }>;

/** Changes integrations, except for what is about single mappings. */
export class IntegrationChanges {
  readonly #tables: SettingsTables;
  readonly #published: PublishedSettings;
  readonly #leavings: Leavings;

  constructor({ tables, published, leavings }: Omit<SettingsParts, 'accessTokens'>) {
    this.#tables = tables;
    this.#published = published;
    this.#leavings = leavings;
  }

  async add(integration: Integration): Promise<Saved> {
    if (this.#tables.source(integration.source_id) === undefined) return { kind: 'unknown_source' };
    if (this.#tables.integration(integration.id) !== undefined || this.#leavings.has('integration', integration.id))
      return { kind: 'conflict', with: 'id' };
    this.#tables.addIntegration(integration);
    await this.#published.publish(integration.source_id);
    return { kind: 'saved' };
  }

  /** Changes what is given and leaves the rest, in one turn: of two changes at once, neither is lost. */
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
      config: { ...known.config, ...config },
      secrets: { ...known.secrets, ...secrets },
    };
    // Settings that an older version let pass are in nobody's way.
    const passed = new Set(settingProblems(known.config, KNOWN_VERSIONS).map(({ pointer }) => pointer));
    const problems = settingProblems(changed.config, KNOWN_VERSIONS).filter(({ pointer }) => !passed.has(pointer));
    if (problems.length > 0) return { kind: 'refused', problems };
    this.#tables.replaceIntegration(changed);
    await this.#published.publish(changed.source_id);
    return { kind: 'changed', value: changed };
  }

  /**
   * Notes which secrets an integration has, once they are kept: what it says of them is true after a crash too.
   *
   * @returns Undefined when it is not there any more.
   */
  noteSecrets(
    { id, incarnation }: Pick<Integration, 'id'> & { incarnation?: string | undefined },
    secrets: Partial<Integration['secrets']>,
  ): Integration | undefined {
    const known = this.#tables.sameIntegration(id, incarnation);
    if (known === undefined) return undefined;
    // Nothing of it is published, and it is a part of a change that has its own time.
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
    this.#leavings.add({ kind: 'integration', id, sourceId: integration.source_id, incarnation, isDiscarded });
    await this.#published.publish(integration.source_id);
    return 'removed';
  }
}
