import type { DeliveryState, SkipReason } from '../../../worker/schema/events/outcome.ts';

export const states: Record<DeliveryState, string> = {
  pending: 'Waiting',
  held: 'Held',
  delivered: 'Delivered',
  dead: 'Failed',
  expired: 'Expired',
  erased: 'Erased',
  skipped: 'Skipped',
};

export const skips: Record<SkipReason, string> = {
  no_integration: 'not connected yet',
  integration_disabled: 'connection disabled',
  no_mapping: 'no matching mapping',
  unsupported_type: 'group, alias or screen event',
  no_consent: 'no consent',
  sender_excluded: 'excluded by the sender',
  no_identity: 'no identifiers',
  mapping_too_costly: 'mapping too complex',
  membership_unchanged: 'already in the audience',
  membership_ended: 'left the audience',
  bot: 'bot',
  internal_traffic: 'internal traffic',
  too_old: 'older than 90 days',
  duplicate: 'already received',
  replaced: 'replaced by your server’s event',
  test_mode: 'test mode',
  integration_deleted: 'discarded with its connection',
};
