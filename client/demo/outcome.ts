import * as v from 'valibot';

const text = v.nullable(v.string());

const outcome = v.object({
  message_id: v.string(),
  type: v.string(),
  event: text,
  received_at: v.string(),
  state: v.string(),
  reason: text,
  sentence: v.string(),
  click_id: v.boolean(),
  email: v.boolean(),
  deliveries: v.array(
    v.object({
      conversion_rule_id: v.string(),
      state: v.string(),
      reason: text,
      attempts: v.number(),
      delivered_at: text,
      answer: text,
    }),
  ),
});

const outcomes = v.object({ data: v.array(outcome), linkedin_url: v.string() });

/** What became of an event, as `GET /demo/outcomes` says it. */
export type Outcome = v.InferOutput<typeof outcome>;

/** Reads the collector's answer, newest first. */
export const parseOutcomes = (answer: unknown) => v.parse(outcomes, answer);
