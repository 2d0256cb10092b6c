import { formatCount } from '../format.ts';
import { plural } from './plural.ts';

const daysLeft = (days: number): string => (days < 0 ? 'ended' : `${plural(days, 'day', 'days')} left`);

export const home = {
  title: 'Home',
  periods: { 1: '24 hours', 7: '7 days', 90: '90 days' },
  period: 'Period',
  utc: 'Days and hours are UTC.',
  received: 'Received',
  delivered: 'Delivered',
  waiting: 'Waiting',
  held: 'Held',
  dead: 'Dead letters',
  skipped: 'Skipped',
  other: 'Rejected, expired or erased',
  whySkipped: 'Why events were skipped',
  balanced: 'Every event is accounted for',
  notBalanced: 'The ledger does not balance: this is a fault of ours, please report it',
  flowing: 'Conversions flow',
  flowingMore: 'LinkedIn takes what this source sends.',
  noEvents: 'Waiting for the first event',
  noEventsMore: 'Put the snippet on the site, or send an event from a server.',
  noIntegration: 'Not connected to LinkedIn',
  noIntegrationMore: 'Events are received and skipped until an integration says where they go.',
  isHeld: (count: number) => `${plural(count, 'conversion is', 'conversions are')} held`,
  isHeldMore: 'Nothing is lost: they go when this is mended.',
  isDead: (count: number) => `LinkedIn refused ${plural(count, 'conversion', 'conversions')}`,
  isDeadMore: 'Read why, mend it, then replay.',
  isDisabled: 'The integration is switched off',
  isDisabledMore: 'Events are received and skipped.',
  attention: 'Something will end soon',
  quiet: 'Nothing delivered in this period',
  quietMore: 'See below why events were skipped.',
  token: 'Access token',
  reconnect: 'Connection',
  version: 'LinkedIn API version',
  quota: 'LinkedIn requests today',
  daysOf: (days: number) => plural(days, 'day', 'days'),
  stepInWords: (step: string, received: string, delivered: string) =>
    `${step}: ${received} received, ${delivered} delivered`,
  periodsSaid: { 1: 'In the last 24 hours.', 7: 'In the last 7 days.', 90: 'In the last 90 days.' },
  readiness: (events: number) =>
    `What LinkedIn can recognise people by, in the latest ${plural(events, 'event', 'events')}`,
  advice: {
    email:
      'Worth most now: send the e-mail with forms and orders, by identify or properties.email. It is hashed before anything is kept.',
    clickId:
      'Worth most now: switch Enhanced conversion tracking on in Campaign Manager, and put the tag on the landing pages of your ads.',
    names: 'Worth most now: send first and last name with forms, and the company where you have it.',
    none: 'Nothing is missing that would help much.',
  },
  days: daysLeft,
  versionDays: (version: string, days: number | null) => (days === null ? version : `${version}, ${daysLeft(days)}`),
  noToken: 'not set',
  tokenRenews: 'renews itself',
  tokenSet: 'set, end not known',
  quotaUsed: (used: number, quota: number) => `${formatCount(used)} of ${formatCount(quota)}`,
  none: 'No limits known yet',
  emptyTitle: 'Welcome. Start with a source',
  emptyLead:
    'A source is one website or app that sends events. Create one, put its snippet on the site, then connect it to LinkedIn.',
  steps: [
    'Create a source',
    'Put its snippet on the site',
    'Connect a LinkedIn ad account',
    'Watch conversions arrive',
  ],
  mend: 'Mend it',
  see: 'See why',
  toSetup: 'Get the snippet',
  connect: 'Connect LinkedIn',
};
