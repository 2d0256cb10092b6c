import { plural } from './plural.ts';

export const rules = {
  title: 'Conversion rules',
  lead: 'What LinkedIn counts as a conversion, and for which campaigns. Mappings decide which events count for a rule.',
  notConnected: 'Conversion rules appear here once the site is connected to LinkedIn.',
  toConnection: 'Go to the connection',
  empty: 'No conversion rules yet',
  emptyMore: 'Create one, then map an event to it.',
  unknown: (rule: string) => `The ad account has no rule ${rule}`,
  unknownMore: 'Map its events to another rule, or choose the ad account that has it.',
  rule: 'Rule',
  type: 'Type',
  windows: 'Attribution windows',
  campaigns: 'Campaigns',
  noCampaigns: 'No campaigns',
  noCampaignsMore: 'LinkedIn attributes nothing to this rule until you add one.',
  mapped: 'Mapped events',
  state: 'State',
  enabledHint:
    '“Enabled” is the rule’s own setting at LinkedIn. It is the same one as in Campaign Manager: if you change it here, it changes there too.',
  disabledMore: (held: number) =>
    `LinkedIn counts nothing for it. Its conversions are held until you enable it.${held === 0 ? '' : ` ${plural(held, 'is', 'are')} held now.`}`,
  working: 'Enabled',
  notWorking: 'Disabled',
  enabled: (name: string, held: number) =>
    `“${name}” is enabled.${held === 0 ? '' : ` ${plural(held, 'held conversion is', 'held conversions are')} sent now.`}`,
  sentNow: (held: number) =>
    `${plural(held, 'conversion that was held is', 'conversions that were held are')} sent now.`,
  seeSent: 'See this rule’s deliveries',
  seeSentOfConnection: 'See this connection’s deliveries',
  disabled: (name: string) => `“${name}” is disabled. LinkedIn no longer counts it.`,
  create: 'Create a rule',
  created: 'The rule is created.',
  readiness: {
    title: 'Readiness',
    lead: (conversions: number, days: number): string =>
      `What LinkedIn accepted for each rule. LinkedIn recommends at least ${conversions} conversions in ${days} days for campaigns with the goal Qualified leads. We know this only from a report by Social Media Today of April 2025. For other goals we found no number.`,
    source: 'Read the report',
    columns: ['Rule', 'Last 14 days', 'Last 30 days', 'Sent with', 'Click to conversion'],
    verdicts: {
      enough: (recommended: number) => `${recommended} or more`,
      too_few: (recommended: number) => `Fewer than ${recommended}`,
      none: () => 'None',
    },
    kinds: { click_id: 'click ID', email: 'e-mail', lead: 'lead ID', names: 'names' },
    lag: (half: number | null, known: string, late: string | undefined): string =>
      [
        half === null
          ? 'Half of them after more than 90 days'
          : half === 1
            ? 'Half within a day'
            : `Half within ${half} days`,
        ` (click time known for ${known})`,
        late === undefined ? '' : `, ${late} after more than 90 days`,
      ].join(''),
  },
};

export const remedies = {
  enableRule: 'Enable the rule',
  addCampaigns: 'Add campaigns',
  createRule: 'Create a rule',
  toRules: 'Go to the rules',
  toMappings: 'Go to the mappings',
  addMapping: 'Add a mapping',
  enableConnection: 'Enable the connection',
  leaveTestMode: 'Disable test mode',
  connect: 'Connect again',
  pickAccount: 'Pick the ad account',
  newestVersion: (version: string) => `Use version ${version}`,
  lowerQuota: 'Use LinkedIn’s limits',
  toLimits: 'Change the limits',
  requireConsent: 'Require “advertising”',
  byRegion: 'Choose “by region”',
  replay: 'Replay the failed ones',
  seeFailed: 'See the failed ones',
  seeHeld: 'See the held ones',
  seeDelivered: 'See the deliveries',
  toLive: 'Go to live events',
  toSettings: 'Go to the settings',
  toSnippet: 'See the snippet',
  raiseLimit: (limit: string) => `Raise the limit to ${limit}`,
  allow: (origin: string) => `Allow ${origin}`,
  seeRefused: 'See the refused traffic',
  done: 'Done. Checking again.',
};
