import type { PublishedKey, SourceConfig } from '../../schema/settings/source-config.ts';
import type { Source } from '../../schema/settings/source.ts';
import { CONSENT_POLICIES_KEY } from '../../store/consent-policies.ts';
import { ConfigPublisher, configKeysOf } from './config-publisher.ts';
import type { ConfigPublisherPorts } from './config-publisher.ts';
import type { RevokedKeys } from './revoked-keys.ts';
import type { SettingsTables } from './settings-tables.ts';

/** Decides which settings KV has under which key. `ConfigPublisher` writes them there. */
export class PublishedSettings {
  readonly #tables: SettingsTables;
  readonly #revoked: RevokedKeys;
  readonly #publisher: ConfigPublisher;
  readonly #now: () => number;
  /** The consent policies that are published or marked to be published. */
  #markedPolicies: string | undefined;

  constructor(
    { tables, revoked }: { tables: SettingsTables; revoked: RevokedKeys },
    ports: Omit<ConfigPublisherPorts, 'value'>,
  ) {
    this.#tables = tables;
    this.#revoked = revoked;
    this.#now = () => ports.now();
    this.#publisher = new ConfigPublisher({ ...ports, value: (key, sourceId) => this.#published(key, sourceId) });
  }

  /** Publishes the current settings of a source and its integrations. */
  async publish(sourceId: string): Promise<void> {
    const source = this.#tables.source(sourceId);
    if (source !== undefined) {
      this.#revoked.takenBy(source);
      this.#publisher.mark(configKeysOf(source), sourceId);
    }
    this.#markPolicies();
    await this.#publisher.publish();
  }

  /** Publishes all settings and revoked keys, because a backup was restored or the release is new. */
  async publishAll(): Promise<void> {
    for (const source of this.#tables.sources({ limit: Number.MAX_SAFE_INTEGER, after: undefined }))
      this.#publisher.mark(configKeysOf(source), source.id);
    this.#publisher.mark(this.#revoked.all(), null);
    this.#markPolicies();
    await this.#publisher.publish();
  }

  /** Publishes the keys of a source that were added or removed. The other keys still have the same settings. */
  async publishKeys(before: Source, changed: Source): Promise<void> {
    this.#revoked.takenBy(changed);
    const known = new Set(configKeysOf(before));
    this.#publisher.mark(
      configKeysOf(changed).filter((key) => !known.has(key)),
      changed.id,
    );
    await this.#publisher.publish();
  }

  /** Removes a deleted source from KV. */
  async withdraw(source: Source): Promise<void> {
    this.#publisher.mark([...configKeysOf(source), ...this.#revoked.forgetSource(source.id)], null);
    this.#markPolicies();
    await this.#publisher.publish();
  }

  /** Publishes again what could not be published before. */
  async publishMarked(): Promise<void> {
    await this.#publisher.publish();
  }

  /** Marks a key as revoked in KV, with the source that it belonged to. Publish in the same turn. */
  revoke(key: string, sourceId: string): void {
    const forgotten = this.#revoked.add(key, sourceId, this.#now());
    this.#publisher.mark([key, ...forgotten], null);
  }

  #markPolicies(): void {
    const policies = this.#tables.consentPolicies();
    if (policies !== this.#markedPolicies) this.#publisher.mark([CONSENT_POLICIES_KEY], null);
    this.#markedPolicies = policies;
  }

  /** Returns what KV must have under a key of any source, for a location of Cloudflare where it doesn't have it yet. */
  current(key: string): string | undefined {
    return this.#published(key, this.#tables.ownerOf(key) ?? null);
  }

  /** Returns what KV must have under a key; undefined for nothing. */
  #published(key: string, sourceId: string | null): string | undefined {
    if (key === CONSENT_POLICIES_KEY) return this.#tables.consentPolicies();
    const published = sourceId === null ? this.#revokedKey(key) : this.config(sourceId);
    return published === undefined ? undefined : JSON.stringify(published);
  }

  #revokedKey(key: string): PublishedKey | undefined {
    const owner = this.#revoked.ownerOf(key);
    return owner === undefined ? undefined : { revoked_from: owner };
  }

  /** Returns a source's settings as the collector reads them. */
  config(sourceId: string): SourceConfig | undefined {
    const source = this.#tables.source(sourceId);
    if (source === undefined) return undefined;
    const { id, allowed_origins, require_origin, unknown_consent } = source;
    const { bot_filter, internal_ips, internal_cookie, max_events_per_minute } = source;
    const integrations = this.#tables.integrations({ sourceId, limit: Number.MAX_SAFE_INTEGER, after: undefined });
    return {
      source: {
        id,
        allowed_origins,
        require_origin,
        unknown_consent,
        bot_filter,
        internal_ips,
        internal_cookie,
        max_events_per_minute,
      },
      integrations: integrations.map(({ id: integrationId, name, enabled, config, consent_categories }) => ({
        id: integrationId,
        name,
        enabled,
        config,
        consent_categories,
      })),
    };
  }
}
