import { access } from '../access.ts';
import { alerts } from '../alerts.ts';
import { integration } from '../integration.ts';
import { mappings } from '../mappings.ts';
import { rule } from '../rule.ts';
import { newSource, source } from '../sources.ts';

/** The labels of settings, as their pages name them, by the names that the API has for them. Those that only say what they are beside others on their page have a longer one. */
export const settings: Readonly<Record<string, string>> = {
  allowed_origins: newSource.origins,
  unknown_consent: source.unknownConsent,
  bot_filter: source.botFilter,
  internal_ips: `${source.own}, ${source.internalIps}`,
  internal_cookie: `${source.own}, ${source.internalCookie}`,
  max_events_per_minute: source.limit,
  retention_days: 'Days that outcomes are stored',
  dead_letter_days: 'Days that data of failed deliveries is stored',
  require_origin: 'Website required',
  consent_categories: integration.consent,
  access_token: integration.token,
  refresh_token: integration.refresh,
  oauth_client_id: integration.clientId,
  oauth_client_secret: integration.clientSecret,
  account_id: integration.account,
  conversion_rule_id: rule.label,
  rate_limit_rps: integration.numbers.rate_limit_rps,
  rate_limit_burst: integration.numbers.rate_limit_burst,
  quota_per_minute: integration.numbers.quota_per_minute,
  quota_per_day: integration.numbers.quota_per_day,
  linkedin_version: integration.version,
  allow_unknown_version: 'Unknown API version allowed',
  send_ip: integration.sendIp,
  send_external_id: 'User ID as external ID',
  hash_names: 'Names hashed',
  hold_for_identity_minutes: integration.wait,
  default_currency: integration.currency,
  test_mode: 'Test mode',
  trigger: 'Conditions',
  default_value: mappings.defaultAmount,
  once_per_membership: mappings.once,
  // Of a conversion rule, or of an alert channel.
  type: 'Type',
  url: alerts.address,
  to: alerts.to,
  from: alerts.sender,
  routing_key: alerts.routingKey,
  attribution_type: rule.attribution,
  post_click_attribution_window_size: rule.click,
  view_through_attribution_window_size: rule.view,
  value_type: rule.value,
  campaign_ids: rule.campaigns,
  source_ids: access.sources,
  expires_at: access.until,
  min_severity: 'Alerts sent',
  quiet_hours: alerts.quiet,
  time_zone: alerts.zone,
  lawful_basis: 'Lawful basis',
  kind: 'CRM',
};
