/**
 * The schemas of an integration. The collector doesn't need them: see `integration.ts` for the types and the defaults.
 */
import * as v from 'valibot';

import { CurrencyCode } from '../currency-code.ts';
import { CONSENT_HOLDERS, CONSENT_METADATA } from '../events/event.ts';
import { isFields } from '../fields.ts';
import type { Fields } from '../fields.ts';
import { AdAccountRef, ConversionRuleRef, IntegrationId, SourceId } from '../ids.ts';
import { Mapping, MappingInputs } from './mapping.ts';

/** LinkedIn plans for tokens of 1,000 characters and more. Ten times that is surely a mistake. */
const MAX_SECRET_CHARS = 10_000;

/** A token or an app's secret, without what a person copied around it. */
export const Secret = v.pipe(
  v.string('expected a text'),
  v.trim(),
  v.nonEmpty('expected at least one character'),
  v.maxLength(MAX_SECRET_CHARS, `expected at most ${MAX_SECRET_CHARS} characters`),
  // Empty ones have a problem already.
  v.regex(/^[\x21-\x7e]*$/, 'expected no white space or control characters'),
);

/** The secrets of an integration. They are stored sealed in its Credentials object, and never read back. */
export const SECRET_NAMES = ['access_token', 'refresh_token', 'oauth_client_secret'] as const;
export type SecretName = (typeof SECRET_NAMES)[number];

const EventName = v.pipe(v.string(), v.nonEmpty('expected an event name'), v.maxLength(256));

const positive = (max: number) =>
  v.pipe(
    v.number('expected a number'),
    v.minValue(1, 'expected at least 1'),
    v.maxValue(max, `expected at most ${max}`),
  );

/** Settings whose absence means a default that no value means for good: Directflight may choose another one later. */
const withDefault = {
  rate_limit_rps: positive(1_000),
  rate_limit_burst: positive(10_000),
  quota_per_minute: positive(100_000),
  quota_per_day: positive(100_000_000),
  linkedin_version: v.pipe(v.string(), v.regex(/^20\d\d(0[1-9]|1[0-2])$/, 'expected a version such as "202609"')),
};

/** In a change, null removes such a setting, so that its default is used again. */
const removable = {
  rate_limit_rps: v.exactOptional(v.nullable(withDefault.rate_limit_rps)),
  rate_limit_burst: v.exactOptional(v.nullable(withDefault.rate_limit_burst)),
  quota_per_minute: v.exactOptional(v.nullable(withDefault.quota_per_minute)),
  quota_per_day: v.exactOptional(v.nullable(withDefault.quota_per_day)),
  linkedin_version: v.exactOptional(v.nullable(withDefault.linkedin_version)),
};

const settings = {
  oauth_client_id: v.exactOptional(v.nullable(v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(200)))),
  /** Event name → conversion rule, or several rules. The key `page` means page events. */
  conversion_rule_id: v.exactOptional(
    v.pipe(
      // `v.record` alone would accept a list as a record of its indices.
      v.custom<Fields>(isFields, 'expected an object of event names and their conversion rules'),
      v.description("An object: event name → a conversion rule's number or URN, or a list of them"),
      v.record(
        EventName,
        v.union(
          [ConversionRuleRef, v.pipe(v.array(ConversionRuleRef), v.minLength(1), v.maxLength(50))],
          "expected a conversion rule's number or URN, or a list of them",
        ),
      ),
    ),
  ),
  rate_limit_rps: v.exactOptional(withDefault.rate_limit_rps),
  rate_limit_burst: v.exactOptional(withDefault.rate_limit_burst),
  quota_per_minute: v.exactOptional(withDefault.quota_per_minute),
  quota_per_day: v.exactOptional(withDefault.quota_per_day),
  linkedin_version: v.exactOptional(withDefault.linkedin_version),
  /** Allows a `linkedin_version` that this release doesn't know. */
  allow_unknown_version: v.exactOptional(v.boolean()),
  /** Sends the visitor's IPv4 address as PLAINTEXT_IP_ADDRESS, or as SHA256_IP_ADDRESS with "hashed". */
  send_ip: v.exactOptional(v.union([v.boolean(), v.literal('hashed')], 'expected true, false or "hashed"')),
  /** Sends the event's userId as LinkedIn's externalIds. */
  send_external_id: v.exactOptional(v.boolean()),
  /** Sends first and last name as SHA-256, in the fields that LinkedIn has since version 202609. */
  hash_names: v.exactOptional(v.boolean()),
  /** How long a conversion without an e-mail waits for an `identify` of the same visitor that has one. */
  hold_for_identity_minutes: v.exactOptional(
    v.pipe(
      v.number('expected a number of minutes'),
      v.minValue(0, 'expected at least 0'),
      v.maxValue(1_440, 'expected at most 1440 minutes, a day'),
    ),
  ),
  default_currency: v.exactOptional(v.nullable(CurrencyCode)),
  test_mode: v.exactOptional(v.boolean()),
};

/** Mappings have triggers and fields. `conversion_rule_id` is a shorthand for mappings with default fields. */
const mappings = { mappings: v.exactOptional(MappingInputs) };

/** An absent secret is unchanged. Null deletes it. */
const secrets = {
  access_token: v.exactOptional(v.nullable(Secret)),
  refresh_token: v.exactOptional(v.nullable(Secret)),
  oauth_client_secret: v.exactOptional(v.nullable(Secret)),
};

const Name = v.pipe(v.string(), v.trim(), v.nonEmpty('expected a name'), v.maxLength(200));
const ConsentCategory = v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/, 'expected a category such as "advertising"'));

/** Field names with their own meaning beside the categories. A no under such a name would be ignored. */
const NO_CATEGORIES: ReadonlySet<string> = new Set(
  [...CONSENT_METADATA, ...CONSENT_HOLDERS].map((name) => name.toLowerCase()),
);
const AskedCategory = v.pipe(
  ConsentCategory,
  v.check(
    (name) => !NO_CATEGORIES.has(name.toLowerCase()),
    ({ input }) =>
      `expected another name for the category: visitors could not refuse "${input}", which describes their answer`,
  ),
);
const ConsentCategoryList = v.pipe(v.array(AskedCategory), v.maxLength(20));

/** `POST /v1/admin/integrations`, as in the Datafly document. */
export const IntegrationCreate = v.strictObject({
  id: v.exactOptional(IntegrationId),
  source_id: SourceId,
  vendor: v.optional(v.literal('linkedin', 'expected "linkedin"'), 'linkedin'),
  name: v.optional(Name, 'LinkedIn Conversions'),
  enabled: v.optional(v.boolean(), true),
  config: v.strictObject({ account_id: AdAccountRef, ...settings, ...mappings, ...secrets }),
  // LinkedIn's conversions are for advertising, so requiring no category must be an explicit choice.
  consent_categories: v.optional(ConsentCategoryList, ['advertising']),
});
export type IntegrationCreate = v.InferOutput<typeof IntegrationCreate>;

/** `PATCH /v1/admin/integrations/{id}`. Absent fields are unchanged. */
export const IntegrationPatch = v.strictObject({
  name: v.exactOptional(Name),
  enabled: v.exactOptional(v.boolean()),
  config: v.exactOptional(
    v.strictObject({ account_id: v.exactOptional(AdAccountRef), ...settings, ...removable, ...mappings, ...secrets }),
  ),
  consent_categories: v.exactOptional(ConsentCategoryList),
});
export type IntegrationPatch = v.InferOutput<typeof IntegrationPatch>;

/** The config without secrets. */
export const IntegrationSettings = v.object({
  account_id: AdAccountRef,
  ...settings,
  mappings: v.exactOptional(v.array(Mapping)),
});
export type IntegrationSettings = v.InferOutput<typeof IntegrationSettings>;

/** A secret in answers: whether it is set, and its last characters. */
export const SecretView = v.object({ set: v.boolean(), last4: v.optional(v.string()) });
export type SecretView = v.InferOutput<typeof SecretView>;

/** An integration as it is stored. It has no secrets, but says which ones exist. */
export const Integration = v.object({
  id: IntegrationId,
  source_id: SourceId,
  vendor: v.literal('linkedin'),
  name: Name,
  enabled: v.boolean(),
  config: IntegrationSettings,
  secrets: v.record(v.picklist(SECRET_NAMES), SecretView),
  consent_categories: v.array(ConsentCategory),
  created_at: v.string(),
  updated_at: v.string(),
  /**
   * Distinguishes it from other integrations that had or will have the same ID. Its credentials are stored under both.
   * Absent in integrations from before this field existed.
   */
  incarnation: v.exactOptional(v.string()),
});
export type Integration = v.InferOutput<typeof Integration>;

/** An integration as the management API shows it. `config` says for each secret whether it is set. */
export const IntegrationView = v.object({
  ...v.omit(Integration, ['secrets', 'config', 'incarnation']).entries,
  config: v.object({
    ...IntegrationSettings.entries,
    access_token: SecretView,
    refresh_token: SecretView,
    oauth_client_secret: SecretView,
  }),
});
