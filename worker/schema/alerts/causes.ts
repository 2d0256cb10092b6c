/**
 * The causes that an incident can have, the worst first. This list is the only source for alerts, the API and the docs,
 * so they can't differ.
 */
export const CAUSES = {
  encryption_key_missing: {
    severity: 'critical',
    title: 'Tokens or held events cannot be read',
    remedy: 'Add the former key to the secret ENCRYPTION_KEY again, after a comma.',
  },
  payload_key_missing: {
    severity: 'critical',
    title: 'The keys of held events are missing',
    remedy: 'If the KV namespace CONFIG was changed, restore the former one.',
  },
  token_refused: {
    severity: 'critical',
    title: 'LinkedIn refuses the access token',
    remedy: 'Connect LinkedIn again, or paste a new token. The held conversions are then sent.',
  },
  credentials_missing: {
    severity: 'critical',
    title: 'LinkedIn is not connected',
    remedy: 'Connect LinkedIn, or paste an access token. The held conversions are then sent.',
  },
  access_denied: {
    severity: 'critical',
    title: 'The app or the member may not send conversions',
    remedy: 'Ask an admin of the ad account for the role Campaign Manager, or connect again and allow all permissions.',
  },
  version_retired: {
    severity: 'critical',
    title: 'LinkedIn has retired the API version in use',
    remedy: 'Choose a newer LinkedIn API version in the settings of the connection.',
  },
  linkedin_unreachable: {
    severity: 'critical',
    title: 'LinkedIn cannot be reached',
    remedy:
      'Wait: conversions are stored, and sent when LinkedIn is back. Its status page is www.linkedin-apistatus.com.',
  },
  rule_held: {
    severity: 'critical',
    title: 'LinkedIn does not accept a conversion rule',
    remedy:
      'Enable or correct the conversion rule, or map the event to another one. The held conversions are then sent.',
  },
  refused_unknown: {
    severity: 'critical',
    title: 'LinkedIn refuses conversions with an unknown message',
    remedy: 'Open a held event in Live events, read LinkedIn’s message, and change what it names.',
  },
  queue_stuck: {
    severity: 'critical',
    title: 'Conversions are waiting, and none is sent',
    remedy: 'Run the doctor. If it finds nothing, check the Worker’s log and the connection’s quota.',
  },
  outbox_full: {
    severity: 'critical',
    title: 'Events are refused because too much is waiting',
    remedy: 'Fix the cause of the held conversions. Then send the refused events again, with the same message IDs.',
  },
  collector_failing: {
    severity: 'critical',
    title: 'Events are refused because of an error in Directflight',
    remedy: 'The tag and the SDKs send them again. The Worker’s log has the details: please report them.',
  },
  outbox_filling: {
    severity: 'warning',
    title: 'The storage of a site is more than half full',
    remedy: 'Store events for fewer days, or find out who sends so many. Conversions are still stored and sent.',
  },
  deliveries_failing: {
    severity: 'warning',
    title: 'LinkedIn permanently refuses many conversions',
    remedy: 'Read the reasons under Deliveries, fix the page, and replay the failed conversions.',
  },
  traffic_refused: {
    severity: 'warning',
    title: 'Many events are refused when they arrive',
    remedy: 'Home shows which websites, fields or keys are the cause. Allow or correct them.',
  },
  answers_unconfirmed: {
    severity: 'warning',
    title: 'LinkedIn accepted conversions with an answer that could not be read',
    remedy: 'They are not sent again. Compare their number with Campaign Manager.',
  },
  connection_held: {
    severity: 'warning',
    title: 'Conversions are held for a connection that is disabled or deleted',
    remedy: 'Enable the connection, or discard the held conversions.',
  },
  connection_ending: {
    severity: 'warning',
    title: 'The connection to LinkedIn ends soon',
    remedy: 'Connect LinkedIn again before it ends. LinkedIn ends every connection after 365 days.',
  },
  token_ending: {
    severity: 'warning',
    title: 'The access token ends soon and cannot be renewed',
    remedy: 'Connect LinkedIn again before it ends.',
  },
  version_retiring: {
    severity: 'warning',
    title: 'LinkedIn retires the API version in use soon',
    remedy: 'Choose the newest LinkedIn API version in the settings of the connection before that day.',
  },
  version_refused: {
    severity: 'warning',
    title: 'LinkedIn did not accept a batch with a newer API version',
    remedy:
      'Nothing is lost: conversions are sent with the previous version, and a newer one is tried again each day. Upgrade Directflight before LinkedIn retires the version in use.',
  },
  events_missing: {
    severity: 'critical',
    title: 'No conversions where there usually are some',
    remedy: 'Open the site and check that the tag runs and that the event is sent. Live events shows what arrives.',
  },
  conversions_low: {
    severity: 'warning',
    title: 'Far fewer conversions than usual',
    remedy: 'Check the form or checkout, the consent banner, and whether a campaign has ended.',
  },
  click_ids_falling: {
    severity: 'warning',
    title: 'Far fewer conversions than usual have a click ID',
    remedy:
      'Check that the tag is on the landing pages, that redirects keep li_fat_id, and that Enhanced conversion tracking is on in Campaign Manager.',
  },
  consent_falling: {
    severity: 'warning',
    title: 'Far fewer visitors than usual have given consent',
    remedy: 'Check the consent banner, and that the page tells the tag what visitors choose.',
  },
  value_falling: {
    severity: 'warning',
    title: 'Conversions are worth far less than usual',
    remedy: 'Check the value and the currency that the page sends with the event.',
  },
} as const satisfies Record<string, { severity: Severity; title: string; remedy: string }>;

/** From least to most severe. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export type Cause = keyof typeof CAUSES;
