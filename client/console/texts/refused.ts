import type { RefusalReason } from '../../../worker/schema/events/refusal.ts';
import { plural } from './plural.ts';
import { everywhere } from './shared/everywhere.ts';

const wereRefused = (count: number): string => `${plural(count, 'event was', 'events were')} refused`;

/** The reason, as the end of a sentence, and what to do about it. */
const reasons: Readonly<Record<RefusalReason, { because: string; remedy: string }>> = {
  outbox_full: {
    because: 'because too many conversions are not sent yet',
    remedy: 'Fix the cause of the held deliveries. Then send the events again.',
  },
  outbox_unavailable: {
    because: 'because our storage could not be reached',
    remedy: 'The tag and the SDKs send them again. If it continues, check Cloudflare’s status.',
  },
  internal_error: {
    because: 'because of an error in Directflight',
    remedy: 'Please report it, with the Worker’s log.',
  },
  origin_not_allowed: {
    because: 'because the page’s address isn’t in the list',
    remedy: 'If the page is yours, add it under “Addresses of the website” in the settings.',
  },
  key_revoked: {
    because: 'because of a revoked key',
    remedy: 'Put the new key where the old one is still used.',
  },
  signature_invalid: { because: 'because of an invalid signature', remedy: 'Enter the hook’s secret in the CRM.' },
  rate_limited: {
    because: 'because too many came at once',
    remedy: 'Raise the limit in the settings, or find out who sends so many.',
  },
  event_invalid: {
    because: 'because of an invalid field',
    remedy: 'Correct these fields where your page or server sends them.',
  },
  event_too_large: {
    because: 'because an event was too large',
    remedy: 'Send fewer properties with each event.',
  },
  batch_invalid: {
    because: 'because the request isn’t a list of events',
    remedy: 'Correct the code that sends the batch.',
  },
  too_many_events: {
    because: 'because one request had too many events',
    remedy: 'Send at most 500 events from a page, 5,000 from a server.',
  },
  body_too_large: {
    because: 'because the request was too large',
    remedy: 'Send at most 512 KB from a page, 4 MB from a server.',
  },
  body_not_json: {
    because: 'because the request couldn’t be read',
    remedy: 'Send JSON in UTF-8. A gzip body may have been cut off.',
  },
  body_not_an_object: {
    because: 'because the request isn’t an event',
    remedy: 'Send one JSON object in each request.',
  },
  body_empty: { because: 'because the request was empty', remedy: 'Check the code that sends the event.' },
  body_too_deep: {
    because: 'because of deep nesting',
    remedy: 'Send flatter properties, at most 64 levels deep.',
  },
  content_type_unsupported: {
    because: 'because of the request’s content type',
    remedy: 'Send application/json or text/plain.',
  },
  content_encoding_unsupported: {
    because: 'because of the request’s compression',
    remedy: 'Use gzip or no compression.',
  },
  other: { because: 'for another reason', remedy: 'The answer to the sender gives the reason.' },
};

export const refused = {
  title: 'Refused traffic',
  was: (count: number, reason: RefusalReason) => `${wereRefused(count)} ${reasons[reason].because}.`,
  remedy: (reason: RefusalReason) => reasons[reason].remedy,
  from: (count: number, origin: string) => `${wereRefused(count)} from ${origin}. Allow this website?`,
  fromMore: `If it is yours, allow it. Events from there are accepted ${everywhere}. Those that were refused are not stored, and can’t be recovered.`,
  fromUnusable: (count: number, origin: string) => `${wereRefused(count)} from ${origin}.`,
  fromUnusableMore: 'This address can’t be allowed. Send from a website, or from your server with a server key.',
  fromNull: (count: number) => `${wereRefused(count)} from a page without an address.`,
  fromNullMore: 'It was opened as a file, or is in a sandboxed frame. Open it from a web server.',
  fromNowhere: (count: number) => `${wereRefused(count)} because they didn’t say which website they came from.`,
  fromNowhereMore:
    'Only web pages say it. Send from your server with a server key, or accept such requests in the settings.',
  fromOthers: (count: number) => `${wereRefused(count)} from other websites.`,
  fromOthersMore: 'There are too many to list. They are probably not yours.',
  allow: 'Allow this website',
  allowed: (origin: string) => `Events from ${origin} are accepted everywhere ${everywhere}.`,
  before: (count: number, origin: string) =>
    origin === '(none)'
      ? `${wereRefused(count)} before such requests were accepted.`
      : `${wereRefused(count)} from ${origin} before it was allowed.`,
  beforeMore:
    'Refused events aren’t stored, so they can’t be recovered, and the ledger doesn’t have them. Last 24 hours.',
  fields: (fields: readonly string[]) => `Fields: ${fields.join(', ')}`,
  wholeEvent: 'the event itself',
  since: (time: string) => `Last 24 hours, most recently at ${time}.`,
  more: (count: number) => plural(count, 'more reason', 'more reasons'),
  seeAll: 'See all refused traffic',
  to: {
    settings: 'Go to the settings',
    deliveries: 'Go to the deliveries',
    'set-up': 'Copy the new key',
  },
};
