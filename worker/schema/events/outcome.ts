/** What became of an event: the closed lists that the outbox, the API, the docs and the pages share. */

/** Why an event leads to no delivery. A decision, never an error. */
export const SKIP_REASONS = {
  no_integration: 'This source has no integration yet.',
  integration_disabled: 'The integration is switched off.',
  no_mapping: 'No mapping matches this event.',
  unsupported_type:
    'Screen calls lead to no conversion, and group and alias calls only where a trigger names their type.',
  no_consent: 'The visitor has not given the consent that the integration asks for.',
  sender_excluded: 'The sender says that this event is not for LinkedIn.',
  no_identity: 'Nothing identifies the person: no click id, no e-mail, no first and last name.',
  mapping_too_costly:
    'The mapping would take more work for this event than an event may cause: simplify its trigger or its fields.',
  membership_unchanged: 'The person was in the audience before, and makes one conversion each time they join.',
  membership_ended:
    'The person left the audience: a conversion cannot be taken back, and the next time they join is one again.',
  bot: 'The visitor is a robot by its user agent: the source’s bot_filter.',
  internal_traffic: 'The visitor is one of your own: the source’s internal_ips or internal_cookie.',
  too_old: 'LinkedIn takes no event older than 90 days.',
  duplicate: 'This event had been received before.',
  replaced:
    'Your server sent an event with the same ID, and it was taken in place of this one, which anybody could send.',
  test_mode: 'The integration is in test mode: everything was done but the request to LinkedIn.',
  integration_deleted: 'The integration was deleted, and what still waited for it was discarded.',
} as const;

export type SkipReason = keyof typeof SKIP_REASONS;

/** Why deliveries wait for somebody: nothing is lost, and they go when the cause is fixed. */
export const HOLD_REASONS = {
  credentials_missing: 'No access token: connect LinkedIn or paste a token.',
  token_refused: 'LinkedIn refuses the access token: reconnect LinkedIn or paste a new token.',
  encryption_key_missing:
    'The stored token, or what waits, cannot be opened: ENCRYPTION_KEY is missing or another one. Put the former key back, after a comma.',
  payload_key_missing:
    'KV does not have the key of what waits. If the CONFIG namespace is another one than before, put the former one back.',
  rule_unknown:
    'LinkedIn does not know this conversion rule for this token: the id is wrong, or the member has no access to its ad account.',
  rule_disabled: 'The conversion rule is switched off in Campaign Manager.',
  rule_wrong_method: 'The conversion rule belongs to the Insight Tag: its method has to be Conversions API.',
  rule_unusable:
    'LinkedIn takes no events for this conversion rule: it isn’t a Conversions API rule, or it was deleted or disabled. Map the event to a rule whose method is Conversions API, or enable this one in Campaign Manager.',
  rule_refused:
    'LinkedIn refuses this conversion rule, in words that are not known here, while it accepts others of this integration. Compare the rule with one that works: its method, whether it is enabled, its ad account. The latest attempt has LinkedIn’s words.',
  refused_unknown:
    'LinkedIn refuses these deliveries, in words that are not known here. The latest attempt has them. It is asked again within seconds, later every 15 minutes, and deliveries go as soon as LinkedIn takes one.',
  access_denied:
    'The app or the member may not send conversions: the scope rw_conversions, or a role on the ad account, is missing.',
  version_sunset: 'LinkedIn has retired the API version in use: set a newer linkedin_version.',
  integration_disabled: 'The integration is switched off.',
  integration_missing: 'The integration has been deleted.',
} as const;

export type HoldReason = keyof typeof HOLD_REASONS;

/** Why a delivery is `pending` although it could go: nobody has to do anything. */
export const WAIT_REASONS = {
  waiting_for_identity:
    'Waits for the e-mail that the visitor may give in a moment; then it goes, with it or as it is.',
} as const;

/** What is to be said of a delivery that LinkedIn has accepted. */
export const DELIVERED_REASONS = {
  unconfirmed:
    'LinkedIn answered that it was accepted, but the rest of its answer could not be read. It isn’t sent again, since that could count it twice.',
} as const;

/** Why a delivery failed that LinkedIn has not refused: where it has, the reason is LinkedIn's own text. */
export const FAILURE_REASONS = {
  payload_unreadable:
    'What was kept of it cannot be read any more: it is damaged, or its key is gone. Nothing of it can be sent.',
} as const;

/** Why a delivery was erased: its payload is gone, and it is never sent. */
export const ERASE_REASONS = {
  consent_withdrawn: 'The visitor withdrew consent before LinkedIn had accepted it.',
  erased_on_request: 'Erased on request before LinkedIn had accepted it.',
} as const;

export type EraseReason = keyof typeof ERASE_REASONS;

export const DELIVERY_STATES = ['pending', 'held', 'delivered', 'dead', 'expired', 'erased', 'skipped'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];
