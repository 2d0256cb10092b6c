import type { Integration } from './integration.ts';
import type { Source } from './source.ts';

/**
 * The collector's data about a source, one KV value for each of its keys.
 *
 * The Registry object publishes it at each change. A reader may see a version that is up to a minute old.
 */
export type SourceConfig = {
  source: Pick<Source, 'id' | 'allowed_origins' | 'require_origin' | 'unknown_consent'> &
    // Absent in values that were published before these settings existed.
    Partial<Pick<Source, 'bot_filter' | 'internal_ips' | 'internal_cookie' | 'max_events_per_minute'>>;
  integrations: readonly CollectedIntegration[];
};

export type CollectedIntegration = Pick<Integration, 'id' | 'enabled' | 'config' | 'consent_categories'> &
  // Absent in values that were published before senders could use it in `integrations`.
  Partial<Pick<Integration, 'name'>>;

/** The record of a revoked key, stored for some weeks. The source's owner can then be told that it is still used. */
export type RevokedKey = { revoked_from: string };

/** The KV value of a key. */
export type PublishedKey = SourceConfig | RevokedKey;

export function isRevokedKey(published: PublishedKey): published is RevokedKey {
  return 'revoked_from' in published;
}
