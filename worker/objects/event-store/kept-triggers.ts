import * as v from 'valibot';

import type { TriggerTrace } from '../../domain/rules/ask-triggers.ts';
import { SeenValues } from '../../schema/events/trigger-view.ts';

const StoredTriggers = v.object({
  triggers: v.optional(
    v.record(v.string(), v.object({ set: v.string(), mappings: v.string(), seen: v.exactOptional(SeenValues) })),
    {},
  ),
});

/** Reads the results of an event's triggers from its facts, by integration. */
export function readTriggers(facts: string): Record<string, TriggerTrace> {
  return v.parse(StoredTriggers, JSON.parse(facts)).triggers;
}
