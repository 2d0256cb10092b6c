import type { AlertChannelView } from '../../../worker/schema/alerts/alert-channel.ts';
import type { IncidentView } from '../../../worker/schema/alerts/incident.ts';
import type { OverviewRow } from '../../../worker/schema/reports/overview.ts';
import { all, ApiProblem } from '../app/api.ts';
import { shapeOf } from '../app/response-shape.ts';
import { may } from '../app/session.ts';
import { inOrderOfSites } from '../overview/site-rows.ts';

export const INCIDENT = shapeOf<IncidentView>({
  id: '',
  cause: '',
  severity: '',
  state: '',
  title: '',
  remedy: '',
  opened_at: '',
  updated_at: '',
  held: 0,
  value_at_risk: {},
  link: '',
  parts: [{ source_id: '', detail: '', held: 0, value_at_risk: {} }],
  sources: 0,
  alerts: [{ channel: '', type: '', state: '', at: '' }],
});

export const CHANNEL = shapeOf<AlertChannelView>({
  id: '',
  type: '',
  name: '',
  enabled: false,
  min_severity: '',
  time_zone: '',
  digest: '',
  address: '',
  created_at: '',
  updated_at: '',
});

/**
 * Reads the open incidents, the worst first.
 *
 * @param sourceId Only those of one source. Empty means all.
 * @param rows The sites, in whose order incidents of the same severity are.
 */
export async function openIncidents(
  sourceId: string,
  signal: AbortSignal,
  rows: Promise<readonly OverviewRow[]> = Promise.resolve([]),
): Promise<IncidentView[]> {
  const [open, known] = await Promise.all([all(INCIDENT, `/incidents?state=open${ofSource(sourceId)}`, signal), rows]);
  return inOrderOfSites(open, known);
}

/** Returns the part of a query that asks for one source. Empty means all. */
export function ofSource(sourceId: string): string {
  return sourceId === '' ? '' : `&source_id=${encodeURIComponent(sourceId)}`;
}

/**
 * Reads whether any channel takes alerts. A heartbeat gets none, and neither does a channel with digests only.
 *
 * @returns Undefined if this person can't know it: only owners may read the channels.
 */
export async function hasAlertChannel(signal: AbortSignal): Promise<boolean | undefined> {
  if (!may('owner')) return undefined;
  try {
    return (await all(CHANNEL, '/alert-channels', signal)).some(takesAlerts);
  } catch (error) {
    if (error instanceof ApiProblem) return undefined;
    throw error;
  }
}

export function takesAlerts({
  enabled,
  type,
  min_severity: least,
}: Pick<AlertChannelView, 'enabled' | 'type' | 'min_severity'>): boolean {
  return enabled && type !== 'heartbeat' && least !== 'none';
}
