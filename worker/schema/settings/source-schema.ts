/** The schemas of a source. The collector doesn't need them: see `source.ts` for the types and the defaults. */
import ipaddr from 'ipaddr.js';
import * as v from 'valibot';

import { SourceId, WriteKey } from '../ids.ts';
import { readOriginEntry } from './allowed-origin-entry.ts';
import { SOURCE_DEFAULTS } from './source.ts';
import { UnknownConsent } from './unknown-consent.ts';

/** Exact origins, or `https://*.example.com` for its subdomains. An empty list allows every origin. */
const AllowedOrigin = v.pipe(
  v.string('expected a text such as "https://www.example.com"'),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const entry = readOriginEntry(dataset.value);
    if (entry.kind === 'origin') return entry.origin;
    addIssue({ message: entry.problem });
    return NEVER;
  }),
);

const AllowedOrigins = v.pipe(
  v.array(AllowedOrigin, 'expected a list of origins such as ["https://www.example.com"]'),
  v.transform((origins) => [...new Set(origins)]),
  v.maxLength(100, 'expected at most 100 origins'),
);

/** Checks for an address (`203.0.113.9`, `2001:db8::1`) or a range (`203.0.113.0/24`). */
function isAddressOrRange(text: string): boolean {
  return ipaddr.isValid(text) || ipaddr.isValidCIDR(text);
}

const days = (least: number, most: number) =>
  v.pipe(
    v.number('expected a number of days'),
    v.integer('expected whole days'),
    v.minValue(least, `expected at least ${least}`),
    v.maxValue(most, `expected at most ${most}`),
  );

const Labels = v.pipe(
  v.array(
    v.pipe(
      v.string('expected a text'),
      v.trim(),
      v.nonEmpty('expected a text'),
      v.maxLength(40, 'expected at most 40 characters'),
    ),
    'expected a list of texts',
  ),
  v.transform((labels) => [...new Set(labels)]),
  v.maxLength(10, 'expected at most 10 labels'),
);

const settings = {
  name: v.pipe(
    v.string(),
    v.trim(),
    v.nonEmpty('expected a name'),
    v.maxLength(200, 'expected at most 200 characters'),
  ),
  /** Words to group sources by, such as the customer of an agency. */
  labels: Labels,
  allowed_origins: AllowedOrigins,
  require_origin: v.boolean(),
  unknown_consent: UnknownConsent,
  /** Which visitors are skipped as `bot`. */
  bot_filter: v.picklist(['crawlers', 'automated', 'off'], 'expected "crawlers", "automated" or "off"'),
  /** The addresses and ranges whose events are skipped as `internal_traffic`. */
  internal_ips: v.pipe(
    v.array(
      v.pipe(
        v.string(),
        v.trim(),
        v.check(isAddressOrRange, 'expected an address or a range such as "203.0.113.0/24" or "2001:db8::/32"'),
      ),
    ),
    v.maxLength(100, 'expected at most 100 addresses'),
  ),
  /** The name of a cookie that marks internal traffic. */
  internal_cookie: v.nullable(
    v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/, 'expected the name of a cookie, such as "is_internal"')),
  ),
  /** Above this, the collector answers 429. Null means no limit. */
  max_events_per_minute: v.nullable(
    v.pipe(
      v.number('expected a number of events, or null'),
      v.integer('expected a whole number'),
      v.minValue(1, 'expected at least 1'),
      v.maxValue(1_000_000, 'expected at most 1000000'),
    ),
  ),
  /** How long events and their results are stored. Duplicates are recognised for the same time. */
  retention_days: days(1, 400),
  /** How long the payload of a failed delivery is stored for a replay. */
  dead_letter_days: days(0, 90),
};

/** `POST /v1/admin/sources` */
export const SourceCreate = v.strictObject({
  id: v.exactOptional(SourceId),
  copy_from: v.exactOptional(
    v.pipe(
      SourceId,
      v.description(
        'The source from which settings and integrations are copied, with their mappings. Fields in the body override the copied ones. Name, keys and secrets are not copied',
      ),
    ),
  ),
  name: v.exactOptional(settings.name),
  write_key: v.exactOptional(WriteKey),
  labels: v.optional(settings.labels, []),
  allowed_origins: v.optional(settings.allowed_origins, []),
  require_origin: v.optional(settings.require_origin, false),
  unknown_consent: v.optional(settings.unknown_consent, 'by_region'),
  bot_filter: v.optional(settings.bot_filter, SOURCE_DEFAULTS.bot_filter),
  internal_ips: v.optional(settings.internal_ips, SOURCE_DEFAULTS.internal_ips),
  internal_cookie: v.optional(settings.internal_cookie, SOURCE_DEFAULTS.internal_cookie),
  max_events_per_minute: v.optional(settings.max_events_per_minute, SOURCE_DEFAULTS.max_events_per_minute),
  retention_days: v.optional(settings.retention_days, SOURCE_DEFAULTS.retention_days),
  dead_letter_days: v.optional(settings.dead_letter_days, SOURCE_DEFAULTS.dead_letter_days),
});
export type SourceCreate = v.InferOutput<typeof SourceCreate>;

/** `PATCH /v1/admin/sources/{id}`: absent fields are unchanged. */
export const SourcePatch = v.strictObject({
  name: v.exactOptional(settings.name),
  labels: v.exactOptional(settings.labels),
  allowed_origins: v.exactOptional(settings.allowed_origins),
  require_origin: v.exactOptional(settings.require_origin),
  unknown_consent: v.exactOptional(settings.unknown_consent),
  bot_filter: v.exactOptional(settings.bot_filter),
  internal_ips: v.exactOptional(settings.internal_ips),
  internal_cookie: v.exactOptional(settings.internal_cookie),
  max_events_per_minute: v.exactOptional(settings.max_events_per_minute),
  retention_days: v.exactOptional(settings.retention_days),
  dead_letter_days: v.exactOptional(settings.dead_letter_days),
});
export type SourcePatch = v.InferOutput<typeof SourcePatch>;

/** A server key as it is stored: its hash, and enough to recognise it. The key itself is shown once. */
export const ServerKeyRecord = v.object({
  id: v.string(),
  sha256: v.string(),
  last4: v.string(),
  created_at: v.string(),
});
export type ServerKeyRecord = v.InferOutput<typeof ServerKeyRecord>;

/** The answer when a server key is created. The key is shown only here. */
export const MadeServerKey = v.object({ ...v.omit(ServerKeyRecord, ['sha256']).entries, key: v.string() });

/** A write key. It is public. A source has several while a new one replaces an old one. */
export const WriteKeyRecord = v.object({ key: WriteKey, created_at: v.string() });
export type WriteKeyRecord = v.InferOutput<typeof WriteKeyRecord>;

/** A source as it is stored. */
export const Source = v.object({
  id: SourceId,
  ...settings,
  /** Sources of older releases have none. */
  labels: v.exactOptional(settings.labels),
  /** The newest write key, the one to use on pages. */
  write_key: WriteKey,
  /** All write keys that the collector accepts, the oldest first. */
  write_keys: v.array(WriteKeyRecord),
  server_keys: v.array(ServerKeyRecord),
  created_at: v.string(),
  updated_at: v.string(),
});
export type Source = v.InferOutput<typeof Source>;

/** A source as the management API shows it. */
export const SourceView = v.object({
  ...Source.entries,
  labels: settings.labels,
  server_keys: v.array(v.omit(ServerKeyRecord, ['sha256'])),
});
export type SourceView = v.InferOutput<typeof SourceView>;
