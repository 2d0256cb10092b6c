import { plural } from './plural.ts';

type NamedRule = { name: string; id: string };

export const setUp = {
  left: 'Still to do:',
  afterRefusals:
    'All events of your site were refused so far. Once the cause is fixed, open a page of your site: its event ticks step 1, and shows under Live events.',
  nothingLost: 'Nothing that you set up before is lost.',
  progress: (done: number, steps: number) => `${done} of ${steps} steps done. You can leave and come back at any time.`,
  steps: {
    snippet: 'Put the snippet on your site',
    connect: 'Connect LinkedIn',
    account: 'Pick the ad account',
    map: 'Choose which events are conversions',
    consent: 'Ask for consent',
    test: 'Send a test event',
  },
  isDone: 'done',
  done: 'Everything is set up',
  doneMore: 'The page Overview shows whether LinkedIn accepts the conversions.',
  ready: 'Everything is ready. Only the first event is missing.',
  readyMore: 'Paste the lines of step 1 into your site. This page updates by itself.',
  noEvent: 'no event yet',
  lines: {
    snippet: 'Put this into the <head> of every page, as early as you can:',
    identify:
      'When a visitor enters their e-mail address, pass it on before you record the conversion. LinkedIn matches people best by e-mail address. Only a hash of it is stored and sent to LinkedIn. This address is an example: replace it with the visitor’s own.',
    identifyLabel: 'Call for the e-mail address',
    track:
      'Record each conversion where it happens. The value and currency are examples: replace them with those of the order or lead, or leave them out if it has none.',
    trackLabel: (event: string) => `Call for ${event}`,
    otherSpellings: (names: readonly string[]) =>
      `Also accepted: ${names.map((name) => `“${name}”`).join(', ')}. If your site already sends one of these, don’t paste this line too: each conversion would be counted twice.`,
    pageViews: 'The snippet records page views by itself. No other line is needed for them.',
    consent: 'When visitors agree in your consent banner, pass their answer on:',
    consentLabel: 'Consent call',
    declined: 'When they decline, or change their mind later:',
    declinedLabel: 'Call for a refusal',
  },
  connected: (last4: string | undefined) => (last4 === undefined ? 'connected' : `token ending in ${last4}`),
  checked: (time: string) => `LinkedIn was asked about this token at ${time}.`,
  notChecked: 'LinkedIn did not answer whether this token works.',
  checkAgain: 'Check again',
  checkedNow: 'The token was checked.',
  connectFirst: 'Connect LinkedIn first.',
  accountFirst: 'Pick the ad account first.',
  mapFirst: 'Choose an event first.',
  mapped: (count: number) => plural(count, 'event', 'events'),
  mapLead:
    'These are the latest 200 events of your site. Choose a rule for each conversion. Each choice is saved immediately.',
  mapLeadNoneSeen:
    'No event has arrived yet. Add the ones that you expect, and choose a rule for each. Each choice is saved immediately.',
  notSeen: 'Add an event that has not arrived yet',
  expectedEvent: 'Event name',
  expectedHint: 'Exactly as your site sends it. Case matters.',
  addEvent: 'Add to the list',
  usualEvents: ['Lead Generated', 'Order Completed', 'Signed Up', 'Demo Requested', 'Trial Started', 'Form Submitted'],
  next: 'Continue',
  addedFirst: (event: string) => `“${event}” is in the list now. Check its rule, then continue.`,
  nothingMapped: 'No event has a rule yet. Choose a rule above, then continue.',
  moreMappings: 'More conditions',
  saveConsent: 'Save and continue',
  consentCode: 'Step 1 has the line that passes the answer of your consent banner to the tag.',
  sendTest: 'Send test event',
  testWarning:
    'This event is really sent. LinkedIn treats it like any other: if it accepts the event, it counts a conversion.',
  testWithCampaigns: ({ name, id }: NamedRule) =>
    `It counts for “${name}” (${id}), which has campaigns: one extra conversion may show for an ad.`,
  testWithoutCampaigns: ({ name, id }: NamedRule) =>
    `It counts for “${name}” (${id}), which has no campaigns: no ad gets an extra conversion.`,
  testInstead: (event: string, { name, id }: NamedRule) =>
    `To avoid that, choose “${event}”: its rule “${name}” (${id}) has no campaigns.`,
  testNoneWithout: 'All events here count for a rule with campaigns, so every test adds one conversion.',
  testRulesUnknown: 'Choose an event whose rule has no campaigns, or accept one extra conversion.',
  testNotStored: 'Directflight doesn’t store this event: only this page shows LinkedIn’s answer.',
  testWhere: 'It isn’t in Live events, Deliveries or the ledger. The audit log says who sent it and when.',
  testLog: 'See the audit log',
  testEmail: 'Test e-mail',
  testEmailHint: 'Use your own address: a made-up one would be left out. It is hashed before it is sent to LinkedIn.',
  testEmailMissing: 'Enter your own e-mail address.',
  accepted: (rule: string) => `LinkedIn accepted it for rule ${rule}`,
  refused: (rule: string, status: number | null) =>
    `LinkedIn refused it for rule ${rule}${status === null ? '' : ` (${status})`}`,
  showLines: 'Show the lines to paste',
  seeLive: 'See live events',
  server: 'Your own servers can send events too: create a server key on the page Settings.',
};
