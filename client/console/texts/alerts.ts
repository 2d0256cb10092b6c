import type { ChannelType } from '../../../worker/schema/alerts/alert-channel.ts';
import type { Severity } from '../../../worker/schema/alerts/causes.ts';
import type { IncidentView } from '../../../worker/schema/alerts/incident.ts';
import { formatCount } from '../ui/format.ts';
import { plural } from './plural.ts';

type Alert = IncidentView['alerts'][number];

const kinds: Record<Alert['type'], string> = {
  'incident.opened': 'opened',
  'incident.updated': 'got worse',
  'incident.closed': 'closed',
};

/** The outcome of an alert. For a waiting one, the time is that of the next attempt, so it is not shown. */
const states: Record<Alert['state'], (time: string) => string> = {
  sent: (time) => `sent ${time}`,
  waiting: () => 'not sent yet',
  failed: (time) => `given up ${time}`,
  dropped: () => 'not sent',
};

/** Causes of Home that are never an incident. */
const OF_SETTINGS = [
  'nothing_mapped',
  'event_name_missed',
  'all_skipped',
  'not_connected',
  'integration_disabled',
  'no_events',
  'no_event_yet',
  'rule_without_campaigns',
];

export const alerts = {
  title: 'Alerts',
  lead: 'What is wrong, what is not sent because of it, and who was told.',
  bell: (open: number | undefined) =>
    open === undefined
      ? 'Alerts'
      : open === 0
        ? 'Alerts: no open incidents'
        : `Alerts: ${plural(open, 'open incident', 'open incidents')}`,
  site: 'Site',
  allSites: 'All sites',

  open: 'Open incidents',
  /** The number in the bell. */
  openCount: (count: number) => plural(count, 'open incident', 'open incidents'),
  bellMore: (open: number) =>
    `${plural(open, 'open incident', 'open incidents')}. A site on Home can need attention without one.`,
  openEmpty: 'No open incidents',
  openEmptyMore: 'Every site is checked every five minutes. Incidents appear here, and are sent to your channels.',
  others: 'On Home, but no incident',
  othersLead: 'Nobody is alerted about these problems of the last 7 days.',
  whyNoIncident: (cause: string | null): string => {
    if (cause === 'deliveries_failed')
      return 'An incident needs at least 5 failed conversions in a day, and a tenth of all.';
    if (cause === 'traffic_refused')
      return 'An incident needs at least 50 refused events in a day, the last one within the past hour. Fewer may come from a stranger or a developer.';
    if (cause !== null && OF_SETTINGS.includes(cause))
      return 'It is about the settings: no conversion is held because of it.';
    return 'It becomes an incident if the next check finds it too, within five minutes.';
  },
  order: 'The most severe come first, then those of the sites with the highest value at risk.',
  orderOfOne: 'The most severe come first, then those with the highest value not sent yet.',
  seeAll: (count: number) => (count === 1 ? 'See the incident' : `See all ${formatCount(count)} incidents`),
  severities: { critical: 'Critical', warning: 'Warning', info: 'Info' } satisfies Record<Severity, string>,
  sites: (count: number) => plural(count, 'site', 'sites'),
  since: (time: string) => `since ${time}`,
  waiting: 'Not sent yet',
  waitingOf: (held: number, money: string) =>
    `${plural(held, 'conversion', 'conversions')}${money === '' ? '' : `, worth ${money}`}`,
  deadline: 'Deadline',
  deadlineOf: (time: string, days: number | null) =>
    `${time}${days === null ? '' : `, in ${plural(days, 'day', 'days')}`}. LinkedIn accepts no conversion that is older than 90 days.`,
  seen: 'Details',
  todo: 'What to do',
  /** What the button does: its page shows why these failed, but knows no remedy. */
  fix: (cause: string) => (cause === 'deliveries_failing' || cause === 'refused_unknown' ? 'See why' : 'Fix'),
  partsOf: (count: number) => plural(count, 'site', 'sites'),
  moreParts: (count: number) => `and ${formatCount(count)} more`,
  told: 'Who was told',
  toldNobody: 'Nobody. No channel takes alerts for this severity and site.',
  toldNobodyYet: 'Nobody yet. A problem that is over within ten seconds sends no alert.',
  toldLine: ({ type, state }: Alert, time: string) => `${kinds[type]}, ${states[state](time)}.`,

  closed: 'Closed incidents',
  closedEmpty: 'No closed incidents',
  closedEmptyMore: 'An incident closes by itself when its cause is fixed, and stays here for 90 days.',
  incident: 'Incident',
  from: 'Opened',
  until: 'Closed',

  channels: 'Channels',
  channelsLead: 'Where alerts are sent.',
  channelsEmpty: 'No channels yet',
  channelsEmptyMore: 'Add a channel, such as Slack or an e-mail address, and send a test.',
  ownerOnly: 'Channels are set up by owners',
  ownerOnlyMore: 'Ask an owner if you want to get these alerts.',
  add: 'Add a channel',
  addTitle: 'New channel',
  create: 'Create channel',
  changeTitle: (name: string) => `Change “${name}”`,
  change: 'Change',
  remove: 'Delete',
  removeTitle: (name: string) => `Delete “${name}”?`,
  removeText: 'Nothing more is sent there. Alerts that are waiting for it are not sent either.',
  removed: (name: string) => `“${name}” is deleted.`,
  created: (name: string) => `“${name}” is created. Send a test now.`,
  secret: 'Signing secret',
  secretOnce:
    'Copy this signing secret now. It can’t be shown again. Your receiver uses it to check that an alert is from Directflight.',
  test: 'Send a test',
  testSending: 'Sending a test…',
  testSent: (name: string) => `The test has arrived: “${name}” confirmed it.`,
  testFailed: (name: string) => `The test to “${name}” was not sent`,
  testFailedMore: 'Change the channel’s address, or fix its receiver. Then send another test.',

  channel: 'Channel',
  type: 'Type',
  types: {
    slack: 'Slack',
    email: 'E-mail',
    pagerduty: 'PagerDuty',
    webhook: 'Webhook',
    heartbeat: 'Heartbeat',
  } satisfies Record<ChannelType, string>,
  typeHints: {
    slack: 'Mattermost, Discord (add /slack to the address) and others accept it too.',
    email: 'Set up Cloudflare’s e-mail for the Worker first: see the guide Alerts.',
    pagerduty: 'An incident that closes is resolved there too.',
    webhook: 'A server of your own. Each alert is signed as in Standard Webhooks.',
    heartbeat: 'A monitor that is called every five minutes, and tells you when the calls stop. It gets no alerts.',
  } satisfies Record<ChannelType, string>,
  name: 'Name',
  nameHint: 'How you recognise it, such as “Marketing”.',
  address: 'Address',
  addressHints: {
    slack:
      'In Slack, add an incoming webhook to a channel, and copy its address (https://hooks.slack.com/…). It is stored encrypted, and only its host is shown again.',
    webhook: 'An https address of your server. It is stored encrypted, and only its host is shown again.',
    heartbeat: 'The address that your monitor gave you. It is stored encrypted, and only its host is shown again.',
  },
  keep: (host: string) => `Leave empty to keep the current one (${host}).`,
  to: 'Send to',
  toHint: 'One address. For more, add more channels.',
  sender: 'Sender',
  senderHint: 'An address of your own domain in Cloudflare.',
  routingKey: 'Integration key',
  routingKeyHint: 'From an Events API v2 integration of the service in PagerDuty.',
  otherUrl: 'Other address',
  otherUrlHint: 'Only for another service with PagerDuty’s API. Leave empty for PagerDuty.',
  missing: {
    name: 'Enter a name',
    url: 'Enter the address',
    to: 'Enter who gets the e-mails',
    from: 'Enter the sender’s address',
    routing_key: 'Enter the integration key',
    source_ids: 'Choose at least one site',
    quiet: 'Enter when the quiet hours start and end',
  },
  incomplete: 'Something is missing',
  which: 'Sites',
  someSites: 'Only some sites',
  severity: 'Send',
  minimums: {
    info: 'everything',
    warning: 'warnings and critical alerts',
    critical: 'critical alerts only',
    none: 'digests only',
  },
  quiet: 'Quiet hours',
  quietOn: 'Delay alerts in quiet hours',
  quietHint: 'They are sent when the quiet hours end. Critical alerts are sent immediately, unless you delay them too.',
  quietFrom: 'From',
  quietTo: 'To',
  quietCritical: 'Delay critical alerts too',
  quietTimes: (from: string, to: string) => `${from} to ${to}`,
  newAddress: 'The address that you entered',
  quietOf: (from: string, to: string, zone: string) => `${from} to ${to}, ${zone}`,
  zone: 'Time zone',
  zoneHint: 'For quiet hours and the digest, such as Europe/Berlin.',
  digest: 'Digest',
  digestHint: 'At 08:00: what came in, what LinkedIn accepted, and what is open.',
  digests: { none: 'none', daily: 'every day', weekly: 'on Mondays' },
  enabled: 'Enabled',
  disabled: 'Disabled',
  last: 'Last sent',
  lastOf: { sent: 'Sent', failed: 'Not sent', waiting: 'Not sent yet' },
  noEmail: {
    title: 'E-mail is not set up yet',
    detail:
      'Set up e-mail for this Worker and deploy it again, as the guide Alerts says under E-mail. Until then, use another type.',
  },
};
