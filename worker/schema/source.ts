/** A source: one website or app that sends events. */
import * as v from 'valibot';

import { SourceId, WriteKey } from './ids.ts';

/** Exact origins, or `https://*.example.com` for its subdomains. An empty list allows every origin. */
const AllowedOrigin = v.pipe(
  v.string(),
  v.regex(
    /^https?:\/\/(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/i,
    'expected an origin such as "https://www.example.com" or "https://*.example.com", without a path',
  ),
  // "https://*.com" would let the whole of .com in.
  v.check((origin) => !/^https?:\/\/\*\.[^.]+$/.test(origin), 'expected a domain below a top-level domain after "*."'),
  v.transform((origin) => origin.toLowerCase()),
);

const settings = {
  name: v.pipe(
    v.string(),
    v.trim(),
    v.nonEmpty('expected a name'),
    v.maxLength(200, 'expected at most 200 characters'),
  ),
  allowed_origins: v.pipe(v.array(AllowedOrigin), v.maxLength(100, 'expected at most 100 origins')),
  require_origin: v.boolean(),
  /** What an event that says nothing about consent counts as. */
  unknown_consent: v.picklist(['by_region', 'granted', 'denied'], 'expected "by_region", "granted" or "denied"'),
};

/** `POST /v1/admin/sources` */
export const SourceCreate = v.strictObject({
  id: v.exactOptional(SourceId),
  name: v.exactOptional(settings.name),
  write_key: v.exactOptional(WriteKey),
  allowed_origins: v.optional(settings.allowed_origins, []),
  require_origin: v.optional(settings.require_origin, false),
  unknown_consent: v.optional(settings.unknown_consent, 'by_region'),
});
export type SourceCreate = v.InferOutput<typeof SourceCreate>;

/** `PATCH /v1/admin/sources/{id}`: what is left out stays as it is. */
export const SourcePatch = v.strictObject({
  name: v.exactOptional(settings.name),
  allowed_origins: v.exactOptional(settings.allowed_origins),
  require_origin: v.exactOptional(settings.require_origin),
  unknown_consent: v.exactOptional(settings.unknown_consent),
});
export type SourcePatch = v.InferOutput<typeof SourcePatch>;

/** A server key as it is kept: its hash, and enough to recognise it by. The key itself is shown once. */
export const ServerKeyRecord = v.object({
  id: v.string(),
  sha256: v.string(),
  last4: v.string(),
  created_at: v.string(),
});
export type ServerKeyRecord = v.InferOutput<typeof ServerKeyRecord>;

/** The answer to its making: the only time that the key is shown. */
export const MadeServerKey = v.object({ ...v.omit(ServerKeyRecord, ['sha256']).entries, key: v.string() });

/** A write key: public, and one of several while one takes over from another. */
export const WriteKeyRecord = v.object({ key: WriteKey, created_at: v.string() });
export type WriteKeyRecord = v.InferOutput<typeof WriteKeyRecord>;

/** A source as it is stored. */
export const Source = v.object({
  id: SourceId,
  ...settings,
  /** The newest of its write keys: the one to put on pages. */
  write_key: WriteKey,
  /** All that the collector takes, the oldest first. */
  write_keys: v.array(WriteKeyRecord),
  server_keys: v.array(ServerKeyRecord),
  created_at: v.string(),
  updated_at: v.string(),
});
export type Source = v.InferOutput<typeof Source>;

/** A source as the management API shows it. */
export const SourceView = v.object({
  ...Source.entries,
  server_keys: v.array(v.omit(ServerKeyRecord, ['sha256'])),
});
export type SourceView = v.InferOutput<typeof SourceView>;
