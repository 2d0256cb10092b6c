import * as v from 'valibot';

import { ACCOUNT_URN } from '../restli/urn-id.ts';

const Whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const Text = v.string();
const Id = v.pipe(v.string(), v.regex(/^\d+$/, 'Expected an id of digits'));
const AccountId = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform((id) => String(id).replace(ACCOUNT_URN, '')),
  Id,
);
const Instant = v.union([
  v.pipe(v.number(), v.integer()),
  v.pipe(
    v.string(),
    v.check((text) => !Number.isNaN(Date.parse(text)), 'Expected an ISO 8601 time or epoch milliseconds'),
    v.transform((text) => Date.parse(text)),
  ),
]);
/** An entry of a map: missing members stay unchanged, and null removes the entry. */
const entries = <T extends v.ObjectEntries>(key: v.GenericSchema<string>, members: T) =>
  v.optional(v.record(key, v.nullable(v.partial(v.strictObject(members)))));
const bulk = v.optional(
  v.strictObject({ count: v.pipe(Whole, v.maxValue(100_000)), account: v.optional(AccountId, '100') }),
);

const TOKEN = { client_id: v.nullable(Text), member: Text, scopes: v.array(Text), revoked: v.boolean() };

/** The schema of `StatePatch`: every member is optional, and unknown ones are refused. */
export const StatePatchSchema = v.strictObject({
  now: v.optional(v.nullable(Instant)),
  clock_offset_ms: v.optional(v.pipe(v.number(), v.integer())),
  frozen: v.optional(v.boolean()),
  versions: v.optional(v.record(Text, v.nullable(v.pipe(v.string(), v.isoDate())))),
  sunset: v.optional(v.array(Text)),
  clients: entries(Text, { secret: Text, redirect_uris: v.array(Text), scopes: v.array(Text) }),
  tokens: entries(Text, { ...TOKEN, issued_at: Instant, expires_at: v.nullable(Instant) }),
  refresh_tokens: entries(Text, {
    client_id: Text,
    member: Text,
    scopes: v.array(Text),
    revoked: v.boolean(),
    issued_at: Instant,
  }),
  accounts: entries(Id, { name: Text, currency: Text, status: Text, roles: v.record(Text, Text) }),
  campaigns: entries(Id, { name: Text, account: AccountId, status: Text, objective: Text }),
  rules: entries(Id, {
    name: Text,
    account: AccountId,
    conversionMethod: Text,
    type: Text,
    enabled: v.boolean(),
    postClickAttributionWindowSize: Whole,
    viewThroughAttributionWindowSize: Whole,
    attributionType: Text,
    valueType: Text,
    created: Whole,
    lastModified: Whole,
  }),
  associations: v.optional(v.array(v.strictObject({ campaign: Id, conversion: Id }))),
  any_long_id: v.optional(v.boolean()),
  refused_id_types: v.optional(v.array(Text)),
  max_elements: v.optional(Whole),
  rate_limit_per_minute: v.optional(Whole),
  rate_limit_per_day: v.optional(Whole),
  insight_tag_event_ids: v.optional(v.array(Text)),
  add_rules: bulk,
  add_campaigns: bulk,
});
