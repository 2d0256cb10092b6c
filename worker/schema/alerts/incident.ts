/** `GET /v1/admin/incidents`: what is wrong or was wrong, one incident for each cause and scope. */
import * as v from 'valibot';

import { SEVERITIES } from './causes.ts';

const Value = v.record(v.string(), v.string());

export const INCIDENT_STATES = ['open', 'closed'] as const;

export const IncidentView = v.object({
  id: v.string(),
  /** One of the causes in docs/how-to/alerts.md. */
  cause: v.string(),
  severity: v.picklist(SEVERITIES),
  state: v.picklist(INCIDENT_STATES),
  title: v.string(),
  /** What to do. */
  remedy: v.string(),
  /** The only source. Null when there are several. */
  source_id: v.nullable(v.string()),
  opened_at: v.string(),
  updated_at: v.string(),
  closed_at: v.nullable(v.string()),
  /** The waiting conversions. */
  held: v.number(),
  /** Their value by currency. */
  value_at_risk: Value,
  /** When LinkedIn stops accepting the oldest of them: 90 days after it happened. Null when nothing waits. */
  deadline: v.nullable(v.string()),
  /** Whole days until then. */
  days_left: v.nullable(v.number()),
  /** The page of the console about it, below the address of this installation. */
  link: v.string(),
  /** The sources, connections and rules that it is about, at most 50. */
  parts: v.array(
    v.object({
      source_id: v.string(),
      integration_id: v.nullable(v.string()),
      conversion_rule_id: v.nullable(v.string()),
      /** The observation, in numbers or in LinkedIn’s words. */
      detail: v.string(),
      held: v.number(),
      value_at_risk: Value,
    }),
  ),
  /** The number of sources that it is about. */
  sources: v.number(),
  /** The alerts about it, the newest first. */
  alerts: v.array(
    v.object({
      channel: v.string(),
      type: v.picklist(['incident.opened', 'incident.updated', 'incident.closed']),
      state: v.picklist(['waiting', 'sent', 'failed', 'dropped']),
      at: v.string(),
      /** Why it is not sent yet, or was not sent. */
      note: v.nullable(v.string()),
    }),
  ),
});
export type IncidentView = v.InferOutput<typeof IncidentView>;
