/**
 * The doctor's possible findings, the worst first. This list is the only source for the answer, the OpenAPI document
 * and the docs, so they can't differ.
 */
import * as v from 'valibot';

export const FINDINGS = {
  encryption_key_missing: {
    severity: 'error',
    title: 'Tokens cannot be stored: the encryption key is missing or unreadable',
    remedy: 'Set the secret ENCRYPTION_KEY to base64 of 32 random bytes (openssl rand -base64 32).',
  },
  encryption_key_other: {
    severity: 'error',
    title: 'The stored token cannot be read: the encryption key was changed',
    remedy: 'Connect LinkedIn again, or add the old key to ENCRYPTION_KEY, after a comma.',
  },
  integration_disabled: {
    severity: 'error',
    title: 'The connection is disabled',
    remedy: 'Enable the connection. Until then its events are skipped, and skipped events are not sent later.',
  },
  credentials_missing: {
    severity: 'error',
    title: 'LinkedIn is not connected',
    remedy:
      'Connect LinkedIn, or paste an access token. Events that arrive until then are stored, and sent afterwards.',
  },
  linkedin_unreachable: {
    severity: 'error',
    title: 'LinkedIn cannot be reached, or answers with errors',
    remedy:
      'Wait: events are stored, and sent when LinkedIn is back. LinkedIn’s status page is www.linkedin-apistatus.com.',
  },
  version_retired: {
    severity: 'error',
    title: 'LinkedIn has retired the API version in use',
    remedy:
      'Choose a newer LinkedIn API version (linkedin_version). Events that arrive until then are stored, and sent afterwards.',
  },
  token_refused: {
    severity: 'error',
    title: 'LinkedIn refuses the access token',
    remedy: 'The token has expired or was revoked. Connect LinkedIn again, or paste a new token.',
  },
  reconnect_overdue: {
    severity: 'error',
    title: 'The connection to LinkedIn has ended after 365 days',
    remedy: 'Connect LinkedIn again. LinkedIn ends every connection after a year.',
  },
  scope_conversions_missing: {
    severity: 'error',
    title: 'The token may not send conversions',
    remedy:
      'Check that your app has the Conversions API product, then connect again and allow all permissions: rw_conversions is missing.',
  },
  account_missing: {
    severity: 'error',
    title: 'No ad account is picked',
    remedy: 'Pick the ad account that conversions go to (account_id).',
  },
  account_unknown: {
    severity: 'error',
    title: 'The member who connected has no role on this ad account',
    remedy:
      'Check the ad account (account_id), or ask its admin to make this member a Campaign Manager. LinkedIn says “No ad accounts found”.',
  },
  role_too_small: {
    severity: 'error',
    title: 'The member who connected has only read access to this ad account',
    remedy: 'Ask its admin to make this member a Campaign Manager, or connect as someone who is one.',
  },
  no_mappings: {
    severity: 'error',
    title: 'No event becomes a conversion',
    remedy: 'Add a mapping from an event to a conversion rule.',
  },
  rule_unknown: {
    severity: 'error',
    title: 'A conversion rule does not exist in this ad account',
    remedy: 'Check the rule’s number and the ad account (account_id). LinkedIn says “No ad accounts found”.',
  },
  rule_disabled: {
    severity: 'error',
    title: 'A conversion rule is disabled',
    remedy: 'Enable it in Campaign Manager, or on the page Conversion rules of the console: it is the same setting.',
  },
  rule_wrong_method: {
    severity: 'error',
    title: 'A conversion rule belongs to the Insight Tag and does not accept events from a server',
    remedy: 'Create a rule with the method Conversions API and map the event to that one.',
  },
  throttled: {
    severity: 'error',
    title: 'LinkedIn accepts no more requests for now',
    remedy: 'Wait: events are stored. If it happens again, lower the limits (rate_limit_rps and quota_per_minute).',
  },
  answer_unexpected: {
    severity: 'error',
    title: 'LinkedIn refuses the doctor’s requests',
    remedy: 'Change what LinkedIn’s message names.',
  },
  deliveries_held: {
    severity: 'error',
    title: 'Deliveries are held',
    remedy: 'Fix the cause in the detail. The deliveries are then sent automatically.',
  },
  refused_outbox_full: {
    severity: 'error',
    title: 'Events were refused because too much is waiting for LinkedIn',
    remedy: 'Fix the cause of the held deliveries. Then send the events again, with the same message IDs.',
  },
  refused_fault: {
    severity: 'error',
    title: 'Events were refused because of an error in Directflight',
    remedy: 'The tag and the SDKs send them again automatically. The Worker’s log has the details: please report them.',
  },
  collector_challenged: {
    severity: 'error',
    title: 'Cloudflare challenges or blocks requests to the collector',
    remedy:
      'In your Cloudflare zone, let a custom rule skip bot protection and managed rules for the collector’s host, or turn Bot Fight Mode off. Servers can’t pass a challenge, and the tag’s requests can’t either.',
  },
  refused_origin: {
    severity: 'warning',
    title: 'Events were refused because their website isn’t allowed',
    remedy:
      'If the website is yours, allow it: add it to the addresses of the website in the settings (allowed_origins).',
  },
  refused_key: {
    severity: 'warning',
    title: 'Events were refused because their key was revoked',
    remedy: 'A page or server still sends with the old key. Put the new key there.',
  },
  refused_rate: {
    severity: 'warning',
    title: 'Events were refused because too many came at once',
    remedy: 'Raise the limit of events per minute (max_events_per_minute), or find out who sends so many.',
  },
  refused_invalid: {
    severity: 'warning',
    title: 'Events were refused because they aren’t valid',
    remedy: 'Correct the fields in the detail, where your page or server sends them.',
  },
  refused_too_large: {
    severity: 'warning',
    title: 'Events were refused because they are too large, or too many in one request',
    remedy: 'Send fewer properties with an event, and fewer events in a request.',
  },
  refused_unreadable: {
    severity: 'warning',
    title: 'Requests were refused because they could not be read',
    remedy: 'Send a JSON object in UTF-8, as application/json or text/plain.',
  },
  test_mode: {
    severity: 'warning',
    title: 'Test mode is on: nothing is sent to LinkedIn',
    remedy: 'Disable test mode when you are ready.',
  },
  account_inactive: {
    severity: 'warning',
    title: 'The ad account is not active',
    remedy:
      'Check the account in Campaign Manager. While it is not active, no campaign runs and nothing is attributed.',
  },
  renewal_incomplete: {
    severity: 'warning',
    title: 'There is a refresh token, but settings are missing to use it',
    remedy: 'Enter them. Otherwise the connection ends with its token, after 60 days.',
  },
  token_expiring: {
    severity: 'warning',
    title: 'The access token ends soon and cannot be renewed',
    remedy: 'Connect LinkedIn again before it ends.',
  },
  reconnect_due: {
    severity: 'warning',
    title: 'The connection to LinkedIn ends soon, 365 days after it was made',
    remedy: 'Connect LinkedIn again before it ends.',
  },
  version_ending: {
    severity: 'warning',
    title: 'LinkedIn retires the API version in use soon',
    remedy: 'Choose the newest LinkedIn API version (linkedin_version) before that day.',
  },
  event_name_missed: {
    severity: 'warning',
    title: 'A mapping asks for a name that did not come, while events with a similar name did',
    remedy: 'Map the name that comes too, or correct the name where your page or server sends it.',
  },
  rule_without_campaigns: {
    severity: 'warning',
    title: 'A conversion rule has no campaigns',
    remedy: 'Add campaigns to it. Until then its conversions can’t be attributed.',
  },
  rule_shared: {
    severity: 'warning',
    title: 'One conversion rule is used by two mappings',
    remedy: 'Give each mapping its own rule. Otherwise one person may count twice.',
  },
  consent_not_asked: {
    severity: 'warning',
    title: 'No consent is required',
    remedy:
      'Enter the consent categories that a visitor must allow (consent_categories), usually “advertising”. Until then, events of visitors who refused are sent too.',
  },
  unknown_consent_granted: {
    severity: 'warning',
    title: 'Visitors without a consent answer count as having agreed, in every country',
    remedy:
      'For visitors without an answer, choose “by region” or “denied” (unknown_consent). In the EEA, the UK and Switzerland, no answer is not consent.',
  },
  scope_ads_missing: {
    severity: 'warning',
    title: 'The token may not see ad accounts, so the role cannot be checked',
    remedy: 'Connect again and allow all permissions: r_ads is missing. Conversions are sent without it too.',
  },
  quota_above_linkedins: {
    severity: 'warning',
    title: 'The configured quota is above LinkedIn’s',
    remedy:
      'LinkedIn accepts 600 requests a minute and 500,000 a day for each token: lower the limits of the connection (quota_per_minute and quota_per_day).',
  },
  quota_nearly_used: {
    severity: 'warning',
    title: 'Little is left of today’s quota',
    remedy: 'Conversions above it are sent tomorrow. Connections with the same LinkedIn app share its quota.',
  },
  clock_skewed: {
    severity: 'warning',
    title: 'Our clock and LinkedIn’s differ',
    remedy:
      'LinkedIn refuses future events. Correct your machine’s clock. On Cloudflare, the clock is corrected automatically.',
  },
  dead_letters: {
    severity: 'warning',
    title: 'LinkedIn has permanently refused events',
    remedy: 'See the failed deliveries for the reasons, fix the page, and replay them.',
  },
  answers_unconfirmed: {
    severity: 'warning',
    title: 'LinkedIn accepted deliveries with an answer that could not be read',
    remedy: 'They aren’t sent again, since that could count them twice. Compare their number with Campaign Manager.',
  },
  storage_filling: {
    severity: 'warning',
    title: 'The site’s storage is half full',
    remedy:
      'Store events for fewer days (retention_days). If it fills further, events without a conversion are only counted; after that, old events that ended well are deleted early. Conversions are refused last.',
  },
  storage_for_conversions_only: {
    severity: 'warning',
    title: 'The site’s storage is 70 % full: events without a conversion are counted, not listed',
    remedy:
      'Conversions are still stored and sent. Store events for fewer days (retention_days), or find out who sends so many: the ledger has the event names.',
  },
  collector_elsewhere: {
    severity: 'warning',
    title: 'The collector is on a different domain from most pages that send to it',
    remedy:
      'Serve it from a path of the website’s own host, such as /_df/*, or from a subdomain. Browsers soon delete cookies of other domains.',
  },
  tag_cached: {
    severity: 'warning',
    title: 'Cloudflare’s cache answers for the tag’s script',
    remedy:
      'In your Cloudflare zone, exclude the collector’s host or path from Cache Everything. The script depends on the visitor’s country.',
  },
  tag_cached_longer: {
    severity: 'warning',
    title: 'Browsers keep the tag’s script for longer than five minutes',
    remedy:
      'In your Cloudflare zone, set Caching › Configuration › Browser Cache TTL to Respect Existing Headers. Then a change reaches visitors after five minutes.',
  },
  few_identified: {
    severity: 'warning',
    title: 'Most events of the last day could not be sent: nothing identifies the person',
    remedy:
      'Send the e-mail with forms and orders, and the click ID. Enable Enhanced conversion tracking in Campaign Manager.',
  },
  few_consented: {
    severity: 'warning',
    title: 'Hardly any event of the last day had the required consent',
    remedy:
      'Check that the page tells the tag what visitors choose, under the names of the connection’s consent categories (consent_categories).',
  },
  few_click_ids: {
    severity: 'notice',
    title: 'Hardly any event of the last day has a click ID',
    remedy:
      'Enable Enhanced conversion tracking in Campaign Manager, and serve the tag on the landing pages of your ads.',
  },
  few_emails: {
    severity: 'notice',
    title: 'Hardly any event of the last day has an e-mail',
    remedy: 'Send the e-mail with forms and orders. It is hashed before anything is stored.',
  },
} as const satisfies Record<string, { severity: 'error' | 'warning' | 'notice'; title: string; remedy: string }>;

export type FindingCode = keyof typeof FINDINGS;

export function isFindingCode(text: string): text is FindingCode {
  return Object.hasOwn(FINDINGS, text);
}

export const Finding = v.object({
  code: v.string(),
  severity: v.picklist(['error', 'warning', 'notice']),
  title: v.string(),
  /** The observation, in numbers or in LinkedIn's words. */
  detail: v.nullable(v.string()),
  remedy: v.string(),
  conversion_rule_id: v.exactOptional(v.string()),
  /** The mapping that misses an event's name. An entry of `conversion_rule_id` has no ID. */
  mapping_id: v.exactOptional(v.string()),
  /** The event's name that it misses. */
  event_name: v.exactOptional(v.string()),
});
export type Finding = v.InferOutput<typeof Finding>;
