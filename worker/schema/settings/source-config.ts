import type { Integration } from './integration.ts';
import type { Source } from './source.ts';

/**
 * What the collector needs to know of a source, in one KV value under each of its keys.
 *
 * Published by the Registry object at each change; a reader may see one that is up to a minute old.
 */
export type SourceConfig = {
  source: Pick<Source, 'id' | 'allowed_origins' | 'require_origin' | 'unknown_consent'> &
    // Not in what was published before there were these settings.
    Partial<Pick<Source, 'bot_filter' | 'internal_ips' | 'internal_cookie' | 'max_events_per_minute'>>;
  integrations: readonly CollectedIntegration[];
};

export type CollectedIntegration = Pick<Integration, 'id' | 'enabled' | 'config' | 'consent_categories'> &
  // Not in what was published before a sender could name it in `integrations`.
  Partial<Pick<Integration, 'name'>>;

/** What is left of a key that was revoked, for some weeks: whoever still uses it can be told of to the source's owner. */
export type RevokedKey = { revoked_from: string };

/** What stands in KV under a key. */
export type PublishedKey = SourceConfig | RevokedKey;

export function isRevokedKey(published: PublishedKey): published is RevokedKey {
  return 'revoked_from' in published;
}
