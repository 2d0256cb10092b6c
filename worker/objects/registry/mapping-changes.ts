import { isMeant } from '../../domain/access/entity-tag.ts';
import { liquidFor } from '../../domain/mapping-kit/liquid.ts';
import { mappingProblems } from '../../domain/rules/mapping-problems.ts';
import type { Mapping, MappingPatch } from '../../schema/settings/mapping.ts';
import type { IntegrationChanges } from './integration-changes.ts';
import type { IntegrationPrecondition, MappingAdded, MappingChanged } from './registry-results.ts';
import type { SettingsTables } from './settings-tables.ts';

/** Changes one mapping of an integration and leaves the others. */
export class MappingChanges {
  readonly #tables: SettingsTables;
  readonly #integrations: IntegrationChanges;

  constructor(tables: SettingsTables, integrations: IntegrationChanges) {
    this.#tables = tables;
    this.#integrations = integrations;
  }

  /**
   * Adds a mapping in one turn: of two that are added at once, both are stored.
   *
   * @param atMost The maximum number of mappings per integration.
   */
  async add(
    id: string,
    mapping: Mapping,
    { atMost, ...precondition }: { atMost: number } & IntegrationPrecondition,
  ): Promise<MappingAdded> {
    const known = this.#tables.sameIntegration(id, precondition.incarnation)?.config.mappings ?? [];
    if (known.length >= atMost) return 'too_many';
    if (known.some((other) => other.id === mapping.id)) return 'conflict';
    return this.#save(id, [...known, mapping], precondition);
  }

  /** Changes the given fields of a mapping and leaves the rest, in one turn: two concurrent changes are both stored. */
  async change(
    id: string,
    mappingId: string,
    change: MappingPatch,
    precondition: IntegrationPrecondition,
  ): Promise<MappingChanged> {
    // Loaded first: from reading to saving, no other change may come in between, so nothing may be awaited.
    await liquidFor([change, this.#tables.sameIntegration(id, precondition.incarnation)?.config.mappings]);
    const integration = this.#tables.sameIntegration(id, precondition.incarnation);
    const mappings = integration?.config.mappings ?? [];
    const known = mappings.find((other) => other.id === mappingId);
    if (integration === undefined || known === undefined) return { kind: 'not_found' };
    if (!isMeant(precondition.ifMatch, integration)) return { kind: 'stale' };
    const value: Mapping = { ...known, ...change };
    // What stays was accepted when it was saved, perhaps by an older release. It must be possible to disable it.
    const problems = mappingProblems(value, '').filter(({ pointer }) =>
      Object.keys(change).includes(pointer.split('/')[1] ?? ''),
    );
    if (problems.length > 0) return { kind: 'refused', problems };
    const changed = mappings.map((other) => (other.id === mappingId ? value : other));
    const saved = await this.#integrations.change(id, { config: { mappings: changed } }, precondition);
    return saved.kind === 'changed'
      ? { kind: 'changed', value, before: known, updated_at: saved.value.updated_at }
      : saved;
  }

  async remove(
    id: string,
    mappingId: string,
    precondition: IntegrationPrecondition,
  ): Promise<'saved' | 'not_found' | 'stale'> {
    const known = this.#tables.sameIntegration(id, precondition.incarnation)?.config.mappings ?? [];
    if (!known.some((other) => other.id === mappingId)) return 'not_found';
    return this.#save(
      id,
      known.filter((other) => other.id !== mappingId),
      precondition,
    );
  }

  async #save(
    id: string,
    mappings: Mapping[],
    precondition: IntegrationPrecondition,
  ): Promise<'saved' | 'not_found' | 'stale'> {
    const saved = await this.#integrations.change(id, { config: { mappings } }, precondition);
    if (saved.kind === 'refused') throw new Error('Cannot refuse mappings for settings that they leave as they are');
    return saved.kind === 'changed' ? 'saved' : saved.kind;
  }
}
