/** `GET /v1/admin/overview`: every site in one answer, the worst first. */
import * as v from 'valibot';

/** How well a site works, the worst first. */
export const VERDICTS = ['broken', 'attention', 'quiet', 'working'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** The periods that can be asked for, in hours. */
export const OVERVIEW_HOURS = { '24h': 24, '7d': 7 * 24, '90d': 90 * 24 } as const;
export type OverviewPeriod = keyof typeof OVERVIEW_HOURS;

const Count = v.number();
/** Amounts by currency. */
const Value = v.record(v.string(), v.string());
const Share = v.nullable(v.number());

export const OverviewRow = v.object({
  source_id: v.string(),
  name: v.string(),
  labels: v.array(v.string()),
  verdict: v.picklist(VERDICTS),
  /** What is wrong: a reason why deliveries are held, or another code. Null when nothing is. */
  cause: v.nullable(v.string()),
  sentence: v.string(),
  /** Events of the period, by their outcome. `held` also counts those that arrived before. */
  received: Count,
  delivered: Count,
  pending: Count,
  held: Count,
  failed: Count,
  skipped: Count,
  /**
   * Events that the collector refused in the last 24 hours and would refuse again. Events from an origin that is
   * allowed now are not counted, and neither are those above a limit that has since been removed or changed.
   */
  refused: Count,
  /** The delivered conversions of the period. */
  value_delivered: Value,
  /** The value of conversions that are now held or have failed, whenever they arrived. */
  value_at_risk: Value,
  /** The share of the newest 200 events with a mapping that had each identifier. Null when there are none. */
  match: v.object({ click_id: Share, email: Share, names: Share }),
  /** The same events by conversion rule, the most frequent first. */
  match_by_rule: v.array(
    v.object({
      integration_id: v.string(),
      conversion_rule_id: v.string(),
      /** How many of these events led to a delivery for the rule, and how many of them had each identifier. */
      events: Count,
      click_id: Count,
      email: Count,
      names: Count,
    }),
  ),
  /** The days until LinkedIn has to be connected again. Null when unknown. */
  token_days_left: v.nullable(v.number()),
  /** The days until LinkedIn retires the API version in use. Null when unknown. */
  version_days_left: v.nullable(v.number()),
  connections: v.array(v.object({ id: v.string(), name: v.string(), enabled: v.boolean() })),
  /** Events by hour or day, the oldest first. The last one is the current hour or UTC day. */
  history: v.object({
    step: v.picklist(['hour', 'day']),
    received: v.array(Count),
    delivered: v.array(Count),
    failed: v.array(Count),
  }),
});
export type OverviewRow = v.InferOutput<typeof OverviewRow>;
