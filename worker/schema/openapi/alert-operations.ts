import { ChannelsQuery, IncidentsQuery } from '../queries.ts';
import { listOf, ref } from './operation.ts';
import type { Operation } from './operation.ts';
import { resource } from './resource.ts';

const CHANNELS = {
  path: '/v1/admin/alert-channels',
  id: '{id}',
  one: 'an alert channel',
  many: 'alert channels',
  schema: 'AlertChannel',
} as const;

/** The operations for incidents, for the channels of alerts, and for monitors. */
export const ALERT_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/admin/incidents',
    summary: 'Lists open and closed incidents of the sources that you may see, the newest first',
    role: 'viewer',
    answer: { status: 200, description: 'A page of incidents', schema: listOf('Incident') },
    query: IncidentsQuery,
  },
  {
    method: 'get',
    path: '/v1/admin/metrics',
    summary: 'Returns the numbers of the sources that you may see, for Prometheus and other monitors',
    role: 'viewer',
    answer: {
      status: 200,
      description:
        'OpenMetrics 1.0; with an `Accept` that names only `text/plain`, the format of Prometheus (docs/how-to/monitor.md)',
      schema: { type: 'string' },
      type: 'application/openmetrics-text',
    },
  },
  resource.list(CHANNELS, ChannelsQuery),
  {
    method: 'post',
    path: CHANNELS.path,
    summary: 'Creates an alert channel. A webhook’s `secret` is shown once',
    body: 'AlertChannelCreate',
    answer: { status: 201, description: 'The alert channel', schema: ref('MadeAlertChannel') },
    problems: ['email_not_configured', 'encryption_key_missing', 'in_use'],
  },
  resource.read(CHANNELS, { hasVersion: true }),
  resource.change(CHANNELS, { hasVersion: true, problems: ['encryption_key_missing'] }),
  resource.remove(CHANNELS),
  {
    method: 'post',
    path: `${CHANNELS.path}/{id}/test`,
    summary: 'Sends a test to an alert channel, and says whether its receiver has confirmed it',
    answer: { status: 200, description: 'Whether it was sent', schema: ref('AlertTestAnswer') },
  },
];
