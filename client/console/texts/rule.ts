import type { RuleChoices, TypeNames } from '../connection/rule-form.ts';
import { plural } from './plural.ts';

const conversionTypes: TypeNames = {
  LEAD: 'Lead',
  PURCHASE: 'Purchase',
  SIGN_UP: 'Sign-up',
  ADD_TO_CART: 'Add to cart',
  KEY_PAGE_VIEW: 'Key page view',
  DOWNLOAD: 'Download',
  INSTALL: 'Install',
  START_CHECKOUT: 'Start checkout',
  START_TRIAL: 'Start trial',
  BOOK_APPOINTMENT: 'Book appointment',
  REQUEST_QUOTE: 'Request quote',
  CONTACT: 'Contact',
  SUBSCRIBE: 'Subscribe',
  SUBMIT_APPLICATION: 'Submit application',
  COMPLETE_SIGNUP: 'Complete sign-up',
  QUALIFIED_LEAD: 'Qualified lead',
  MARKETING_QUALIFIED_LEAD: 'Marketing qualified lead',
  SALES_QUALIFIED_LEAD: 'Sales qualified lead',
  SCHEDULE: 'Schedule',
  PHONE_CALL: 'Phone call',
  VIEW_CONTENT: 'View content',
  VIEW_VIDEO: 'View video',
  ADD_BILLING_INFO: 'Add billing info',
  ADD_TO_LIST: 'Add to list',
  SEARCH: 'Search',
  SAVE: 'Save',
  SHARE: 'Share',
  LOGIN: 'Login',
  INVITE: 'Invite',
  DONATE: 'Donate',
  AD_CLICK: 'Ad click',
  AD_VIEW: 'Ad view',
  OUTBOUND_CLICK: 'Outbound click',
  OTHER: 'Other',
};

const attributions: RuleChoices<'attribution_type'> = {
  LAST_TOUCH_BY_CAMPAIGN: 'Each campaign that was touched gets it',
  LAST_TOUCH_BY_CONVERSION: 'Only the last campaign gets it',
};

const valueTypes: RuleChoices<'value_type'> = {
  DYNAMIC: 'What the event says',
  FIXED: 'A fixed value, set in Campaign Manager',
  NO_VALUE: 'No value',
};

const associations: RuleChoices<'auto_association_type'> & { '': string } = {
  OBJECTIVE_BASED: 'Campaigns whose objective fits',
  ALL_CAMPAIGNS: 'All campaigns',
  '': 'None yet',
};

export const rule = {
  label: 'Conversion rule',
  choose: 'Choose a rule…',
  createOption: 'Create a rule…',
  create: 'Create rule',
  createTitle: 'New conversion rule',
  changeTitle: 'Change conversion rule',
  lead: 'It is LinkedIn’s own: it shows in Campaign Manager too. A rule of the same name that takes server events is used, not made twice.',
  name: 'Name',
  nameHint: 'As reports in Campaign Manager will show it.',
  type: 'What it counts',
  types: conversionTypes,
  windows: 'Counts after',
  windowsOf: (click: number | null, view: number | null): string =>
    `a click ${click ?? 30} days, a view ${view ?? 7} days`,
  click: 'After a click',
  view: 'After a view',
  attribution: 'Attribution',
  attributions,
  value: 'Value',
  values: valueTypes,
  association: 'Campaigns',
  associations,
  associationHint: 'Which campaigns count it from the start. More can be added later; LinkedIn takes none away here.',
  isOn: 'Enabled',
  change: 'Change rule…',
  chooseCampaigns: 'Campaigns…',
  campaigns: 'Campaigns',
  campaignCount: (count: number): string =>
    count === 0
      ? 'No campaigns. Conversions can’t be attributed until you add one.'
      : plural(count, 'campaign counts it', 'campaigns count it'),
  campaignsTitle: (name: string) => `Campaigns that count “${name}”`,
  campaignsLead: 'Campaigns can be added here, and taken away in Campaign Manager only.',
  addCampaigns: 'Add',
  noCampaigns: 'The ad account has no campaign yet.',
  isOff: 'switched off',
  wrongMethod: 'belongs to the Insight Tag, takes no events from a server',
  unknown: (id: string) => `${id}: not in this ad account`,
  unknownHint: 'LinkedIn does not list this rule for the ad account.',
  typed: (why: string) => `The rules could not be listed: ${why} Type the rule’s number.`,
};
