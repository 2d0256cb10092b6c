import { decoded } from '../restli/uri-value.ts';
import { ACCOUNT_URN, CAMPAIGN_URN, RULE_URN } from '../restli/urn-id.ts';
import type { Rule, State } from '../state/state.ts';

/** Returns a conversion rule as LinkedIn shows it. */
export function ruleView(state: State, id: string, rule: Rule, version: string): Record<string, unknown> {
  const { account, ...rest } = rule;
  const campaigns = state.associations
    .filter(({ conversion }) => conversion === id)
    .map(({ campaign }) => `${CAMPAIGN_URN}${campaign}`);
  return {
    id: Number(id),
    ...rest,
    account: `${ACCOUNT_URN}${account}`,
    campaigns,
    associatedCampaigns: campaigns.map((campaign) => ({ campaign, conversion: `${RULE_URN}${id}` })),
    urlRules: [],
    ...(version >= '202605' ? { ownershipType: 'OWNED' } : {}),
  };
}

/** Reduces a record to the requested `fields`: a plain comma list, also under 2.0.0. */
export function projected(view: Record<string, unknown>, fields: string | undefined): Record<string, unknown> {
  if (fields === undefined) return view;
  const names = fields.split(',').map(decoded);
  return Object.fromEntries(Object.entries(view).filter(([name]) => names.includes(name)));
}
