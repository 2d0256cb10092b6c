/** A source: a website or app that sends events. */
import type { Source } from './source-schema.ts';

export type { ServerKeyRecord, Source, SourcePatch, SourceView, WriteKeyRecord } from './source-schema.ts';

/** The settings of a source that doesn't set them, or is older than them. */
export const SOURCE_DEFAULTS: Pick<
  Source,
  'bot_filter' | 'internal_ips' | 'internal_cookie' | 'max_events_per_minute' | 'retention_days' | 'dead_letter_days'
> = {
  bot_filter: 'crawlers',
  internal_ips: [],
  internal_cookie: null,
  max_events_per_minute: null,
  // LinkedIn accepts events for 90 days. With one day more, even the latest retry is recognised as a duplicate.
  retention_days: 91,
  dead_letter_days: 90,
};
