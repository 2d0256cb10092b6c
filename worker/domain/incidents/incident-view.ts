import { CAUSES } from '../../schema/alerts/causes.ts';
import type { Cause } from '../../schema/alerts/causes.ts';
import type { IncidentView } from '../../schema/alerts/incident.ts';
import { daysUntil, deadlineOf, heldBy, sourcesOf, valueOf } from './incident.ts';
import type { Incident } from './incident.ts';
import type { Symptom } from './symptom.ts';

/**
 * The most sources that are listed. For a larger incident the numbers are enough, because nobody reads a longer list.
 */
const MAX_PARTS = 50;

/** The page of a source on which the cause can be fixed. */
const TAB_OF: Partial<Record<Cause, string>> = {
  deliveries_failing: 'deliveries?state=dead',
  refused_unknown: 'deliveries?state=held',
  traffic_refused: 'live',
  events_missing: 'live',
  conversions_low: 'ledger',
  click_ids_falling: 'live',
  consent_falling: 'ledger',
  value_falling: 'live',
  queue_stuck: 'doctor',
  rule_held: 'rules',
  outbox_filling: 'settings',
};

/**
 * Returns an incident as a caller may see it who has access to some sources only.
 *
 * @param only Undefined means all sources.
 * @returns Undefined when the incident is about none of them.
 */
export function incidentView(
  incident: Incident,
  { nowMs, only }: { nowMs: number; only: readonly string[] | undefined },
): Omit<IncidentView, 'alerts'> | undefined {
  const symptoms = incident.symptoms.filter(({ sourceId }) => only === undefined || only.includes(sourceId));
  if (symptoms.length === 0) return undefined;
  const { cause, closedAtMs } = incident;
  const sources = sourcesOf(symptoms);
  const [sourceId] = sources;
  const oldest = symptoms.flatMap(({ oldestMs }) => oldestMs ?? []);
  const deadline = oldest.length === 0 ? undefined : deadlineOf(Math.min(...oldest));
  return {
    id: incident.id,
    cause,
    severity: incident.severity,
    state: closedAtMs === undefined ? 'open' : 'closed',
    title: CAUSES[cause].title,
    remedy: CAUSES[cause].remedy,
    source_id: sources.length === 1 && sourceId !== undefined ? sourceId : null,
    opened_at: iso(incident.openedAtMs),
    updated_at: iso(incident.updatedAtMs),
    closed_at: closedAtMs === undefined ? null : iso(closedAtMs),
    held: heldBy(symptoms),
    value_at_risk: valueOf(symptoms),
    deadline: deadline === undefined ? null : iso(deadline),
    days_left: deadline === undefined ? null : Math.max(0, daysUntil(deadline, nowMs)),
    link: linkOf(cause, symptoms),
    parts: symptoms.slice(0, MAX_PARTS).map(partOf),
    sources: sources.length,
  };
}

function partOf(symptom: Symptom): IncidentView['parts'][number] {
  const { sourceId, integrationId, ruleId, detail, held } = symptom;
  return {
    source_id: sourceId,
    integration_id: integrationId,
    conversion_rule_id: ruleId,
    detail,
    held,
    value_at_risk: valueOf([symptom]),
  };
}

/** The console's page for an incident: a page of its source, or Home if it has several sources. */
function linkOf(cause: Cause, symptoms: readonly Symptom[]): string {
  const [sourceId, ...others] = sourcesOf(symptoms);
  if (sourceId === undefined || others.length > 0) return '/console#/';
  const page = `/console#/sources/${sourceId}/${TAB_OF[cause] ?? 'linkedin'}`;
  const [{ integrationId, ruleId } = { integrationId: null, ruleId: null }] = symptoms;
  return cause === 'rule_held' && integrationId !== null && ruleId !== null
    ? `${page}?${new URLSearchParams({ integration: integrationId, rule: ruleId }).toString()}`
    : page;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
