import type { NearMiss } from '../../../worker/domain/fql/near-misses.ts';
import { formatCount } from '../ui/format.ts';
import { plural } from './plural.ts';
import { spellings } from './shared/spelling.ts';

/** Descriptions of values that are not stored. */
const KINDS = {
  string: 'text (not stored)',
  number: 'a number (not stored)',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
} as const;

export const live = {
  title: 'Live events',
  connecting: 'Connecting…',
  connected: 'Live',
  paused: 'Paused',
  lost: 'Reconnecting…',
  reason: (reason: string) => `Reason: ${reason}`,
  reasonClear: 'Show events with any reason',
  pause: 'Pause',
  resume: (count: number) => (count === 0 ? 'Resume' : `Resume (${formatCount(count)} new)`),
  filter: 'Show',
  all: 'All states',
  empty: 'No events yet',
  emptyMore: 'Events appear here within a second after they arrive.',
  noMatch: 'No events in this state',
  noMatchMore: 'Choose another state to see the others.',
  noName: (name: string) => `No event here has “${name}” in its name`,
  noNameMore: 'To find a message ID, an order ID or a delivery, use the search at the top of the page.',
  event: 'Event',
  received: 'Received',
  state: 'State',
  what: 'Outcome',
  had: 'Identifiers',
  value: 'Value',
  from: 'Sent by',
  page: 'Page',
  server: 'Server',
  hasNone: 'No identifiers',
  search: 'Find by event name',
  count: (count: number) => plural(count, 'event', 'events'),
  countOf: (shown: number, loaded: number, older: 'none' | 'more' | 'elsewhere') =>
    older === 'none'
      ? `${formatCount(shown)} of ${plural(loaded, 'event', 'events')}`
      : `${formatCount(shown)} of the latest ${plural(loaded, 'event', 'events')}${older === 'more' ? '. Scroll down to look in older ones.' : ''}`,
  looking: 'Looking in older events…',
  noReason: 'No events with this reason',
  noReasonMore: 'Remove the reason above the list to see events with any reason.',
  nearMiss: (asked: string, differs: NearMiss['differs']) =>
    `No mapping matches: “${asked}” differs only in ${spellings[differs]}.`,
  nearMissThen: (asked: string, differs: NearMiss['differs']) =>
    `No mapping matched when it came. Its name differs only in ${spellings[differs]} from “${asked}”, and is mapped now.`,
  consentRefused: (categories: readonly string[]) =>
    `The visitor refused ${categories.join(' and ')}, and the connection requires consent that they have not given.`,
  consentMissing: 'The visitor has not answered about consent, and the connection requires it.',
  story: {
    happened: 'Happened',
    received: 'Received',
    messageId: 'Message ID',
    order: 'Order',
    orderHidden:
      'It has an order number, of which only a hash is stored. To see whether it is yours, search for the whole number.',
    toEvent: 'See the whole event',
    sameId: 'Other events with this ID',
    type: 'Type',
    consent: 'Consent',
    noConsent: 'The event said nothing about consent',
    answer: 'Answer',
    consentSource: 'Reported by',
    policy: 'Unknown consent',
    country: 'Country',
    identity: 'Identifiers',
    identityLead: 'Whether the event had each one. The values are never shown.',
    isThere: 'Received',
    isNotThere: 'Not received',
    click_id: 'LinkedIn click ID',
    email: 'E-mail, hashed',
    names: 'First and last name',
    deliveries: 'Deliveries',
    noDeliveries: 'The event led to no conversion.',
    fields: 'Fields received',
    triggers: 'Mappings',
    /** Consent may be missing and still count, so these don't say that the visitor agreed. */
    allowed: {
      received: 'Sending was allowed when the event arrived',
      sending: 'Sending was allowed before a request',
      withdrawn: 'Sending was allowed after consent was withdrawn',
    },
    notAllowed: {
      received: 'Sending was not allowed when the event arrived',
      sending: 'Sending was not allowed any more before a request',
      withdrawn: 'The visitor withdrew consent',
    },
    asked: (categories: readonly string[]) =>
      categories.length === 0 ? 'no consent required' : `required: ${categories.join(', ')}`,
    noTriggers: 'No mappings yet.',
    outcomes: {
      fired: (name: string) => `${name}: matched`,
      rule_taken: (name: string) => `${name}: would have matched`,
      not_fired: (name: string) => `${name}: did not match`,
      too_costly: (name: string) => `${name}: too complex`,
      not_asked: (name: string) => `${name}: not checked`,
    },
    whyNot: {
      fired: '',
      rule_taken: 'An earlier mapping matched for the same conversion rule, and a rule gets each event once.',
      not_fired: '',
      too_costly: 'Checking it for this event needs more work than the limit allows. Simplify it.',
      not_asked: 'It was created or enabled later, or mappings are not checked for this kind of event.',
    },
    mapToo: 'Map this name too',
    /** Several mappings miss the name. */
    mapTooFor: (mapping: string) => `Map this name too for “${mapping}”`,
    nearMiss: (mapping: string, asked: string, differs: 'case' | 'spaces' | 'both') =>
      `${mapping === asked ? 'A mapping' : `The mapping “${mapping}”`} asks for “${asked}”. The name of this event differs only in ${spellings[differs]}.`,
    noMatchThen: 'No mapping matched this event when it came.',
    nearMissThen: (mapping: string, asked: string, differs: 'case' | 'spaces' | 'both') =>
      `${mapping === asked ? 'A mapping' : `The mapping “${mapping}”`} asked for “${asked}”. The name of this event differs only in ${spellings[differs]}.`,
    changedSince: 'The mapping has changed since. These are the conditions that it had then.',
    deletedMapping: 'A mapping that has been deleted',
    byName: 'by its name alone, as configured now',
    notKept:
      'The values that the conditions checked are not stored: the visitor had not agreed, or there were too many.',
    saw: {
      is: (field: string, value: string) => `${field} was ${value}`,
      missing: (field: string) => `${field} was missing`,
      almost: (field: string, value: string, differs: 'case' | 'spaces' | 'both') =>
        `${field} was “${value}”, which differs only in ${spellings[differs]}`,
      almostUnkept: (field: string, text: string) =>
        `${field} differed from “${text}” only in capital letters or spaces. Its value is not stored.`,
      unkept: (field: string, type: 'string' | 'number' | 'boolean' | 'array' | 'object') =>
        `${field} was ${KINDS[type]}`,
    },
    developers: 'For developers',
    payload: 'What LinkedIn gets',
    payloadFor: (rule: string) => `What LinkedIn gets for rule ${rule}`,
    payloadTime: (time: string) => `conversionHappenedAt is ${time}.`,
    payloadHint: 'Personal values are masked, and deleted once the delivery has ended.',
    noPayload: 'Nothing to show: it has not been built yet, it was erased, or the event is older than this feature.',
    again: 'Send a similar event',
    againLead: 'The event’s values are not stored, so these are examples.',
    curl: 'curl command',
    rule: 'Conversion rule',
    attempts: 'Requests',
    attemptsSince: 'Requests since the replay',
    status: 'LinkedIn’s last status',
    deliveredAt: 'Accepted',
    requestsTitle: 'Requests to LinkedIn',
    noRequests: 'No request has been made yet.',
    earlier: 'Before the replay',
    failedThen: (reason: string | null) => {
      if (reason === null) return 'Failed';
      return reason === 'payload_unreadable' ? 'Failed: its stored data could not be read' : `Failed: ${reason}`;
    },
    eventId: 'Event ID',
    took: (ms: number, events: number) => `${formatCount(ms)} ms, ${plural(events, 'event', 'events')} in the request`,
    noStatus: 'No answer',
    /** LinkedIn's answer to a request. An answer of a newer Worker is shown as it is. */
    answers: {
      accepted: 'Accepted',
      unconfirmed: 'Accepted, but the rest of the answer could not be read',
      elements_refused: 'LinkedIn refused some events of the request',
      batch_refused: 'LinkedIn refused the whole request',
      id_types_refused: 'LinkedIn refused a kind of identifier',
      batch_too_large: 'The request was too large',
      rule_refused: 'LinkedIn refused the conversion rule',
      access_refused: 'The app or the member lacks a permission',
      refused_unknown: 'LinkedIn refused it with an unknown message',
      token_refused: 'LinkedIn refused the access token',
      version_sunset: 'LinkedIn has retired the API version',
      throttled: 'Too many requests: it is sent again later',
      unavailable: 'LinkedIn could not be reached or had a fault: it is sent again',
    },
  },
};
