import { MAX_EVENT_AGE_MS } from '../domain/event-time.ts';
import { sumByCurrency } from '../domain/value-sums.ts';
import type { DeliveryFilter, ReplayAnswer } from '../schema/replay.ts';
import { deliveryConditions } from './delivery-conditions.ts';
import { parseDeliveryId } from './delivery-id.ts';
import type { Sql } from './sql.ts';

type Which = { filter: DeliveryFilter } | { ids: readonly string[] };

type Match = {
  lane_id: number;
  event_id: string;
  state: string;
  happened_at_ms: number;
  currency: string | null;
  amount: string | null;
};

/** Puts dead letters back among the waiting. The identity stays, so nothing is ever delivered twice by a replay. */
export class Replays {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** What a replay would do; `apply` then does it. */
  preview(integrationId: string, which: Which, nowMs: number): ReplayAnswer {
    return this.#answer(this.#matches(integrationId, which), { nowMs, isPreview: true });
  }

  apply(integrationId: string, which: Which, nowMs: number): ReplayAnswer {
    const matches = this.#matches(integrationId, which);
    for (const { lane_id, event_id } of matches.filter((match) => match.state === 'dead' && isYoung(match, nowMs))) {
      this.#sql.exec(
        `UPDATE deliveries SET state = 'pending', enqueued_at_ms = ?, done_at_ms = NULL, attempt_id = NULL, reason = NULL,
           earlier = json_insert(ifnull(earlier, '[]'), '$[#]',
             json_object('reason', reason, 'done_at_ms', done_at_ms, 'attempt_id', attempt_id))
         WHERE lane_id = ? AND event_id = ? AND state = 'dead' AND payload IS NOT NULL`,
        nowMs,
        lane_id,
        event_id,
      );
    }
    return this.#answer(matches, { nowMs, isPreview: false });
  }

  #answer(matches: readonly Match[], { nowMs, isPreview }: { nowMs: number; isPreview: boolean }): ReplayAnswer {
    const young = matches.filter((match) => isYoung(match, nowMs));
    const values = young.flatMap(({ currency, amount }) =>
      currency === null || amount === null ? [] : [{ currency, amount }],
    );
    return {
      preview: isPreview,
      dead: young.filter(({ state }) => state === 'dead').length,
      held: young.filter(({ state }) => state === 'held').length,
      too_old: matches.length - young.length,
      value: sumByCurrency(values),
    };
  }

  #matches(integrationId: string, which: Which): Match[] {
    const { where, bindings } = 'ids' in which ? byIds(which.ids) : deliveryConditions(which.filter);
    return this.#sql
      .exec<Match>(
        `SELECT deliveries.lane_id, deliveries.event_id, deliveries.happened_at_ms,
           iif(deliveries.state = 'pending', 'held', deliveries.state) AS state,
           deliveries.currency, deliveries.amount
         FROM lanes
         LEFT JOIN integration_holds AS hold ON hold.integration_id = lanes.integration_id
         JOIN deliveries ON deliveries.lane_id = lanes.id
         JOIN events ON events.seq = deliveries.event_seq
         WHERE lanes.integration_id = ? AND deliveries.payload IS NOT NULL
           AND (deliveries.state = 'dead'
             OR (deliveries.state = 'pending' AND ifnull(hold.reason, lanes.hold_reason) IS NOT NULL))
           AND ${where}`,
        integrationId,
        ...bindings,
      )
      .toArray();
  }
}

function isYoung({ happened_at_ms: happenedAtMs }: Match, nowMs: number): boolean {
  return nowMs - happenedAtMs < MAX_EVENT_AGE_MS;
}

function byIds(ids: readonly string[]): { where: string; bindings: string[] } {
  const identities = ids.flatMap((id) => {
    const identity = parseDeliveryId(id);
    return identity === undefined ? [] : [[identity.ruleId, identity.eventId]];
  });
  return {
    where: '(lanes.rule_id, deliveries.event_id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))',
    bindings: [JSON.stringify(identities)],
  };
}
