import { resourceError } from '../error-response.ts';
import { parseUriValue } from '../restli/uri-value.ts';
import { CAMPAIGN_URN, RULE_URN, urnId } from '../restli/urn-id.ts';
import type { Association } from '../state/state.ts';

/** Parses `(campaign:urn%3Ali%3AsponsoredCampaign%3A201,conversion:urn%3Alla%3AllaPartnerConversion%3A1001)`. */
export function parseCampaignKey(raw: string): Association {
  const value = parseUriValue(raw);
  const isKey = value instanceof Map && value.size === 2;
  const campaign = isKey ? urnId(value.get('campaign'), CAMPAIGN_URN) : undefined;
  const conversion = isKey ? urnId(value.get('conversion'), RULE_URN) : undefined;
  if (campaign === undefined || conversion === undefined) {
    throw resourceError(
      400,
      `Invalid key "${raw}". Expected (campaign:${encodeURIComponent(CAMPAIGN_URN)}<id>,conversion:${encodeURIComponent(RULE_URN)}<id>)`,
    );
  }
  return { campaign, conversion };
}

export const associationView = ({ campaign, conversion }: Association) => ({
  campaign: `${CAMPAIGN_URN}${campaign}`,
  conversion: `${RULE_URN}${conversion}`,
});

export const isSame = (a: Association) => (b: Association) =>
  a.campaign === b.campaign && a.conversion === b.conversion;
