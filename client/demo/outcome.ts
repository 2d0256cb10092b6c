import * as v from 'valibot';

const outcome = v.object({
  message_id: v.string(),
  type: v.string(),
  event: v.nullable(v.string()),
  received_at: v.string(),
  state: v.string(),
  sentence: v.string(),
  click_id: v.boolean(),
  email: v.boolean(),
  deliveries: v.array(
    v.object({
      conversion_rule_id: v.string(),
      state: v.string(),
      sentence: v.string(),
      attempts: v.number(),
    }),
  ),
});

const outcomes = v.object({ data: v.array(outcome), linkedin_url: v.string() });

/** The outcome of an event, from `GET /demo/outcomes`. */
export type Outcome = v.InferOutput<typeof outcome>;

/** Parses the collector's answer, newest event first. */
export const parseOutcomes = (answer: unknown) => v.parse(outcomes, answer);
