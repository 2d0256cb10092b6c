import * as v from 'valibot';

import { eventState } from '../domain/event-state.ts';
import { deliverySentence, eventSentence } from '../domain/sentences.ts';
import type { DeliveryView, EventView } from '../schema/event-view.ts';
import { DELIVERY_STATES } from '../schema/outcome.ts';
import type { Sql } from './sql.ts';

type EventRow = {
  seq: number;
  message_id: string;
  type: string;
  name: string | null;
  happened_at_ms: number;
  received_at_ms: number;
  facts: string;
  skip_reason: string | null;
  deliveries: string;
};

type DeliveryRow = {
  event_id: string;
  integration_id: string;
  rule_id: string;
  state: string;
  reason: string | null;
  done_at_ms: number | null;
  hold_reason: string | null;
  attempts: number;
  last_status: number | null;
};

const Facts = v.object({
  click_id: v.boolean(),
  email: v.boolean(),
  names: v.boolean(),
  consent: v.object({
    categories: v.record(v.string(), v.boolean()),
    policy: v.string(),
    country: v.optional(v.string()),
  }),
});

const StoredState = v.picklist(DELIVERY_STATES);

/** The attempts that held a delivery: of its lane, since it waited and until it was done, with it between first and last. */
const ITS_ATTEMPTS = `
  attempts.lane_id = deliveries.lane_id
  AND attempts.ended_at_ms >= deliveries.enqueued_at_ms
  AND attempts.id <= ifnull(deliveries.attempt_id, 9223372036854775807)
  AND (deliveries.happened_at_ms, deliveries.event_id) >= (attempts.first_happened_at_ms, attempts.first_event_id)
  AND (deliveries.happened_at_ms, deliveries.event_id) <= (attempts.last_happened_at_ms, attempts.last_event_id)`;

/** Reads what became of events. Nothing is stored for it: the rows that the outbox works with are the receipts. */
export class Stories {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  latest({ limit, beforeSeq }: { limit: number; beforeSeq: number | undefined }): {
    data: EventView[];
    nextSeq: number | undefined;
  } {
    const rows = this.#sql
      .exec<EventRow>(
        'SELECT * FROM events WHERE seq < ? ORDER BY seq DESC LIMIT ?',
        beforeSeq ?? Number.MAX_SAFE_INTEGER,
        limit,
      )
      .toArray();
    return { data: rows.map((row) => this.#event(row)), nextSeq: rows.length < limit ? undefined : rows.at(-1)?.seq };
  }

  #event(row: EventRow): EventView {
    const facts = v.parse(Facts, JSON.parse(row.facts));
    const deliveries = this.#deliveries(row.deliveries);
    const { state, reason } = eventState(row.skip_reason, deliveries);
    return {
      message_id: row.message_id,
      type: row.type,
      event: row.name,
      happened_at: new Date(row.happened_at_ms).toISOString(),
      received_at: new Date(row.received_at_ms).toISOString(),
      state,
      reason,
      sentence: eventSentence(row.skip_reason, deliveries),
      ...facts,
      deliveries,
    };
  }

  #deliveries(identities: string): DeliveryView[] {
    return this.#sql
      .exec<DeliveryRow>(
        `SELECT deliveries.event_id, lanes.integration_id, lanes.rule_id, deliveries.state, deliveries.reason,
           deliveries.done_at_ms, ifnull(hold.reason, lanes.hold_reason) AS hold_reason,
           (SELECT count(*) FROM attempts WHERE ${ITS_ATTEMPTS}) AS attempts,
           (SELECT status FROM attempts WHERE ${ITS_ATTEMPTS} ORDER BY id DESC LIMIT 1) AS last_status
         FROM json_each(?) AS identity
         JOIN deliveries ON deliveries.lane_id = identity.value ->> 0 AND deliveries.event_id = identity.value ->> 1
         JOIN lanes ON lanes.id = deliveries.lane_id
         LEFT JOIN integration_holds AS hold ON hold.integration_id = lanes.integration_id`,
        identities,
      )
      .toArray()
      .map(deliveryView);
  }
}

function deliveryView(row: DeliveryRow): DeliveryView {
  const stored = v.parse(StoredState, row.state);
  // Being held is a fact of the lane: what waits in it is held with it.
  const isHeld = stored === 'pending' && row.hold_reason !== null;
  const state = isHeld ? 'held' : stored;
  const reason = isHeld ? row.hold_reason : row.reason;
  return {
    integration_id: row.integration_id,
    conversion_rule_id: row.rule_id,
    event_id: row.event_id,
    state,
    reason,
    sentence: deliverySentence({ state, reason, attempts: row.attempts, status: row.last_status }),
    attempts: row.attempts,
    status: row.last_status,
    delivered_at: state === 'delivered' && row.done_at_ms !== null ? new Date(row.done_at_ms).toISOString() : null,
  };
}
