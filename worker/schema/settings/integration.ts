/** An integration: a source's connection to one LinkedIn ad account. */
export type { Integration, IntegrationSettings, SecretName, SecretView } from './integration-schema.ts';

/** The settings that a change removes with null, so that their default is used again. */
export const REMOVABLE_SETTINGS = [
  'rate_limit_rps',
  'rate_limit_burst',
  'quota_per_minute',
  'quota_per_day',
  'linkedin_version',
] as const;

/** The defaults of the optional settings. The rates are LinkedIn's own; see docs/reference/limits.md. */
export const SETTING_DEFAULTS = {
  rate_limit_rps: 30,
  rate_limit_burst: 60,
  quota_per_minute: 600,
  quota_per_day: 500_000,
  linkedin_version: '202609',
  allow_unknown_version: false,
  send_ip: false,
  send_external_id: false,
  hash_names: false,
  hold_for_identity_minutes: 0,
  test_mode: false,
} as const;
