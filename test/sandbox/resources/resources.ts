import type { Resource } from '../restli/resource.ts';
import { adAccountUsers } from './ad-account-users.ts';
import { adAccounts } from './ad-accounts.ts';
import { adCampaigns } from './ad-campaigns.ts';
import { campaignConversions } from './campaign-conversions.ts';
import { conversionEvents } from './conversion-events.ts';
import { conversions } from './conversions.ts';
import { me } from './me.ts';

/** Everything with a path under `/rest`. */
export const RESOURCES: readonly Resource[] = [
  conversionEvents,
  conversions,
  campaignConversions,
  adCampaigns,
  adAccounts,
  adAccountUsers,
  me,
];
