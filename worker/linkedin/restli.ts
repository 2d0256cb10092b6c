import { conversionRuleUrn } from '../domain/rules/conversion-rule.ts';

/**
 * Encodes a value for Rest.li 2.0.0, which uses `( ) , ' :` as syntax. The parentheses and commas around values stay,
 * and those inside values are encoded. `URLSearchParams` does neither.
 *
 * https://linkedin.github.io/rest.li/spec/protocol (read 2026-09)
 */
export function restliValue(text: string): string {
  if (text === '') return "''";
  // encodeURIComponent does not encode these four characters.
  return encodeURIComponent(text).replaceAll(/[()'*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Returns `List(a,b)` for values that are already encoded. */
export function restliList(values: readonly string[]): string {
  return `List(${values.join(',')})`;
}

const ACCOUNT_PREFIX = 'urn:li:sponsoredAccount:';
const CAMPAIGN_PREFIX = 'urn:li:sponsoredCampaign:';

export function accountUrn(accountId: string): string {
  return `${ACCOUNT_PREFIX}${accountId}`;
}

export function campaignUrn(campaignId: string): string {
  return `${CAMPAIGN_PREFIX}${campaignId}`;
}

/** Returns the key of a `campaignConversions` entry. */
export function campaignKey({ campaignId, ruleId }: { campaignId: string; ruleId: string }): string {
  return `(campaign:${restliValue(campaignUrn(campaignId))},conversion:${restliValue(conversionRuleUrn(ruleId))})`;
}

/** Returns the number at the end of a URN, or the number itself: LinkedIn returns IDs in both forms. */
export function idIn(value: unknown): string | undefined {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' ? /(?:^|:)(\d{1,19})$/.exec(text)?.[1] : undefined;
}
