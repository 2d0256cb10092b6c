import type { AlertChannelView } from '../../../worker/schema/alerts/alert-channel.ts';
import type { Severity } from '../../../worker/schema/alerts/causes.ts';
import type { IncidentView } from '../../../worker/schema/alerts/incident.ts';
import { all } from '../app/api.ts';
import { shapeOf } from '../app/response-shape.ts';

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

const RANKS: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };

/** Sorts incidents: the most severe first, then by the money and the number of conversions that wait. */
function worstFirst(incidents: readonly IncidentView[]): IncidentView[] {
  return incidents.toSorted(
    (one, other) =>
      RANKS[one.severity] - RANKS[other.severity] ||
      amountOf(other) - amountOf(one) ||
      other.held - one.held ||
      one.opened_at.localeCompare(other.opened_at),
  );
}

/** Reads the open incidents, the worst first. @param sourceId Only those of one source. Empty means all. */
export async function openIncidents(sourceId: string, signal: AbortSignal): Promise<IncidentView[]> {
  return worstFirst(await all(INCIDENT, `/incidents?state=open${ofSource(sourceId)}`, signal));
}

/** Returns the part of a query that asks for one source. Empty means all. */
export function ofSource(sourceId: string): string {
  return sourceId === '' ? '' : `&source_id=${encodeURIComponent(sourceId)}`;
}

/** The largest amount in any currency. We know no rates, so currencies are compared as numbers. */
function amountOf({ value_at_risk: value }: IncidentView): number {
  return Math.max(0, ...Object.values(value).map(Number));
}
