/** Returns the ID in a URN with this prefix, or undefined. */
export function urnId(value: unknown, prefix: string): string | undefined {
  if (typeof value !== 'string' || !value.startsWith(prefix)) return undefined;
  const id = value.slice(prefix.length);
  return /^\d+$/.test(id) ? id : undefined;
}

export const ACCOUNT_URN = 'urn:li:sponsoredAccount:';
export const CAMPAIGN_URN = 'urn:li:sponsoredCampaign:';
export const RULE_URN = 'urn:lla:llaPartnerConversion:';
