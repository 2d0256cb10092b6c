import type { AdAccount } from '../../../worker/schema/settings/linkedin-objects.ts';
import { plural } from './plural.ts';

export const integration = {
  title: 'LinkedIn',
  newTitle: 'Connect LinkedIn',
  newLead: 'By LinkedIn’s consent page or by a token. The ad account is picked after that.',
  name: 'Name',
  defaultName: 'LinkedIn Conversions',
  account: 'Ad account id',
  accountHint: 'The number in Campaign Manager’s address, such as 123456789.',
  token: 'Access token',
  tokenHint: 'From LinkedIn’s Developer Portal, with the scope rw_conversions.',
  refresh: 'Refresh token',
  refreshHint: 'With it and the app’s credentials the access token renews itself.',
  clientId: 'Client id',
  clientSecret: 'Client secret',
  secretSet: (last4: string | undefined) =>
    last4 === undefined ? 'Set. Leave empty to keep it.' : `Set, ends in ${last4}. Leave empty to keep it.`,
  secretUnset: 'Not set.',
  secretKept: 'Set.',
  secretEnds: (last4: string) => `Set, ends in ${last4}.`,
  stored: 'Stored secrets',
  clear: 'Clear',
  clearTitle: (label: string) => `Clear “${label}”?`,
  clearText: 'It is erased here. Conversions that need it are held until there is another one.',
  reconnect: 'Connect again',
  wait: 'Minutes to wait for an e-mail',
  waitHint: 'A conversion without one waits this long for a form that gives it. 0: it goes at once. At most 1440.',
  hashNames: 'Send first and last name as SHA-256',
  sendExternalId: 'Send the user id as external id',
  limits: 'API version and limits',
  limitsHint:
    'Leave empty what should stay as it is. LinkedIn takes 600 requests a minute and 500,000 a day for a token.',
  version: 'LinkedIn API version',
  numbers: {
    rate_limit_rps: 'Requests a second',
    rate_limit_burst: 'Requests at once',
    quota_per_minute: 'Requests a minute',
    quota_per_day: 'Requests a day',
  },
  rulesHint:
    'An event by its name, exactly; “page” stands for every page view. A rule by its number or URN, from Campaign Manager or the API; its method has to be Conversions API.',
  consent: 'Consent categories',
  consentHint: 'The visitor has to have agreed to each, separated by commas. Empty: no consent is asked for.',
  currency: 'Default currency',
  currencyHint: 'For values without one, such as EUR.',
  sendIp: 'Visitor’s IPv4 address',
  sendIpHow: { false: 'Not sent', true: 'Sent', hashed: 'Sent hashed' },
  unknownVersion: 'Allow an unknown API version',
  testMode: 'Test mode: do everything but the request to LinkedIn',
  enabled: 'Enabled',
  status: 'Status',
  add: 'Add another integration',
  connectOauth: 'Connect by LinkedIn’s consent page',
  check: 'Check the set-up',
  checking: 'Asking LinkedIn…',
  allWell: 'Nothing is wrong with this set-up.',
  remedy: 'What to do',
  remove: 'Delete integration',
  removed: 'The integration is deleted.',
  discardTitle: 'Discard what waits for it?',
  discard: 'Delete and discard',
  removeTitle: (name: string) => `Delete “${name}”?`,
  removeText: 'Its tokens are erased. What waits for it is not sent any more; what was delivered stays in the ledger.',
  choose: 'Integration',
  flows: 'Nothing waits, nothing is held.',
  waits: (count: number) => `${plural(count, 'conversion is', 'conversions are')} on the way.`,
  waitsForEmail: (count: number) => `${plural(count, 'of them waits', 'of them wait')} a while for an e-mail.`,
  ruleHeld: (rule: string) => `Rule ${rule}`,
};

export const connect = {
  byConsent: 'By LinkedIn’s consent page',
  byConsentLead:
    'The connection renews itself for a year. It needs an app in LinkedIn’s developer portal with the Conversions API product.',
  byToken: 'With an access token',
  byTokenLead: 'Quickest to try: a token from the developer portal’s token generator, for 60 days.',
  appHint: 'From your app’s Auth tab in the developer portal.',
  noPublicUrl: 'LinkedIn does not know where to send you back',
  noPublicUrlMore:
    'Set PUBLIC_URL to this installation’s https address in wrangler.toml, under [vars], and deploy again. Then reload this page. Connecting with an access token works without it.',
  redirectLead: 'Add this address to the app’s authorized redirect URLs, exactly so:',
  redirect: 'Redirect address',
  toLinkedIn: 'Continue to LinkedIn',
  connect: 'Connect',
  renews: 'Let it renew itself',
};

export const account = {
  title: 'Ad account',
  legend: 'Ad accounts of this connection',
  pick: 'Use this account',
  other: 'Pick another account',
  missing: 'Pick an ad account.',
  none: 'LinkedIn shows no ad account for this token. Type the number of one, or ask for a role on it.',
  notAsked: (why: string) => `The accounts could not be listed: ${why} You can type the number.`,
  facts: ({ currency, status, role, can_send: canSend }: AdAccount): string =>
    [
      currency,
      status?.toLowerCase(),
      `your role: ${role.toLowerCase().replaceAll('_', ' ')}`,
      canSend ? undefined : 'not enough to send conversions',
    ]
      .filter((part) => part !== undefined && part !== null)
      .join(', '),
};
