import { plural } from './plural.ts';

/** Named by several public sources, read 2026-11. We could not open it, because it needs a browser at LinkedIn. */
const DATA_PROTECTION_FORM = 'https://www.linkedin.com/help/linkedin/ask/TSO-DPO';

export const privacy = {
  title: 'Privacy',
  report: {
    title: 'Consent report',
    lead: 'What visitors chose, who reported it, and how a missing answer was treated. For your records.',
    said: 'Answer',
    nothing: 'No answer',
    platform: 'Reported by',
    noPlatform: 'the page or the server',
    policy: 'Unknown consent',
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
    'Erases a person’s waiting, held and failed deliveries on all sites that you have access to. Afterwards you see what to tell the person, and what is not erased by this.',
  kind: 'Identifier',
  kinds: { email: 'E-mail', user_id: 'User ID', anonymous_id: 'Anonymous ID', lead_id: 'Lead ID of a LinkedIn form' },
  who: 'E-mail or ID',
  whoHint: 'For an e-mail, its SHA-256 hash works too.',
  erase: 'Erase',
  whoMissing: 'Enter an e-mail address or an ID.',
  whoNoEmail: 'Enter a whole e-mail address, such as jane@example.com.',
  eraseTitle: 'Erase this person?',
  eraseText:
    'The stored data of this person’s waiting, held and failed deliveries is deleted on all sites that you have access to, and the deliveries are never sent.',
  eraseFinal: 'This can’t be undone. Only LinkedIn can erase what it has already received.',
  erased: (erased: number, sources: number) =>
    erased === 0
      ? 'No waiting, held or failed data is stored about this person, on any site that you have access to.'
      : `${plural(erased, 'delivery was', 'deliveries were')} erased. ${plural(sources, 'site was', 'sites were')} searched.`,
  sent: 'Has LinkedIn already received something?',
  sentText:
    'This can’t be seen here any more. Once LinkedIn has accepted a conversion, nothing in its record here identifies the person, so delivered conversions can’t be counted by person.',
  sentAssume:
    'Assume that it has if the person became a lead or a customer more than a few minutes ago, unless they had refused before.',
  tell: 'What to tell the person',
  tellText: (erased: number) =>
    `${
      erased === 0
        ? 'We found no data about you that was waiting to be sent to LinkedIn, or that LinkedIn had refused.'
        : 'We have deleted your data that was waiting to be sent to LinkedIn, or that LinkedIn had refused.'
    } We may have sent data about your orders or requests to LinkedIn before. The system that sent it no longer knows which data was yours, and we can’t delete it at LinkedIn. To have it deleted, ask LinkedIn: ${DATA_PROTECTION_FORM}`,
  notErased: 'What is not erased by this',
  notErasedParts: [
    'What LinkedIn has already received. Its interface for conversions has no call to delete it that we know of. Ask LinkedIn with its form for data protection, and give the person’s e-mail address. A copy of LinkedIn’s documentation says that it deletes conversions after 180 days. We could not check that at LinkedIn.',
    'Data under the person’s other identifiers. Erase these too, such as a user ID.',
    'Cookies in the person’s browser, until they clear the site’s data or log out.',
    'Counts, and the names, times and outcomes of events. They have no identifier of a person.',
    'Your own systems, such as a CRM or a file for the import. New events of this person are treated like anyone’s.',
  ],
  form: 'LinkedIn’s form for data protection',
  formAddress: DATA_PROTECTION_FORM,
  bySource: 'Settings by site',
  allSites: (sites: number) => `All ${sites} sites`,
  keptFor: (days: number, deadDays: number) =>
    `outcomes ${plural(days, 'day', 'days')}, data of failed deliveries ${plural(deadDays, 'day', 'days')}`,
  retention: 'Data retention',
  retentionLead: 'A visitor’s identity is stored in their own browser, encrypted. On the server:',
  kept: [
    { what: 'E-mail address', howLong: 'never in clear text: it is hashed in memory' },
    {
      what: 'Data for LinkedIn, such as the hash of an e-mail',
      howLong: 'encrypted, until the delivery ends; for a failed delivery, as long as the site’s settings say',
    },
    {
      what: 'Event name, time, value, consent, country, outcome, and the import that it came with',
      howLong: 'as long as the site’s settings say',
    },
    { what: 'Order number', howLong: 'never in clear text: a keyed hash of it, as long as the site’s settings say' },
    { what: 'Names of an event’s fields', howLong: 'as long as the site’s settings say; their values never' },
    {
      what: 'Other properties, page addresses, IP',
      howLong: 'never, except what a mapping sends to LinkedIn or its conditions compare',
    },
    { what: 'Counts in the ledger', howLong: 'until the site is deleted' },
  ],
};
