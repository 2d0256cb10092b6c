/** A hook: an address that a CRM calls when something changes, and how its bodies become events. */
import * as v from 'valibot';

import { CURRENCY_CODES } from '../currency-code.ts';
import { IMPORT_FIELDS } from '../imports/import-field.ts';
import { LawfulBasisInput } from '../imports/import-options.ts';
import { NameText } from '../name-text.ts';

const HOOK_KINDS = ['hubspot', 'salesforce', 'pipedrive', 'linkedin_lead_sync', 'generic'] as const;
export type HookKind = (typeof HOOK_KINDS)[number];

/** A directive of mapping-kit, or a plain value. */
const Json = v.custom<string | number | boolean | object | null>((value) => value !== undefined);
const FieldValue = v.exactOptional(Json);

/** How the fields of an event are read from a body. */
export const HookFields = v.pipe(
  v.strictObject(v.entriesFromList(IMPORT_FIELDS, FieldValue)),
  v.check((fields) => JSON.stringify(fields).length <= 8_192, 'expected at most 8192 characters'),
);
export type HookFields = Readonly<Record<string, unknown>>;

const Amount = v.pipe(v.string(), v.regex(/^\d{1,12}(\.\d{1,4})?$/, 'expected an amount such as "50.00"'));

/** The value of a stage: the deal's amount, the amount times its probability, an amount by currency, or nothing. */
const StageValue = v.variant('from', [
  v.strictObject({ from: v.literal('amount') }),
  v.strictObject({ from: v.literal('expected') }),
  v.strictObject({
    from: v.literal('table'),
    amounts: v.record(v.picklist([...CURRENCY_CODES], 'expected a currency such as "EUR"'), Amount),
  }),
  v.strictObject({ from: v.literal('nothing') }),
]);

export const Stage = v.strictObject({
  /** The event that the stage becomes. Map it to a conversion rule. */
  event: NameText,
  /** The CRM's names or IDs of the stage. Case doesn't matter. */
  values: v.pipe(v.array(NameText), v.minLength(1), v.maxLength(20)),
  value: v.optional(StageValue, { from: 'amount' }),
});
export type Stage = v.InferOutput<typeof Stage>;

/** The stages of a deal, the first one first. */
export const StageRules = v.strictObject({
  stages: v.pipe(v.array(Stage), v.minLength(1), v.maxLength(20)),
  /** `leave`: a stage that was skipped is not sent. `fill`: it is sent too. */
  on_skip: v.optional(v.picklist(['leave', 'fill']), 'leave'),
  /** `ignore`: a stage is sent once for each deal. `again`: once more after the deal went back. */
  on_back: v.optional(v.picklist(['ignore', 'again']), 'ignore'),
});
export type StageRules = v.InferOutput<typeof StageRules>;

/** `POST /v1/admin/sources/{id}/hooks` */
export const HookCreate = v.strictObject({
  name: NameText,
  kind: v.picklist(HOOK_KINDS, `expected one of ${HOOK_KINDS.join(', ')}`),
  /** The client secret of the app in HubSpot or LinkedIn. For the other kinds, a secret is created, and shown once. */
  secret: v.exactOptional(
    v.pipe(v.string(), v.trim(), v.minLength(8, 'expected at least 8 characters'), v.maxLength(200)),
  ),
  lawful_basis: LawfulBasisInput,
  fields: v.optional(HookFields, {}),
  /** The event for bodies that don't name one. */
  event: v.exactOptional(NameText),
  stages: v.exactOptional(StageRules),
});
export type HookCreate = v.InferOutput<typeof HookCreate>;

/** `PATCH /v1/admin/sources/{id}/hooks/{hook}`. The kind, the address and the secret stay. */
export const HookPatch = v.strictObject({
  name: v.exactOptional(NameText),
  /** A disabled hook answers 403 to its CRM, and stores nothing. */
  enabled: v.exactOptional(v.boolean()),
  lawful_basis: v.exactOptional(LawfulBasisInput),
  /** Replaces all fields. */
  fields: v.exactOptional(HookFields),
  event: v.exactOptional(v.nullable(NameText)),
  /** Replaces all stages. A stage keeps its deals as long as its event stays the same. */
  stages: v.exactOptional(v.nullable(StageRules)),
});
export type HookPatch = v.InferOutput<typeof HookPatch>;

/** A hook as the management API shows it. */
export const HookView = v.object({
  id: v.string(),
  source_id: v.string(),
  name: v.string(),
  kind: v.picklist(HOOK_KINDS),
  enabled: v.boolean(),
  lawful_basis: LawfulBasisInput,
  fields: v.record(v.string(), Json),
  event: v.nullable(v.string()),
  stages: v.nullable(StageRules),
  /** The path that the CRM calls. */
  path: v.string(),
  created_at: v.string(),
});
export type HookView = v.InferOutput<typeof HookView>;

/** The answer when a hook is created. The secret is shown only here. */
export const MadeHook = v.object({ ...HookView.entries, secret: v.string() });

/** A hook as it is stored. The first releases stored no `enabled`. */
export type Hook = Omit<HookView, 'path' | 'enabled'> & { enabled?: boolean; secret_sealed: string };

/** The answer to LinkedIn's check of who owns an address of Lead Sync. */
export const LeadSyncChallenge = v.object({ challengeCode: v.string(), challengeResponse: v.string() });

/** The answer to a CRM. */
export const HookResult = v.object({
  changes: v.number(),
  /** The events that are on their way to LinkedIn. */
  sent: v.number(),
  /** The events that were received before. */
  duplicates: v.number(),
  /**
   * The changes that led to no conversion, by reason. `unknown_stage`: no stage of the hook has this name.
   * `stage_already_sent`: this stage of the deal was sent before.
   */
  skipped: v.record(v.string(), v.number()),
  /**
   * The outcome of each change, in order: `sent`, `duplicate`, or the reason. `index` is the change's place in the
   * list, from 0. If a change makes a deal reach several stages, there is one outcome for each.
   */
  outcomes: v.array(v.object({ index: v.number(), event: v.exactOptional(v.string()), outcome: v.string() })),
});
export type HookResult = v.InferOutput<typeof HookResult>;

/** The outcomes of a request's changes. `refused`: those in `skipped` that can't be used at all, by reason. */
export type TakenChanges = HookResult & { refused: Record<string, number> };
