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
  LAST_TOUCH_BY_CAMPAIGN: 'Every campaign that led to it',
  LAST_TOUCH_BY_CONVERSION: 'Only the last campaign',
};

const valueTypes: RuleChoices<'value_type'> = {
  DYNAMIC: 'From the event',
  FIXED: 'A fixed value, set in Campaign Manager',
  NO_VALUE: 'No value',
};

const associations: RuleChoices<'auto_association_type'> & { '': string } = {
  OBJECTIVE_BASED: 'Campaigns with a matching objective',
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
  lead: 'The rule is stored at LinkedIn and shows in Campaign Manager too. If a rule with this name already accepts server events, it is used.',
  name: 'Name',
  nameHint: 'The name in Campaign Manager’s reports.',
  type: 'Conversion type',
  types: conversionTypes,
  windows: 'Attribution window',
  windowsOf: (click: number | null, view: number | null): string =>
    `${click ?? 30} days after a click, ${view ?? 7} days after a view`,
  click: 'Click window',
  view: 'View window',
  attribution: 'Attribution',
  attributions,
  value: 'Value',
  values: valueTypes,
  association: 'Campaigns',
  associations,
  associationHint:
    'The campaigns that count it from the start. You can add more later, but remove them only in Campaign Manager.',
  isOn: 'Enabled',
  change: 'Change rule…',
  chooseCampaigns: 'Choose campaigns…',
  campaigns: 'Campaigns',
  campaignCount: (count: number): string =>
    count === 0
      ? 'No campaigns. Conversions can’t be attributed until you add one.'
      : plural(count, 'campaign counts it', 'campaigns count it'),
  campaignsTitle: (name: string) => `Campaigns that count “${name}”`,
  campaignsLead: 'You can add campaigns here. You can only remove them in Campaign Manager.',
  addCampaigns: 'Add',
  noCampaigns: 'The ad account has no campaigns yet.',
  isOff: 'disabled',
  wrongMethod: 'belongs to the Insight Tag, doesn’t accept server events',
  unknown: (id: string) => `${id}: not in this ad account`,
  unknownHint: 'LinkedIn doesn’t list this rule for the ad account.',
  typed: (why: string) => `The rules couldn’t be listed: ${why} Enter the rule’s number.`,
};
