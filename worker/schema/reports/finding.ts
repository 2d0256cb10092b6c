/**
 * The doctor's possible findings, the worst first. This list is the only source for the answer, the OpenAPI document
 * and the docs, so they can't differ.
 */
import * as v from 'valibot';

export const FINDINGS = {
  encryption_key_missing: {
    severity: 'error',
    title: 'Tokens cannot be stored: the encryption key is missing or unreadable',
    remedy:
      'Ask the person who runs the Worker to set the secret ENCRYPTION_KEY. Its value is 32 random bytes in base64 (openssl rand -base64 32).',
  },
  encryption_key_other: {
    severity: 'error',
    title: 'The stored token cannot be read: the encryption key was changed',
    remedy: 'Connect LinkedIn again. Or add the old key to ENCRYPTION_KEY, after the new one and a comma.',
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
      'Check that your LinkedIn app has the Conversions API product. Then connect again and allow all permissions. The missing one is rw_conversions.',
  },
  account_unknown: {
    severity: 'error',
    title: 'The member who connected has no role on this ad account',
    remedy:
      'Check the number of the ad account (account_id), or ask an admin of the account to add this member as Campaign Manager. LinkedIn’s own message is “No ad accounts found”.',
  },
  role_too_small: {
    severity: 'error',
    title: 'The member who connected has only read access to this ad account',
    remedy: 'Ask an admin of the ad account to make this member a Campaign Manager, or connect as someone who is one.',
  },
  no_mappings: {
    severity: 'error',
    title: 'No event becomes a conversion',
    remedy: 'Add a mapping from an event to a conversion rule.',
  },
  rule_unknown: {
    severity: 'error',
    title: 'A conversion rule does not exist in this ad account',
    remedy:
      'Check the rule’s number and the ad account (account_id). LinkedIn’s own message may be “No ad accounts found”, because the member has no access to the rule’s account.',
  },
  rule_disabled: {
    severity: 'error',
    title: 'A conversion rule is disabled',
    remedy: 'Enable it in Campaign Manager, or under Mappings in the console.',
  },
  rule_wrong_method: {
    severity: 'error',
    title: 'A conversion rule belongs to the Insight Tag and does not accept events from a server',
    remedy: 'Create a rule with the method Conversions API and map the event to that one.',
  },
  throttled: {
    severity: 'error',
    title: 'LinkedIn accepts no more requests for now',
    remedy:
      'Wait: events are stored, and sent later. If it happens again, lower the limits for requests (rate_limit_rps and quota_per_minute).',
  },
  answer_unexpected: {
    severity: 'error',
    title: 'LinkedIn refuses the doctor’s requests',
    remedy: 'Read LinkedIn’s message in the detail, and change what it names.',
  },
  deliveries_held: {
    severity: 'error',
    title: 'Deliveries are held',
    remedy: 'Fix the cause in the detail. The deliveries are then sent automatically.',
  },
  refused_outbox_full: {
    severity: 'error',
    title: 'Events were refused because too much is waiting for LinkedIn',
    remedy: 'Fix the cause that holds the deliveries. Then send the refused events again, with the same message IDs.',
  },
  refused_fault: {
    severity: 'error',
    title: 'Events were refused because of an error in Directflight',
    remedy: 'The tag and the SDKs send them again automatically. The Worker’s log has the details: please report them.',
  },
  refused_origin: {
    severity: 'warning',
    title: 'Events were refused because their page’s origin isn’t allowed',
    remedy:
      'If the origin is yours, add it to the allowed origins of the source (allowed_origins). The pages Home and Live events have a button for it.',
  },
  refused_key: {
    severity: 'warning',
    title: 'Events were refused because their key was revoked',
    remedy: 'A page or server still sends with the old key. Put the source’s new key there.',
  },
  refused_rate: {
    severity: 'warning',
    title: 'Events were refused because too many came at once',
    remedy: 'Raise or remove the limit of events per minute (max_events_per_minute), or find out who sends so many.',
  },
  refused_invalid: {
    severity: 'warning',
    title: 'Events were refused because they aren’t valid',
    remedy: 'Correct the fields in the detail, where your page or server sends them.',
  },
  refused_too_large: {
    severity: 'warning',
    title: 'Events were refused because they are too large, or too many in one request',
    remedy: 'Send fewer properties with an event, and fewer events in a request. The documentation lists the limits.',
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
    remedy: 'Enter the settings that the detail names. Otherwise the connection ends with its token, after 60 days.',
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
  rule_without_campaigns: {
    severity: 'warning',
    title: 'A conversion rule has no campaigns',
    remedy:
      'Add campaigns to it, in Campaign Manager or in the console. Until then its conversions can’t be attributed.',
  },
  rule_shared: {
    severity: 'warning',
    title: 'One conversion rule is used by two mappings',
    remedy: 'Give each mapping its own rule. Otherwise one person may count twice, or the two cannot be told apart.',
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
    remedy: 'Connect again and allow all permissions. The missing one is r_ads. Conversions are sent without it, too.',
  },
  quota_above_linkedins: {
    severity: 'warning',
    title: 'The configured quota is above LinkedIn’s',
    remedy:
      'LinkedIn accepts 600 requests a minute and 500,000 a day for each token. Lower the limits to that or less (quota_per_minute and quota_per_day).',
  },
  quota_nearly_used: {
    severity: 'warning',
    title: 'Little is left of today’s quota',
    remedy: 'The remaining deliveries are sent tomorrow. Connections with the same LinkedIn app share its quota.',
  },
  clock_skewed: {
    severity: 'warning',
    title: 'Our clock and LinkedIn’s differ',
    remedy:
      'LinkedIn refuses events with a future time. On your own machine, correct the clock. On Cloudflare it corrects itself.',
  },
  dead_letters: {
    severity: 'warning',
    title: 'LinkedIn has permanently refused events',
    remedy: 'See the failed deliveries for the reasons, fix the page, and replay the deliveries you need.',
  },
  answers_unconfirmed: {
    severity: 'warning',
    title: 'LinkedIn accepted deliveries with an answer that could not be read',
    remedy:
      'They aren’t sent again, since that could count them twice. Compare their number with Campaign Manager; the latest attempt has LinkedIn’s answer.',
  },
  storage_for_conversions_only: {
    severity: 'warning',
    title: 'The source’s storage is half full: events without a conversion are counted, not listed',
    remedy:
      'Conversions are still stored and sent until the storage is full. Store events for fewer days (retention_days), or find out who sends so many: the ledger has the event names.',
  },
  collector_elsewhere: {
    severity: 'warning',
    title: 'The collector is on a different site from most pages that send to it',
    remedy:
      'Serve the collector from a path of the website’s own host, such as /_df/*, or from a subdomain. Browsers refuse or soon delete cookies of another site, so clicks and people are forgotten.',
  },
  few_identified: {
    severity: 'warning',
    title: 'Most events of the last day could not be sent: nothing identifies the person',
    remedy:
      'Send the e-mail with forms and orders (identify, or properties.email), and the click ID. Check that Enhanced conversion tracking is enabled in Campaign Manager.',
  },
  few_consented: {
    severity: 'warning',
    title: 'Hardly any event of the last day had the required consent',
    remedy:
      'Check that the page tells the tag what visitors choose, with the same category names as this connection (consent_categories).',
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
    remedy:
      'Send the e-mail with forms and orders (identify, or properties.email). It is hashed before anything is stored.',
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
});
export type Finding = v.InferOutput<typeof Finding>;
