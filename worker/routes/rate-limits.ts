import type { RateLimits } from '../domain/permits.ts';
import { SETTING_DEFAULTS } from '../schema/integration.ts';
import type { IntegrationSettings } from '../schema/integration.ts';

/** How fast an integration may call LinkedIn: its settings, or the defaults. */
export function rateLimits(config: IntegrationSettings): RateLimits {
  return {
    ratePerSecond: config.rate_limit_rps ?? SETTING_DEFAULTS.rate_limit_rps,
    burst: config.rate_limit_burst ?? SETTING_DEFAULTS.rate_limit_burst,
    perMinute: config.quota_per_minute ?? SETTING_DEFAULTS.quota_per_minute,
    perDay: config.quota_per_day ?? SETTING_DEFAULTS.quota_per_day,
  };
}
