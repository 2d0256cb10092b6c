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
  no_integration: 'no integration yet',
  integration_disabled: 'integration switched off',
  no_mapping: 'no mapping for it',
  unsupported_type: 'group, alias or screen call',
  no_consent: 'no consent',
  sender_excluded: 'not for LinkedIn, says the sender',
  no_identity: 'nobody to be recognised',
  mapping_too_costly: 'mapping too costly for it',
  membership_unchanged: 'a member before',
  membership_ended: 'left the audience',
  bot: 'a robot',
  internal_traffic: 'one of your own',
  too_old: 'older than 90 days',
  duplicate: 'received before',
  replaced: 'replaced by your server’s event',
  test_mode: 'test mode',
  integration_deleted: 'discarded with its integration',
};
