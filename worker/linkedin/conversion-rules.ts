import { fingerprint } from '../domain/fingerprint.ts';
import { conversionRuleUrn } from '../domain/rules/conversion-rule.ts';
import type { Fields } from '../schema/fields.ts';
import type { ConversionRule, ConversionRuleCreate, ConversionRulePatch } from '../schema/settings/linkedin-objects.ts';
import { allIndexPages } from './all-pages.ts';
import { unusableResponse } from './rest-call.ts';
import type { CallLinkedIn, Outcome } from './rest-call.ts';
import { accountUrn, idIn, restliValue } from './restli.ts';

/** Our names of the fields that can be set, with LinkedIn's names. */
const LINKEDIN_NAMES = {
  name: 'name',
  type: 'type',
  enabled: 'enabled',
  attribution_type: 'attributionType',
  post_click_attribution_window_size: 'postClickAttributionWindowSize',
  view_through_attribution_window_size: 'viewThroughAttributionWindowSize',
  value_type: 'valueType',
} as const;

/** A conversion rule by its number and its ad account. LinkedIn requires both to read a rule. */
export type RuleAt = { accountId: string; ruleId: string };

/** Lists all conversion rules of an ad account, including disabled ones and those of the Insight Tag. */
export async function conversionRules(call: CallLinkedIn, accountId: string): Promise<Outcome<ConversionRule[]>> {
  const found = await allIndexPages(call, `/rest/conversions?q=account&account=${restliValue(accountUrn(accountId))}`);
  if (found.kind === 'refused') return found;
  return { kind: 'ok', value: found.value.flatMap((fields) => ruleIn(fields) ?? []) };
}

export async function conversionRule(call: CallLinkedIn, at: RuleAt): Promise<Outcome<ConversionRule>> {
  const answer = await call({ method: 'GET', path: pathOf(at) });
  if (answer.kind === 'refused') return answer;
  return readable(ruleIn(answer.value.fields), answer.value.status);
}

/**
 * Creates a conversion rule for the Conversions API. Each call creates another one.
 *
 * `autoAssociationType` is a query parameter. In the body it would be an unknown field.
 */
export async function createConversionRule(
  call: CallLinkedIn,
  { accountId, rule }: { accountId: string; rule: ConversionRuleCreate },
): Promise<Outcome<{ ruleId: string }>> {
  const { auto_association_type: association, ...settings } = rule;
  const answer = await call({
    method: 'POST',
    path: `/rest/conversions${association === undefined ? '' : `?autoAssociationType=${association}`}`,
    body: { ...inLinkedInsNames(settings), account: accountUrn(accountId), conversionMethod: 'CONVERSIONS_API' },
  });
  if (answer.kind === 'refused') return answer;
  const { status, headers, fields } = answer.value;
  const ruleId = idIn(fields['id']) ?? idIn(headers.get('x-restli-id'));
  return readable(ruleId === undefined ? undefined : { ruleId }, status);
}

/** Changes only the given fields. */
export async function changeConversionRule(
  call: CallLinkedIn,
  at: RuleAt,
  changes: ConversionRulePatch,
): Promise<Outcome<undefined>> {
  const answer = await call({
    method: 'POST',
    path: pathOf(at),
    restliMethod: 'PARTIAL_UPDATE',
    body: { patch: { $set: inLinkedInsNames(changes) } },
  });
  return answer.kind === 'refused' ? answer : { kind: 'ok', value: undefined };
}

/**
 * Returns the fields of a change that differ from the rule. We do not know how LinkedIn answers an empty change, so
 * callers send none.
 */
export function changesOf(rule: ConversionRule, wanted: ConversionRulePatch): ConversionRulePatch {
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => Reflect.get(rule, name) !== value));
}

/**
 * Returns the version tag of a rule's settings (RFC 9110, `ETag`). LinkedIn gives none, so it is made of the settings:
 * it also shows a change in Campaign Manager. Campaigns are only ever added, so they don't belong to it.
 */
export function settingsTag(rule: ConversionRule): string {
  return `"${fingerprint(JSON.stringify(Object.keys(LINKEDIN_NAMES).map((name) => Reflect.get(rule, name))))}"`;
}

function pathOf({ accountId, ruleId }: RuleAt): string {
  return `/rest/conversions/${ruleId}?account=${restliValue(accountUrn(accountId))}`;
}

function inLinkedInsNames(settings: ConversionRulePatch): Fields {
  return Object.fromEntries(
    Object.entries(LINKEDIN_NAMES).flatMap(([ours, theirs]) => {
      const value: unknown = Reflect.get(settings, ours);
      return value === undefined ? [] : [[theirs, value]];
    }),
  );
}

/** Reads a rule as LinkedIn returns it; undefined when it has no number. */
function ruleIn(fields: Fields): ConversionRule | undefined {
  const id = idIn(fields['id']);
  if (id === undefined) return undefined;
  const campaigns: unknown[] = Array.isArray(fields['campaigns']) ? fields['campaigns'] : [];
  return {
    id,
    urn: conversionRuleUrn(id),
    account_id: idIn(fields['account']) ?? null,
    name: textIn(fields, 'name') ?? id,
    type: textIn(fields, 'type'),
    // LinkedIn's default, which a list may leave out.
    enabled: fields['enabled'] !== false,
    conversion_method: textIn(fields, 'conversionMethod'),
    attribution_type: textIn(fields, 'attributionType'),
    post_click_attribution_window_size: numberIn(fields, 'postClickAttributionWindowSize'),
    view_through_attribution_window_size: numberIn(fields, 'viewThroughAttributionWindowSize'),
    value_type: textIn(fields, 'valueType'),
    campaign_ids: campaigns.flatMap((campaign) => idIn(campaign) ?? []),
  };
}

function textIn(fields: Fields, name: string): string | null {
  const value = fields[name];
  return typeof value === 'string' ? value : null;
}

function numberIn(fields: Fields, name: string): number | null {
  const value = fields[name];
  return typeof value === 'number' ? value : null;
}

/** Treats an answer that is not LinkedIn's as no answer. */
function readable<Value>(value: Value | undefined, status: number): Outcome<Value> {
  return value === undefined
    ? { kind: 'refused', error: unusableResponse(`The answer with status ${status} cannot be read`) }
    : { kind: 'ok', value };
}
