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

export type CollectedIntegration = Pick<Integration, 'id' | 'enabled' | 'config' | 'consent_categories'>;
