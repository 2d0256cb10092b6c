import * as v from 'valibot';

const Count = v.number();
const Share = v.nullable(v.number());

/** Whether a conversion rule gets what LinkedIn needs to optimise for it. */
export const RuleReadiness = v.object({
  conversion_rule_id: v.string(),
  /** Conversions that LinkedIn accepted, by the UTC day on which we received them. */
  conversions: v.object({ last_14_days: Count, last_30_days: Count }),
  /** `enough`: as many in 14 days as LinkedIn recommends, or more. */
  verdict: v.picklist(['enough', 'too_few', 'none']),
  /**
   * The share of conversions with each identifier, from 0 to 1, in a sample of at most 1,000. Null without conversions.
   */
  identifiers: v.object({ conversions: Count, click_id: Share, email: Share, lead: Share, names: Share }),
  /**
   * The time from the click, or from becoming a lead, to the conversion. It is known only for changes of a CRM and
   * imported rows that contain it.
   */
  lag: v.object({
    conversions: Count,
    /** Half of them came within this many days. Null when unknown, or more than 90. */
    half_within_days: v.nullable(v.number()),
    /** `up_to_days`: the end of the class; null for the last one. */
    classes: v.array(v.object({ up_to_days: v.nullable(v.number()), conversions: Count })),
  }),
});
export type RuleReadiness = v.InferOutput<typeof RuleReadiness>;

export const Readiness = v.object({
  /** LinkedIn's recommendation for its goal *Qualified leads*. */
  recommended: v.object({ conversions: Count, days: Count, source: v.string() }),
  data: v.array(RuleReadiness),
});
export type Readiness = v.InferOutput<typeof Readiness>;
