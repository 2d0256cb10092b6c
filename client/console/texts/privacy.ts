import { plural } from './plural.ts';

export const privacy = {
  title: 'Privacy',
  report: {
    title: 'Consent report',
    lead: 'What visitors said, who reported it, and how no answer was read. For your records.',
    said: 'Said',
    nothing: 'nothing',
    platform: 'Told by',
    noPlatform: 'the page or the server',
    policy: 'Silence read',
    policies: {
      '': '',
      by_region: 'by region',
      granted: 'as a yes',
      denied: 'as a no',
      gpc: 'as a no: Global Privacy Control',
    },
    country: 'Country',
    events: 'Events',
    notSent: 'Not sent',
    withheld: (count: number) => `${plural(count, 'was', 'were')} not sent for lack of consent.`,
    counted: (count: number) => `${plural(count, 'event was', 'events were')} received on these days.`,
    more: (count: number) => `The table leaves out ${plural(count, 'event', 'events')} with rare answers.`,
    empty: 'Nothing to report yet',
    emptyMore: 'Nothing was received on these days.',
  },
  eraseCard: 'Erase a person',
  eraseLead:
    'Erases a person’s waiting and failed deliveries, on all sites. There is no table of people, so nothing else has to go.',
  kind: 'Known by',
  kinds: { email: 'E-mail', user_id: 'User id', anonymous_id: 'Anonymous id' },
  who: 'E-mail or id',
  whoHint: 'An e-mail may also be its SHA-256.',
  erase: 'Erase',
  eraseTitle: 'Erase this person?',
  eraseText: 'Waiting and failed deliveries of this person lose their payload and are never sent.',
  eraseFinal: 'It cannot be undone. What LinkedIn has already is LinkedIn’s to erase.',
  erased: (erased: number, sources: number) =>
    `${plural(erased, 'delivery was', 'deliveries were')} erased, on ${plural(sources, 'source', 'sources')}.`,
  erasedMore: 'The visitor’s own cookies go with _df.reset(), or when the site’s data is deleted in the browser.',
  bySource: 'By source, as its settings say',
  keptFor: (days: number, deadDays: number) =>
    `outcomes ${plural(days, 'day', 'days')}, payloads of failed deliveries ${plural(deadDays, 'day', 'days')}`,
  retention: 'What is kept, and how long',
  retentionLead: 'Who a visitor is, is kept in the visitor’s own browser, sealed. On the server:',
  kept: [
    { what: 'E-mail address', howLong: 'never: it is hashed in memory' },
    {
      what: 'What goes to LinkedIn',
      howLong: 'sealed, until the delivery ends; with a failed delivery as long as the source says',
    },
    { what: 'Event name, time, outcome', howLong: 'as long as the source says' },
    { what: 'Names of an event’s fields', howLong: 'as long as the source says; never what was in them' },
    { what: 'Properties, page addresses, IP', howLong: 'never, beyond what a mapping takes for LinkedIn' },
    { what: 'Counts of the ledger', howLong: 'as long as the source' },
  ],
};
