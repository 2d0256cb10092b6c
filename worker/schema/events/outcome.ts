/**
 * The possible results of an event: the fixed lists that the outbox, the API, the docs and the console share.
 *
 * The codes use the API's words. The sentences use those of the console (docs/glossary.md), because its pages show them:
 * an integration is a connection, and a source is a site.
 */

/** Why an event leads to no delivery. This is a decision, never an error. */
export const SKIP_REASONS = {
  no_integration: 'This site isn’t connected to LinkedIn yet.',
  integration_disabled: 'The connection is disabled.',
  no_mapping: 'No mapping matches this event.',
  unsupported_type:
    'Screen events never become conversions. Group and alias events do so only if a trigger names their type.',
  no_consent: 'The visitor has not given the consent that the connection requires.',
  sender_excluded: 'The sender says that this event is not for LinkedIn.',
  no_identity: 'Nothing identifies the person: no click ID, no e-mail, no first and last name.',
  mapping_too_costly:
    'The mapping needs more work for this event than the limit allows: simplify its trigger or its fields.',
  membership_unchanged: 'The person was already in the audience. Only joining it counts as a conversion.',
  membership_ended:
    'The person left the audience. The earlier conversion stays, and joining again counts as a new one.',
  bot: 'The visitor is a bot, judging by the user agent.',
  internal_traffic: 'The visitor is internal traffic: somebody of your own team.',
  too_old: 'LinkedIn does not accept events older than 90 days.',
  duplicate: 'This event had been received before.',
  replaced: 'Your server sent an event with the same ID. It replaces this one, which anybody could have sent.',
  test_mode: 'The connection is in test mode: everything was done except the request to LinkedIn.',
  integration_deleted: 'The connection was deleted, and its waiting deliveries were discarded.',
} as const;

export type SkipReason = keyof typeof SKIP_REASONS;

/** Why deliveries wait for a person to fix a cause. Nothing is lost, and they are sent afterwards. */
export const HOLD_REASONS = {
  credentials_missing: 'No access token: connect LinkedIn or paste a token.',
  token_refused: 'LinkedIn refuses the access token: reconnect LinkedIn or paste a new token.',
  encryption_key_missing:
    'The stored token or the held events cannot be read: the encryption key is missing or was changed. Add the former key to ENCRYPTION_KEY again, after a comma.',
  payload_key_missing:
    'KV does not have the key of the held events. If the CONFIG namespace was changed, restore the former one.',
  rule_unknown:
    'LinkedIn does not know this conversion rule for this token: the ID is wrong, or the member has no access to its ad account.',
  rule_disabled: 'The conversion rule is disabled at LinkedIn.',
  rule_wrong_method: 'The conversion rule belongs to the Insight Tag: its method has to be Conversions API.',
  rule_unusable:
    'LinkedIn doesn’t accept events for this conversion rule: it isn’t a Conversions API rule, or it was deleted or disabled. Map the event to a rule whose method is Conversions API, or enable this one on the page Conversion rules.',
  rule_refused:
    'LinkedIn refuses this conversion rule with an unknown message, while it accepts others of this connection. Compare the rule with one that works: its method, whether it is enabled, its ad account. The latest attempt has LinkedIn’s message.',
  refused_unknown:
    'LinkedIn refuses these deliveries with an unknown message. The latest attempt has it. One delivery is tried again within seconds, later every 15 minutes. The others are sent as soon as LinkedIn accepts it.',
  access_denied:
    'The app or the member may not send conversions: the permission rw_conversions or a role on the ad account is missing.',
  version_sunset: 'LinkedIn has retired the API version in use: choose a newer one.',
  integration_disabled: 'The connection is disabled.',
  integration_missing: 'The connection has been deleted.',
} as const;

export type HoldReason = keyof typeof HOLD_REASONS;

/** Why a delivery is `pending` although it could be sent. Nobody has to act. */
export const WAIT_REASONS = {
  waiting_for_identity: 'Waits for an e-mail that the visitor may give soon. Then it is sent, with or without it.',
} as const;

/** Notes about a delivery that LinkedIn accepted. */
export const DELIVERED_REASONS = {
  unconfirmed:
    'LinkedIn answered that it was accepted, but the rest of its answer could not be read. It isn’t sent again, since that could count it twice.',
} as const;

/** Why a delivery failed without a refusal by LinkedIn. After a refusal, the reason is LinkedIn's own text. */
export const FAILURE_REASONS = {
  payload_unreadable: 'Its stored data cannot be read any more: it is damaged, or its key is gone. It cannot be sent.',
} as const;

/** Why a delivery was erased. Its payload is deleted and never sent. */
export const ERASE_REASONS = {
  consent_withdrawn: 'The visitor withdrew consent before LinkedIn had accepted it.',
  lead_deleted: 'LinkedIn reported that the lead was deleted before it had accepted the conversion.',
  erased_on_request: 'Erased on request before LinkedIn had accepted it.',
} as const;

export type EraseReason = keyof typeof ERASE_REASONS;

export const DELIVERY_STATES = ['pending', 'held', 'delivered', 'dead', 'expired', 'erased', 'skipped'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];
