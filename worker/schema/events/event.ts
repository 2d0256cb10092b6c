/**
 * An event as the Segment spec has it: what a tag, a server or somebody else's SDK sends.
 *
 * The spec is open, so unknown fields are kept for mappings and otherwise ignored. What we do read is checked here,
 * once; behind this border the types hold.
 */
import * as v from 'valibot';

import { isFields } from '../fields.ts';
import type { Fields } from '../fields.ts';

/** Our own limit, generous for the SDKs we know (the longest id seen has 60 characters). */
const MAX_ID_CHARS = 256;
export const MAX_NAME_CHARS = 256;

/** It stands in the events' table and in its index, of which a third is empty: see domain/collect/storage-budget.ts. */
const MAX_MESSAGE_ID_BYTES = 360;

// U+0000 ends a string early in SQLite, and a lone surrogate comes back as other characters: the id would change on its way.
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

/** An empty one is none, and the event gets one of its own; see `domain/identity/sensible-id.ts`. */
const MessageId = v.pipe(
  v.union([v.string(), v.number()], 'expected a text or a number'),
  // Of a longer number the last digits are lost, and two ids may have become one.
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

/** Free fields: any JSON. A null is what several SDKs send for "none". */
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
  /** ISO 8601, or nearly whatever else a time is written as; read by `domain/time/`, and by `domain/collect/event-time.ts`. */
  timestamp: v.optional(v.unknown()),
  /** These only mappings read, as they are. */
  originalTimestamp: v.optional(v.unknown()),
  sentAt: v.optional(v.unknown()),
  category: v.optional(v.unknown()),
  groupId: v.optional(v.unknown()),
  previousId: v.optional(v.unknown()),
  properties: FreeFields,
  traits: FreeFields,
  context: FreeFields,
  /** Categories, or one value for all of them; read by `domain/consent/read-consent.ts`, and no value of it refuses an event. */
  consent: v.optional(v.unknown()),
  /** For which destinations it is, as Segment and RudderStack write it; read by `domain/consent/sender-veto.ts`. */
  integrations: v.optional(v.unknown()),
};

export const Track = v.object({ ...common, type: v.literal('track'), event: Name });
export const Page = v.object({ ...common, type: v.literal('page'), name: v.nullish(v.pipe(v.string(), wellFormed)) });
export const Identify = v.object({ ...common, type: v.literal('identify') });
/** Calls that say nothing of themselves about a conversion: group and alias fire what names them, and screen nothing (`unsupported_type`). */
export const Unsupported = v.object({ ...common, type: v.picklist(['group', 'alias', 'screen']) });

export const Event = v.variant(
  'type',
  [Track, Page, Identify, Unsupported],
  'expected "track", "page", "identify", "group", "alias" or "screen"',
);

export type Event = v.InferOutput<typeof Event>;
export type EventType = Event['type'];

/** In the place of a category's name: every category that is not named beside it. */
export const EVERY_CATEGORY = '*';

/** Fields beside the categories that describe an answer: who asked, and when. */
export const CONSENT_METADATA = [
  'source',
  'at',
  'said_at',
  'provider',
  'resolutionStrategy',
  'defaultDestinationBehavior',
] as const;

/** Fields beside the categories that hold answers. */
export const CONSENT_HOLDERS = [
  'categoryPreferences',
  'destinationPreferences',
  'allowedConsentIds',
  'deniedConsentIds',
] as const;

/** Which purposes the visitor agreed to, by category: `{ "advertising": true }`. */
export const ConsentCategories = v.record(v.string(), v.boolean());
export type ConsentCategories = v.InferOutput<typeof ConsentCategories>;
