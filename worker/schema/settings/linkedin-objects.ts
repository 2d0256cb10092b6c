/** LinkedIn's own objects in the management API. */
import * as v from 'valibot';

import { ConversionRuleRef } from '../ids.ts';

/**
 * The types of conversion that a rule can count.
 *
 * https://learn.microsoft.com/linkedin/marketing/integrations/ads-reporting/conversions-api (read 2026-09)
 */
export const CONVERSION_TYPES = [
  'ADD_TO_CART',
  'DOWNLOAD',
  'INSTALL',
  'KEY_PAGE_VIEW',
  'LEAD',
  'PURCHASE',
  'SIGN_UP',
  'OTHER',
  'SAVE',
  'START_CHECKOUT',
  'SCHEDULE',
  'VIEW_CONTENT',
  'VIEW_VIDEO',
  'ADD_BILLING_INFO',
  'BOOK_APPOINTMENT',
  'REQUEST_QUOTE',
  'SEARCH',
  'SUBSCRIBE',
  'AD_CLICK',
  'AD_VIEW',
  'COMPLETE_SIGNUP',
  'SUBMIT_APPLICATION',
  'PHONE_CALL',
  'INVITE',
  'LOGIN',
  'SHARE',
  'DONATE',
  'ADD_TO_LIST',
  'START_TRIAL',
  'OUTBOUND_CLICK',
  'CONTACT',
  'QUALIFIED_LEAD',
  'MARKETING_QUALIFIED_LEAD',
  'SALES_QUALIFIED_LEAD',
] as const;
export type ConversionType = (typeof CONVERSION_TYPES)[number];

/** The attribution windows in days that every type allows. */
export const SHORT_WINDOWS = [1, 7, 30, 90] as const;
/** Further windows, only for types with long decisions. */
const LONG_WINDOWS = [180, 365] as const;

const Window = v.picklist([...SHORT_WINDOWS, ...LONG_WINDOWS], 'expected 1, 7, 30, 90, 180 or 365 days');

const settings = {
  name: v.pipe(
    v.string('expected a name'),
    v.trim(),
    v.nonEmpty('expected a name'),
    v.maxLength(200, 'expected at most 200 characters'),
  ),
  type: v.picklist(CONVERSION_TYPES, "expected one of LinkedIn's conversion types, such as LEAD or PURCHASE"),
  attribution_type: v.picklist(
    ['LAST_TOUCH_BY_CAMPAIGN', 'LAST_TOUCH_BY_CONVERSION'],
    'expected "LAST_TOUCH_BY_CAMPAIGN" or "LAST_TOUCH_BY_CONVERSION"',
  ),
  post_click_attribution_window_size: Window,
  view_through_attribution_window_size: Window,
  value_type: v.picklist(['DYNAMIC', 'FIXED', 'NO_VALUE'], 'expected "DYNAMIC", "FIXED" or "NO_VALUE"'),
};

/**
 * `POST …/conversion-rules`. LinkedIn's defaults for absent fields: windows of 30 and 7 days, attribution by campaign,
 * and the event's value.
 */
export const ConversionRuleCreate = v.strictObject({
  name: settings.name,
  type: settings.type,
  attribution_type: v.exactOptional(settings.attribution_type),
  post_click_attribution_window_size: v.exactOptional(settings.post_click_attribution_window_size),
  view_through_attribution_window_size: v.exactOptional(settings.view_through_attribution_window_size),
  value_type: v.exactOptional(settings.value_type),
  /** The campaigns that count from the start; none by default. LinkedIn applies it once, when the rule is created. */
  auto_association_type: v.exactOptional(
    v.picklist(['ALL_CAMPAIGNS', 'OBJECTIVE_BASED'], 'expected "ALL_CAMPAIGNS" or "OBJECTIVE_BASED"'),
  ),
});
export type ConversionRuleCreate = v.InferOutput<typeof ConversionRuleCreate>;

/** `PATCH …/conversion-rules/{rule}`. Absent fields are unchanged. */
export const ConversionRulePatch = v.strictObject({
  name: v.exactOptional(settings.name),
  type: v.exactOptional(settings.type),
  enabled: v.exactOptional(v.boolean('expected true or false')),
  attribution_type: v.exactOptional(settings.attribution_type),
  post_click_attribution_window_size: v.exactOptional(settings.post_click_attribution_window_size),
  view_through_attribution_window_size: v.exactOptional(settings.view_through_attribution_window_size),
  value_type: v.exactOptional(settings.value_type),
});
export type ConversionRulePatch = v.InferOutput<typeof ConversionRulePatch>;

/** The fields that LinkedIn never changes, with the alternative. */
export const FIXED_FOR_EVER: Readonly<Record<string, string>> = {
  account_id:
    "expected it to be left out: a conversion rule's ad account cannot be changed. Create a rule in the other account instead",
  account:
    "expected it to be left out: a conversion rule's ad account cannot be changed. Create a rule in the other account instead",
  conversion_method:
    'expected it to be left out: the method of a rule cannot be changed. Create a rule here for the Conversions API instead',
  auto_association_type:
    'expected it to be left out: LinkedIn does this once, when the rule is created. Add campaigns with PUT …/campaigns instead',
};

/** `PUT …/conversion-rules/{rule}/campaigns` */
export const CampaignsToAdd = v.strictObject({
  campaign_ids: v.pipe(
    v.array(
      v.pipe(
        v.string("expected a campaign's number, as text"),
        v.regex(/^(urn:li:sponsoredCampaign:)?\d{1,19}$/, "expected a campaign's number, as text"),
      ),
      'expected a list of campaigns',
    ),
    v.minLength(1, 'expected at least one campaign'),
    v.maxLength(1_000, 'expected at most 1000 campaigns'),
  ),
});
export type CampaignsToAdd = v.InferOutput<typeof CampaignsToAdd>;

export const AdAccount = v.object({
  id: v.string(),
  name: v.string(),
  currency: v.nullable(v.string()),
  status: v.nullable(v.string()),
  /** The role of the member who gave the token. */
  role: v.string(),
  /** Whether the role allows sending conversions. VIEWER doesn't. */
  can_send: v.boolean(),
});
export type AdAccount = v.InferOutput<typeof AdAccount>;

export const Campaign = v.object({
  id: v.string(),
  name: v.string(),
  status: v.nullable(v.string()),
  objective: v.nullable(v.string()),
});
export type Campaign = v.InferOutput<typeof Campaign>;

/** A conversion rule. Fields that LinkedIn left out are null. */
export const ConversionRule = v.object({
  id: v.string(),
  urn: ConversionRuleRef,
  account_id: v.nullable(v.string()),
  name: v.string(),
  type: v.nullable(v.string()),
  enabled: v.boolean(),
  conversion_method: v.nullable(v.string()),
  attribution_type: v.nullable(v.string()),
  post_click_attribution_window_size: v.nullable(v.number()),
  view_through_attribution_window_size: v.nullable(v.number()),
  value_type: v.nullable(v.string()),
  campaign_ids: v.array(v.string()),
});
export type ConversionRule = v.InferOutput<typeof ConversionRule>;

/** The answer of `PUT …/campaigns`. */
export const AddedCampaigns = v.object({
  conversion_rule_id: v.string(),
  /** All campaigns that now count by the rule. */
  campaign_ids: v.array(v.string()),
  added: v.array(v.string()),
  refused: v.array(v.object({ campaign_id: v.string(), detail: v.string() })),
});
