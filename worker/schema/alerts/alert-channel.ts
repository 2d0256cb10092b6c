/** `/v1/admin/alert-channels`: where alerts are sent. */
import * as v from 'valibot';

import { SourceId } from '../ids.ts';
import { SEVERITIES } from './causes.ts';

const CHANNEL_TYPES = ['webhook', 'slack', 'email', 'pagerduty', 'heartbeat'] as const;
export type ChannelType = (typeof CHANNEL_TYPES)[number];

const Name = v.pipe(
  v.string('expected a name by which you recognise the channel'),
  v.trim(),
  v.nonEmpty('expected a name by which you recognise the channel'),
  v.maxLength(200, 'expected at most 200 characters'),
);

const Address = v.pipe(v.string('expected an https address'), v.maxLength(2_000, 'expected at most 2,000 characters'));

const Email = v.pipe(
  v.string('expected an e-mail address'),
  v.maxLength(254, 'expected at most 254 characters'),
  v.email('expected an e-mail address'),
);

const TimeOfDay = v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as "22:00"'));

const TimeZone = v.pipe(
  v.string(),
  v.maxLength(64),
  v.check(isTimeZone, 'expected a time zone such as "Europe/Berlin"'),
);

const settings = {
  enabled: v.boolean('expected true or false'),
  /** Null means all sources, including future ones. */
  source_ids: v.nullable(
    v.pipe(
      v.array(SourceId),
      v.minLength(1, 'expected at least one source, or null for all'),
      v.maxLength(200, 'expected at most 200 sources'),
    ),
  ),
  /** Alerts below this severity are not sent. `none`: only digests are. */
  min_severity: v.picklist([...SEVERITIES, 'none'], 'expected "info", "warning", "critical" or "none"'),
  time_zone: TimeZone,
  /** Alerts that are due in these hours wait until their end. Critical ones wait only with `critical_too`. */
  quiet_hours: v.nullable(
    v.strictObject({ from: TimeOfDay, to: TimeOfDay, critical_too: v.optional(v.boolean(), false) }),
  ),
  /** At 08:00 in the time zone: every day, or on Mondays. */
  digest: v.picklist(['none', 'daily', 'weekly'], 'expected "none", "daily" or "weekly"'),
};

/** The secrets of a channel. Each type has its own. */
const secrets = {
  /**
   * The address of a webhook, a Slack-compatible webhook or a heartbeat. For `pagerduty`, the address of another
   * service with PagerDuty's API.
   */
  url: Address,
  /** PagerDuty's integration key (Events API v2). */
  routing_key: v.pipe(v.string(), v.regex(/^[\w-]{1,100}$/, 'expected an integration key of PagerDuty')),
  to: Email,
  from: Email,
};

export const AlertChannelCreate = v.strictObject({
  type: v.picklist(CHANNEL_TYPES, `expected one of ${CHANNEL_TYPES.map((type) => `"${type}"`).join(', ')}`),
  name: Name,
  enabled: v.optional(settings.enabled, true),
  source_ids: v.optional(settings.source_ids, null),
  min_severity: v.optional(settings.min_severity, 'warning'),
  time_zone: v.optional(settings.time_zone, 'UTC'),
  quiet_hours: v.optional(settings.quiet_hours, null),
  digest: v.optional(settings.digest, 'none'),
  url: v.exactOptional(secrets.url),
  routing_key: v.exactOptional(secrets.routing_key),
  to: v.exactOptional(secrets.to),
  from: v.exactOptional(secrets.from),
});
export type AlertChannelCreate = v.InferOutput<typeof AlertChannelCreate>;

export const AlertChannelPatch = v.strictObject({
  name: v.exactOptional(Name),
  enabled: v.exactOptional(settings.enabled),
  source_ids: v.exactOptional(settings.source_ids),
  min_severity: v.exactOptional(settings.min_severity),
  time_zone: v.exactOptional(settings.time_zone),
  quiet_hours: v.exactOptional(settings.quiet_hours),
  digest: v.exactOptional(settings.digest),
  url: v.exactOptional(secrets.url),
  routing_key: v.exactOptional(secrets.routing_key),
  to: v.exactOptional(secrets.to),
  from: v.exactOptional(secrets.from),
});
export type AlertChannelPatch = v.InferOutput<typeof AlertChannelPatch>;

/** A channel as the API shows it: enough to recognise its address, never the address itself. */
export const AlertChannelView = v.object({
  id: v.string(),
  type: v.picklist(CHANNEL_TYPES),
  name: v.string(),
  ...settings,
  quiet_hours: v.nullable(v.object({ from: v.string(), to: v.string(), critical_too: v.boolean() })),
  /** The host of the address, such as `hooks.slack.com`. For an e-mail address, its domain. */
  address: v.string(),
  created_at: v.string(),
  updated_at: v.string(),
  /** The latest alert that was sent or that failed. */
  last: v.nullable(
    v.object({ state: v.picklist(['sent', 'failed', 'waiting']), at: v.string(), note: v.nullable(v.string()) }),
  ),
});
export type AlertChannelView = v.InferOutput<typeof AlertChannelView>;

/** The answer when a webhook is created. `secret` checks its signatures and is shown only here. */
export const MadeAlertChannel = v.object({ ...AlertChannelView.entries, secret: v.exactOptional(v.string()) });

export const AlertTestAnswer = v.object({
  sent: v.boolean(),
  /** Why it was not sent. */
  note: v.nullable(v.string()),
});
export type AlertTestAnswer = v.InferOutput<typeof AlertTestAnswer>;

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
