/**
 * An event in Segment's format, as a tag, a server or another vendor's SDK sends it.
 *
 * The format is open. Unknown fields are stored for mappings and otherwise ignored. All fields that we read are checked
 * here once, so the types are reliable afterwards.
 */
import * as v from 'valibot';

import { isFields } from '../fields.ts';
import type { Fields } from '../fields.ts';

/** Our own limit, generous for the known SDKs (the longest ID seen has 60 characters). */
const MAX_ID_CHARS = 256;
export const MAX_NAME_CHARS = 256;

/**
 * A message ID is stored in the events' table and in its index, where a third of the space is unused: see
 * domain/collect/storage-budget.ts.
 */
const MAX_MESSAGE_ID_BYTES = 360;

// SQLite cuts a string at U+0000, and a lone surrogate is read back as another character. Both would change the ID.
const wellFormed = v.check(
  (text: string) => text.isWellFormed() && !text.includes('\u0000'),
  'expected text without U+0000 and lone surrogates',
);

const Id = v.pipe(
  v.union([v.string(), v.number()], 'expected a text'),
  v.transform(String),
  v.maxLength(MAX_ID_CHARS, `expected at most ${MAX_ID_CHARS} characters`),
  wellFormed,
);

/** An empty ID is replaced by a generated one; see `domain/identity/sensible-id.ts`. */
export const MessageId = v.pipe(
  v.union([v.string(), v.number()], 'expected a text or a number'),
  // JavaScript loses the last digits of a longer number, so two IDs could become one.
  v.check(
    (id) => typeof id === 'string' || Math.abs(id) <= Number.MAX_SAFE_INTEGER,
    'expected a text: the number is too long',
  ),
  v.transform(String),
  v.maxLength(MAX_ID_CHARS, `expected at most ${MAX_ID_CHARS} characters`),
  v.maxBytes(MAX_MESSAGE_ID_BYTES, `expected at most ${MAX_MESSAGE_ID_BYTES} bytes in UTF-8`),
  wellFormed,
);

const Name = v.pipe(
  v.string('expected a text'),
  v.nonEmpty('expected at least one character'),
  v.maxLength(MAX_NAME_CHARS, `expected at most ${MAX_NAME_CHARS} characters`),
  wellFormed,
);

/** An object with any JSON. Several SDKs send null for "none". */
const FreeFields = v.optional(
  v.pipe(
    v.nullable(v.custom<Fields>(isFields, 'expected an object')),
    v.transform((fields) => fields ?? {}),
  ),
  {},
);

const common = {
  messageId: v.nullish(MessageId),
  userId: v.nullish(Id),
  anonymousId: v.nullish(Id),
  /** ISO 8601 or nearly any other format, read by `domain/time/` and `domain/collect/event-time.ts`. */
  timestamp: v.optional(v.unknown()),
  /** Only mappings read these fields, unchanged. */
  originalTimestamp: v.optional(v.unknown()),
  sentAt: v.optional(v.unknown()),
  category: v.optional(v.unknown()),
  groupId: v.optional(v.unknown()),
  previousId: v.optional(v.unknown()),
  properties: FreeFields,
  traits: FreeFields,
  context: FreeFields,
  /**
   * Categories, or one value for all of them, read by `domain/consent/read-consent.ts`. No value of it makes the event
   * invalid.
   */
  consent: v.optional(v.unknown()),
  /** The event's destinations, as Segment and RudderStack write them, read by `domain/consent/sender-veto.ts`. */
  integrations: v.optional(v.unknown()),
};

const Track = v.object({ ...common, type: v.literal('track'), event: Name });
const Page = v.object({ ...common, type: v.literal('page'), name: v.nullish(v.pipe(v.string(), wellFormed)) });
export const Identify = v.object({ ...common, type: v.literal('identify') });
/**
 * Event types that don't mean a conversion by themselves. Group and alias events fire only triggers that name them, and
 * screen events fire none (`unsupported_type`).
 */
const Unsupported = v.object({ ...common, type: v.picklist(['group', 'alias', 'screen']) });

export const Event = v.variant(
  'type',
  [Track, Page, Identify, Unsupported],
  'expected "track", "page", "identify", "group", "alias" or "screen"',
);

export type Event = v.InferOutput<typeof Event>;
export type EventType = Event['type'];

/** Stands for every category that is not named beside it. */
export const EVERY_CATEGORY = '*';

/** Fields beside the categories that describe the answer: who asked, and when. */
export const CONSENT_METADATA = [
  'source',
  'at',
  'said_at',
  'provider',
  'resolutionStrategy',
  'defaultDestinationBehavior',
] as const;

/** Fields beside the categories that contain answers. */
export const CONSENT_HOLDERS = [
  'categoryPreferences',
  'destinationPreferences',
  'allowedConsentIds',
  'deniedConsentIds',
] as const;

/** The visitor's answer for each category of purposes: `{ "advertising": true }`. */
export const ConsentCategories = v.record(v.string(), v.boolean());
export type ConsentCategories = v.InferOutput<typeof ConsentCategories>;
