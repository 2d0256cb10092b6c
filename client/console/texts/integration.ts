import type { AdAccount } from '../../../worker/schema/settings/linkedin-objects.ts';
import { plural } from './plural.ts';

export const integration = {
  title: 'LinkedIn',
  newTitle: 'Connect LinkedIn',
  newLead: 'Use LinkedIn’s consent page or a token. You pick the ad account after that.',
  name: 'Name',
  defaultName: 'LinkedIn Conversions',
  account: 'Ad account ID',
  accountHint: 'The number in Campaign Manager’s address, such as 123456789.',
  token: 'Access token',
  tokenHint:
    'From Campaign Manager (Data › Signals Manager › Direct API): it doesn’t expire. One from the developer portal’s token generator, with the scopes r_ads and rw_conversions, is valid for 60 days.',
  refresh: 'Refresh token',
  clientId: 'Client ID',
  clientSecret: 'Client secret',
  secretSet: (last4: string | undefined) =>
    last4 === undefined ? 'Set. Leave empty to keep it.' : `Set, ends in ${last4}. Leave empty to keep it.`,
  secretUnset: 'Not set.',
  secretKept: 'Set.',
  secretEnds: (last4: string) => `Set, ends in ${last4}.`,
  stored: 'Stored secrets',
  clear: 'Clear',
  clearTitle: (label: string) => `Clear “${label}”?`,
  clearText: 'It is deleted here. Conversions that need it are held until you add a new one.',
  reconnect: 'Connect again',
  wait: 'E-mail wait, minutes',
  waitHint:
    'A conversion without an e-mail waits this long for a form that has one. 0 sends it immediately; the maximum is 1440.',
  hashNames: 'Send names hashed (SHA-256)',
  sendExternalId: 'Send the user ID as external ID',
  limits: 'API version and limits',
  limitsHint:
    'Leave a field empty to keep its value. LinkedIn accepts 600 requests per minute and 500,000 per day for each token.',
  version: 'LinkedIn API version',
  numbers: {
    rate_limit_rps: 'Requests per second',
    rate_limit_burst: 'Requests at once',
    quota_per_minute: 'Requests per minute',
    quota_per_day: 'Requests per day',
  },
  consent: 'Consent categories',
  consentHint: 'Separated by commas. Visitors must have agreed to all of them. Leave empty to require no consent.',
  currency: 'Default currency',
  currencyHint: 'Such as EUR. Used for values without a currency.',
  sendIp: 'Visitor’s IPv4 address',
  sendIpHow: { false: 'Not sent', true: 'Sent', hashed: 'Sent hashed' },
  unknownVersion: 'Allow an unknown API version',
  testMode: 'Test mode: nothing is sent to LinkedIn',
  enabled: 'Enabled',
  status: 'Status',
  add: 'Add another connection',
  check: 'Check the set-up',
  checking: 'Asking LinkedIn…',
  allWell: 'No problems found.',
  remedy: 'What to do',
  remove: 'Delete connection',
  removed: 'The connection is deleted.',
  discardTitle: 'Discard its deliveries?',
  discardText:
    'Conversions are still waiting or held, or have failed and could be replayed. If you delete the connection, they are never sent.',
  discard: 'Delete and discard',
  removeTitle: (name: string) => `Delete “${name}”?`,
  removeText:
    'Its tokens are deleted, and its waiting and held deliveries are no longer sent. Delivered ones stay in the ledger.',
  choose: 'Connection',
  isHeld: (count: number) => `${plural(count, 'conversion is', 'conversions are')} held`,
  whoDisabled: 'See who disabled it',
  flows: 'Nothing is waiting or held.',
  failed: (count: number) =>
    `${plural(count, 'conversion has', 'conversions have')} failed: LinkedIn refused ${count === 1 ? 'it' : 'them'}. See why, fix the cause, then replay ${count === 1 ? 'it' : 'them'}.`,
  waits: (count: number) => `${plural(count, 'conversion is', 'conversions are')} waiting to be sent.`,
  waitsForEmail: (count: number) => `${plural(count, 'of them waits', 'of them wait')} for an e-mail.`,
  ruleHeld: (rule: string) => `Rule ${rule}`,
};

export const connect = {
  ways: 'Ways to connect',
  whichWay:
    'If you were given an access token, use it. A refresh token, client ID and client secret have their place below it, if you have them. With only a client ID and client secret, use LinkedIn’s consent page.',
  byConsent: 'With LinkedIn’s consent page',
  byConsentLead: 'For teams with their own LinkedIn app. You sign in at LinkedIn, and no token is copied by hand.',
  byConsentMore:
    'The app needs the Conversions API product in LinkedIn’s developer portal. The connection lasts 60 days, or renews itself for a year if LinkedIn gives your app refresh tokens.',
  byToken: 'With an access token',
  byTokenLead:
    'For everybody who can use Campaign Manager, or has been given a token. You need no app: this is the quickest way.',
  appHint: 'From your app’s Auth tab in the developer portal.',
  noPublicUrl: 'LinkedIn can’t send you back here yet',
  noPublicUrlMore:
    'Set PUBLIC_URL to this installation’s https address in wrangler.local.jsonc, under vars, and run npm run deploy. Then reload this page. Connecting with an access token works without it.',
  redirectLead: 'Add this address to the app’s authorized redirect URLs, exactly as shown:',
  redirect: 'Redirect address',
  toLinkedIn: 'Continue to LinkedIn',
  connect: 'Connect',
  tokenRefused: (why: string, last4: string | null) =>
    [
      'LinkedIn refuses this token, so it isn’t stored.',
      last4 === null ? '' : last4 === '' ? 'The stored token stays.' : `The stored token, ending in ${last4}, stays.`,
      why,
    ]
      .filter((part) => part !== '')
      .join(' '),
  cannotSendTitle: 'This token can’t send conversions',
  uncheckedTitle: 'This token couldn’t be checked',
  replaces: 'If you store it, it replaces the token that is stored now.',
  waitsFor: 'If you store it, conversions are held until the connection can send them.',
  storeAnyway: 'Store it anyway',
  can: {
    read: 'It can read ad accounts.',
    readNot: 'It can’t read ad accounts.',
    sendNot: 'It can’t send conversions.',
  },
  connected: 'LinkedIn is connected. The token can send conversions.',
  connectedRenewed: 'LinkedIn is connected. The access token has ended, and the refresh token renews it.',
  connectedUnchecked: 'The token is stored, but not checked yet.',
  connectedNot: (why: string) => `The token is stored, but it can’t send conversions. ${why}`,
  renews: 'I have a refresh token, client ID and client secret too',
  renewsLead:
    'Enter the refresh token, and the client ID and secret of the app that issued the token. With all three, the access token renews itself. A token from Campaign Manager doesn’t expire, and needs none of them.',
  refreshHint: 'LinkedIn gives it to approved apps, together with the access token.',
  secretHint: 'Beside the client ID. It is stored encrypted.',
  useSandboxToken: 'Use the sandbox’s token',
  useSandboxApp: 'Use the sandbox’s app',
  sandboxHint:
    'If you have no token: on this machine, conversions go to a sandbox that answers like LinkedIn, and it has a token for you.',
  sandboxAppHint:
    'If you have no app: on this machine, conversions go to a sandbox that answers like LinkedIn, and it has an app for you.',
};

export const account = {
  title: 'Ad account',
  legend: 'Ad accounts of this connection',
  pick: 'Use this account',
  other: 'Pick another account',
  missing: 'Pick an ad account.',
  noneUsable:
    'None of these accounts can be used: this member may not send conversions for them. Ask an account’s admin to give this member the role Campaign Manager, or connect as another member.',
  none: 'LinkedIn shows no ad account for this token. Enter an account’s number, or ask its admin for a role on it.',
  notAsked: (why: string) => `The accounts couldn’t be listed: ${why} You can enter the number instead.`,
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
