/** A mapping: which events become conversions of a rule, and how LinkedIn's fields are filled. */
import * as v from 'valibot';

import { CurrencyCode } from '../currency-code.ts';
import { ConversionRuleRef, MappingId } from '../ids.ts';

/** Segment's limit for a destination, and ours for an integration. */
export const MAX_MAPPINGS = 50;

/** Segment's default. */
const DEFAULT_TRIGGER = 'type = "track"';

/** `domain/fql/syntax/parse.ts` checks the same limit again and reports the column. */
const MAX_TRIGGER_CHARS = 4_000;
const MAX_FIELDS_CHARS = 16_384;

/** Any JSON value. It is not more exact, because RPC's types can't handle a recursive type. */
type Json = string | number | boolean | object | null;

/** A directive of mapping-kit, or a plain value. `domain/rules/mapping-problems.ts` checks it. */
const FieldValue = v.exactOptional(
  // Any defined value, since it was parsed from JSON.
  v.custom<Json>((value) => value !== undefined),
);

/** LinkedIn's fields under Segment's names, and two that Segment doesn't have: `googleAID` and `leadId`. */
export const MappingFields = v.pipe(
  v.strictObject({
    conversionHappenedAt: FieldValue,
    conversionValue: FieldValue,
    eventId: FieldValue,
    email: FieldValue,
    linkedInUUID: FieldValue,
    acxiomID: FieldValue,
    oracleID: FieldValue,
    googleAID: FieldValue,
    userInfo: FieldValue,
    externalIds: FieldValue,
    leadId: FieldValue,
  }),
  v.check(
    (fields) => JSON.stringify(fields).length <= MAX_FIELDS_CHARS,
    `expected at most ${MAX_FIELDS_CHARS} characters`,
  ),
);
export type MappingFields = v.InferOutput<typeof MappingFields>;

/** The value of a conversion whose event has none. */
const DefaultValue = v.strictObject({
  amount: v.union(
    [
      v.pipe(v.number(), v.minValue(0), v.maxValue(999_999_999_999)),
      v.pipe(v.string(), v.regex(/^\d{1,12}(\.\d{1,10})?$/, 'expected an amount such as "50.00"')),
    ],
    'expected an amount such as "50.00"',
  ),
  /** The event's own currency or `default_currency` when absent. */
  currency: v.exactOptional(CurrencyCode),
});

const Name = v.pipe(v.string('expected a name'), v.trim(), v.nonEmpty('expected a name'), v.maxLength(200));
const Trigger = v.pipe(
  v.string('expected a trigger such as type = "track"'),
  v.maxLength(MAX_TRIGGER_CHARS, `expected at most ${MAX_TRIGGER_CHARS} characters`),
);
/**
 * Counts one conversion each time a person becomes a member. The default is true when the trigger is for identify
 * events.
 */
const OncePerMembership = v.boolean('expected true or false');

/** `POST /v1/admin/integrations/{id}/mappings`, and each item of `config.mappings`. */
export const MappingInput = v.strictObject({
  id: v.exactOptional(MappingId),
  name: v.optional(Name, 'Stream Conversion Event'),
  enabled: v.optional(v.boolean('expected true or false'), true),
  trigger: v.optional(Trigger, DEFAULT_TRIGGER),
  conversion_rule_id: ConversionRuleRef,
  fields: v.optional(MappingFields, {}),
  default_value: v.optional(v.nullable(DefaultValue), null),
  once_per_membership: v.exactOptional(OncePerMembership),
});
export type MappingInput = v.InferOutput<typeof MappingInput>;

/** `PATCH …/mappings/{mapping}`. Absent fields are unchanged; `fields` is replaced as a whole. */
export const MappingPatch = v.strictObject({
  name: v.exactOptional(Name),
  enabled: v.exactOptional(v.boolean('expected true or false')),
  trigger: v.exactOptional(Trigger),
  conversion_rule_id: v.exactOptional(ConversionRuleRef),
  fields: v.exactOptional(MappingFields),
  default_value: v.exactOptional(v.nullable(DefaultValue)),
  once_per_membership: v.exactOptional(OncePerMembership),
});
export type MappingPatch = v.InferOutput<typeof MappingPatch>;

export const MappingInputs = v.pipe(
  v.array(MappingInput, 'expected a list of mappings'),
  v.maxLength(
    MAX_MAPPINGS,
    `expected at most ${MAX_MAPPINGS} mappings, the limit for an integration, as for a destination of Segment`,
  ),
);

/** A mapping as it is stored. */
export const Mapping = v.object({
  id: MappingId,
  name: v.string(),
  enabled: v.boolean(),
  trigger: v.string(),
  conversion_rule_id: ConversionRuleRef,
  fields: MappingFields,
  default_value: v.nullable(DefaultValue),
  once_per_membership: v.exactOptional(OncePerMembership),
});
export type Mapping = v.InferOutput<typeof Mapping>;

/** A mapping in answers, with warnings about it. */
export const MappingView = v.object({
  ...Mapping.entries,
  once_per_membership: v.boolean(),
  warnings: v.array(v.string()),
});
export type MappingView = v.InferOutput<typeof MappingView>;
