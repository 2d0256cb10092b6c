import type { Verdict } from '../../../worker/schema/reports/overview.ts';
import { formatCount } from '../ui/format.ts';
import { plural } from './plural.ts';

const daysLeft = (days: number): string => (days < 0 ? 'expired' : `${plural(days, 'day', 'days')} left`);

/** The causes of a verdict, as a filter names them. */
const causes = {
  none: 'No problem',
  credentials_missing: 'No access token',
  token_refused: 'Access token refused',
  encryption_key_missing: 'Encryption key missing',
  payload_key_missing: 'Stored key missing',
  rule_unknown: 'Unknown conversion rule',
  rule_disabled: 'Conversion rule disabled',
  rule_wrong_method: 'Conversion rule of the Insight Tag',
  rule_without_campaigns: 'Rule without campaigns',
  rule_unusable: 'Conversion rule not usable',
  rule_refused: 'Conversion rule refused',
  refused_unknown: 'Unknown message from LinkedIn',
  access_denied: 'Permission missing',
  version_sunset: 'API version retired',
  integration_disabled: 'Paused',
  integration_missing: 'Connection deleted',
  reconnect_overdue: 'Connection ended',
  reconnect_due: 'Connection ends soon',
  deliveries_failed: 'Failed deliveries',
  traffic_refused: 'Refused traffic',
  not_connected: 'Not connected',
  no_events: 'No events',
  no_event_yet: 'No event yet',
  nothing_delivered: 'Nothing delivered',
  nothing_mapped: 'No event matches a mapping',
  event_name_missed: 'Event name spelled differently',
  all_skipped: 'All conversions skipped',
};

const verdicts = { broken: 'Broken', attention: 'Needs attention', quiet: 'Quiet', working: 'Working' };

/** How many of the sites that need attention have an open incident. */
function openOf(withIncident: number, ill: number): string {
  if (withIncident === 0) return ill === 1 ? 'It has no open incident.' : 'None of them has an open incident.';
  if (withIncident === ill) return ill === 1 ? 'It has an open incident.' : 'All of them have an open incident.';
  return `${formatCount(withIncident)} of them ${withIncident === 1 ? 'has' : 'have'} an open incident.`;
}

/** The causes for which no remedy is known before a person has read what LinkedIn or the events say. */
const seenOnly: readonly string[] = ['deliveries_failed', 'refused_unknown', 'nothing_delivered', 'all_skipped'];

export const home = {
  utcDays: 'Each bar is a day in UTC.',
  noChart: 'The chart could not be drawn. The numbers above are complete.',
  title: 'Home',
  periods: { '24h': '24 hours', '7d': '7 days', '90d': '90 days' },
  period: 'Period',
  received: 'Received',
  delivered: 'Delivered',
  waiting: 'Waiting',
  held: 'Held',
  dead: 'Failed',
  skipped: 'Skipped',
  other: 'Rejected, expired or erased',
  whySkipped: 'Why events were skipped',
  balanced: 'Every received event is accounted for',
  balancedBut: 'Refused events aren’t stored, so they aren’t counted here.',
  notBalanced: 'The ledger doesn’t balance. This is a bug in Directflight: please report it',
  /** A site that has never received an event isn't called quiet: that is a site that had some. */
  verdictName: (verdict: Verdict, cause: string | null): string =>
    cause === 'no_event_yet' ? causes.no_event_yet : verdicts[verdict],
  /** A page that shows why something failed, and knows no remedy, isn't called one. */
  fixOf: (verdict: Verdict, cause: string | null) => {
    if (cause === 'no_event_yet') return 'Open Set-up';
    if (verdict === 'quiet') return 'See more';
    return cause !== null && seenOnly.includes(cause) ? 'See why' : 'Fix';
  },
  withoutCampaigns: (rules: readonly string[]) =>
    `LinkedIn accepts this site’s conversions. It can’t attribute those for ${rules.join(' and ')} to an ad, because ${rules.length === 1 ? 'this rule has' : 'these rules have'} no campaigns.`,
  campaignsNotAsked: (asked: number, all: number) =>
    `Campaigns were checked for ${formatCount(asked)} of ${formatCount(all)} connections so far. Until then, a site can say “Working” although its rules have no campaigns.`,
  noRow: 'This site is missing from the overview.',
  sites: 'Sites',
  site: 'Site',
  verdict: 'State',
  valueDelivered: 'Value delivered',
  heldNow: 'Held now',
  heldBefore: (count: number) =>
    `${plural(count, 'more conversion that arrived before this period is', 'more conversions that arrived before this period are')} held.`,
  valueAtRisk: 'At risk now',
  trend: 'Trend',
  chooseAll: 'Select all sites shown',
  chooseSite: (name: string) => `Select ${name}`,
  search: 'Find a site',
  cause: 'Cause',
  anyCause: 'All causes',
  causeName: (code: string): string => Object.entries(causes).find(([known]) => known === code)?.[1] ?? code,
  label: 'Label',
  anyLabel: 'All labels',
  sort: 'Sort by',
  sortHint:
    'Worst first: by state or severity of an incident, then by value at risk, then by the number of held, failed and refused events.',
  meaningsTitle: 'What the numbers mean',
  /** What the states and numbers mean, and how they relate. */
  meanings: {
    broken: [
      'Broken',
      'conversions are held, the connection has ended, or three or more were refused and none got through.',
    ],
    attention: [
      'Needs attention',
      'something is wrong, such as one or two refused conversions, or more beside delivered ones.',
    ],
    waiting: ['Waiting', 'on the way to LinkedIn, and sent without your help.'],
    held: ['Held', 'stored until you fix a cause, then sent automatically.'],
    failed: ['Failed', 'refused by LinkedIn. Fix the cause, then replay them.'],
    risk: ['At risk now', 'the value of all held and failed conversions, of any day. Waiting ones are not in it.'],
    incident: [
      'Not sent yet',
      'what an incident holds or delays. Failed conversions are not in it, so it can be worth less than what is at risk.',
    ],
  },
  sorts: {
    worst: 'Worst first',
    risk: 'Value at risk',
    value: 'Value delivered',
    received: 'Events received',
    name: 'Name',
  },
  noMatch: 'No site matches',
  noMatchMore: 'Change the search, the cause or the label.',
  summary: (ill: number, all: number) =>
    ill === 0
      ? `${plural(all, 'site', 'sites')}. None needs attention.`
      : `${plural(ill, 'site', 'sites')} of ${formatCount(all)} ${ill === 1 ? 'needs' : 'need'} attention.`,
  /** How many of the sites that need attention have an open incident, if a channel takes alerts. */
  summaryIncidents: (withIncident: number, ill: number) => {
    if (ill === 0) return '';
    if (withIncident === 0) return `${ill === 1 ? 'It has' : 'They have'} no open incident: nobody is alerted.`;
    if (withIncident === ill) return openOf(withIncident, ill);
    const rest = ill - withIncident;
    return `${openOf(withIncident, ill)} About the other ${rest === 1 ? 'one' : formatCount(rest)}, nobody is alerted.`;
  },
  /** The same if no channel does. The bell counts incidents and not sites, so people compare the two. */
  summaryOpen: openOf,
  whyNot: 'See why',
  nobodyAlerted: 'Nobody is alerted about any site, because no channel takes alerts.',
  addChannel: 'Add a channel',
  summaryRisk: (money: string, hasUnknown: boolean) =>
    money === ''
      ? 'At risk now: an unknown value of refused events.'
      : `At risk now: ${money}${hasUnknown ? ', and an unknown value of refused events' : ''}.`,
  unknownValue: 'unknown',
  unknownValueMore: 'Refused events aren’t stored, so their value isn’t known.',
  summaryValue: (money: string) => `Delivered in this period: ${money}.`,
  sparkline: (received: string, delivered: string, failed: string) =>
    `${received} received (grey), ${delivered} delivered (green), ${failed} failed (red)`,
  trendHint: 'Trend: received events in grey, delivered in green, failed in red.',
  bulk: {
    title: 'Selected sites',
    count: (count: number) => `${plural(count, 'site', 'sites')} selected`,
    actions: { pause: 'Pause', resume: 'Resume', replay: 'Replay', rotate: 'New write keys' },
    question: {
      pause: (count: number) => `Pause ${plural(count, 'site', 'sites')}?`,
      resume: (count: number) => `Resume ${plural(count, 'site', 'sites')}?`,
      replay: (count: number) => `Replay failed and held deliveries of ${plural(count, 'site', 'sites')}?`,
      rotate: (count: number) =>
        `Create ${count === 1 ? 'a new write key for 1 site' : `new write keys for ${formatCount(count)} sites`}?`,
    },
    consequence: {
      pause: 'Their connections are disabled. Events that arrive meanwhile are skipped, and not sent later.',
      resume: 'Their connections are enabled. Held deliveries are sent.',
      replay: 'They keep their event IDs, so LinkedIn counts none of them twice.',
      rotate:
        'Put the new snippets on the sites, from their set-up pages. The previous keys work until you revoke them under Settings.',
    },
    progress: (done: number, all: number) => `${formatCount(done)} of ${formatCount(all)} done…`,
    done: {
      pause: (count: number) => `${plural(count, 'site is', 'sites are')} paused.`,
      resume: (count: number) => `${plural(count, 'site is', 'sites are')} running.`,
      replay: (count: number, replayed: number) =>
        `Sending ${plural(replayed, 'delivery', 'deliveries')} of ${plural(count, 'site', 'sites')} again.`,
      rotate: (count: number) => `${plural(count, 'site has', 'sites have')} a new write key.`,
    },
    notDone: (name: string, why: string) => `${name}: ${why}`,
    replayLine: (name: string, held: number, failed: number, value: string) =>
      `${name}: ${formatCount(held)} held, ${formatCount(failed)} failed${value === '' ? '' : `, worth ${value}`}`,
  },
  token: 'Access token',
  reconnect: 'Connection',
  version: 'LinkedIn API version',
  quota: 'LinkedIn requests today',
  daysOf: (days: number) => plural(days, 'day', 'days'),
  stepInWords: (step: string, received: string, outcomes: string) => `${step}: ${received} received, ${outcomes}`,
  outcome: {
    delivered: 'delivered',
    pending: 'waiting',
    held: 'held',
    dead: 'failed',
    skipped: 'skipped',
    other: 'rejected, expired or erased',
  },
  readiness: 'Identifiers in the latest events, by conversion rule',
  events: 'Events',
  ruleNumber: (rule: string) => `Rule ${rule}`,
  adviceFor: (rule: string, advice: string) => `${rule}: ${advice.charAt(0).toLowerCase()}${advice.slice(1)}`,
  advice: {
    email: 'To improve matching, send the e-mail with your forms and orders. It is hashed before anything is stored.',
    click_id:
      'To improve matching, turn on enhanced conversion tracking in Campaign Manager, and put the tag on the landing pages of your ads.',
    names: 'To improve matching, send first and last name with your forms, and the company where you have it.',
    none: 'No other identifier would help much.',
  },
  days: daysLeft,
  versionDays: (version: string, days: number | null) => (days === null ? version : `${version}, ${daysLeft(days)}`),
  noToken: 'not set',
  tokenRenews: 'renews itself',
  tokenRefused: 'LinkedIn refuses it',
  tokenSet:
    'Set. Its end isn’t known: a token from Campaign Manager doesn’t expire, others last 60 days. If LinkedIn refuses it, an incident opens, and conversions are held until you connect again.',
  quotaUsed: (used: number, quota: number) =>
    `${formatCount(used)} of ${formatCount(quota)}, by all sites with the same token or app`,
  none: 'No limits known yet',
  emptyTitle: 'Welcome. Start with a site',
  emptyLead:
    'A site is one website or app that sends events. Create it here, connect it to LinkedIn, then put its snippet on the pages.',
  steps: ['Create a site', 'Connect a LinkedIn ad account', 'Put its snippet on the pages', 'Watch conversions arrive'],
  connect: 'Connect LinkedIn',
};
