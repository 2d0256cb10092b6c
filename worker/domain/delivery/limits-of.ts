import { SETTING_DEFAULTS } from '../../schema/settings/integration.ts';
import type { IntegrationSettings } from '../../schema/settings/integration.ts';
import type { RateLimits } from './permits.ts';

/** Returns an integration's limits for requests to LinkedIn: its settings, with defaults for the rest. */
export function limitsOf(config: IntegrationSettings): RateLimits {
  return {
    ratePerSecond: config.rate_limit_rps ?? SETTING_DEFAULTS.rate_limit_rps,
    burst: config.rate_limit_burst ?? SETTING_DEFAULTS.rate_limit_burst,
    perMinute: config.quota_per_minute ?? SETTING_DEFAULTS.quota_per_minute,
    perDay: config.quota_per_day ?? SETTING_DEFAULTS.quota_per_day,
  };
}
