import { MAX_EVENT_AGE_MS } from '../../domain/collect/event-time.ts';
import { sumByCurrency } from '../../domain/value/value-sums.ts';
import type { DeliveryFilter, ReplayAnswer } from '../../schema/reports/replay.ts';
import type { Sql } from '../sql.ts';
import { parseDeliveryId } from './delivery-id.ts';
import { deliveryConditions } from './delivery-sql.ts';
import type { DeliveryStates } from './delivery-states.ts';
import { queuesOf } from './sending/rule-queues.ts';

type Which = { filter: DeliveryFilter } | { ids: readonly string[] };

/** The number of rows that are in memory at once. */
const PAGE_ROWS = 2_000;

type Match = {
  lane_id: number;
  event_id: string;
  state: string;
  happened_at_ms: number;
  currency: string | null;
  amount: string | null;
};

/** Finds the deliveries that a person wants to replay, and previews the replay. */
export class Replays {
  readonly #sql: Sql;
  readonly #states: DeliveryStates;

  constructor(sql: Sql, states: DeliveryStates) {
    this.#sql = sql;
    this.#states = states;
  }

  /** Returns what a replay would do; `apply` then does it. */
  preview(integrationId: string, which: Which, nowMs: number): ReplayAnswer {
    return this.#over(integrationId, which, { nowMs, id: null });
  }

  /** @param id The replay's own ID, by which `replayProgress` finds its deliveries. */
  apply(integrationId: string, which: Which, { nowMs, id }: { nowMs: number; id: string }): ReplayAnswer {
    return this.#over(integrationId, which, { nowMs, id });
  }

  /** Works page by page, because there may be any number of matches. */
  #over(integrationId: string, which: Which, { nowMs, id }: { nowMs: number; id: string | null }): ReplayAnswer {
    const answer = { id, preview: id === null, dead: 0, held: 0, too_old: 0 };
    let value: ReplayAnswer['value'] = [];
    for (const matches of this.#pages(integrationId, which)) {
      const young = matches.filter((match) => isYoung(match, nowMs));
      if (id !== null) this.#putBack(young, { nowMs, id });
      answer.dead += young.filter(({ state }) => state === 'dead').length;
      answer.held += young.filter(({ state }) => state === 'held').length;
      answer.too_old += matches.length - young.length;
      value = sumByCurrency([
        ...value,
        ...young.flatMap(({ currency, amount }) =>
          currency === null || amount === null ? [] : [{ currency, amount }],
        ),
      ]);
    }
    return { ...answer, value };
  }

  #putBack(matches: readonly Match[], { nowMs, id }: { nowMs: number; id: string }): void {
    for (const { lane_id: queueId, event_id: eventId, state } of matches) {
      if (state === 'dead') this.#states.replay({ queueId, eventId }, nowMs);
      this.#states.joinReplay({ queueId, eventId }, id);
    }
  }

  *#pages(integrationId: string, which: Which): Generator<Match[]> {
    const { where, bindings } = 'ids' in which ? byIds(which.ids) : deliveryConditions(which.filter);
    for (const queueId of queuesOf(this.#sql, integrationId)) {
      let after = '';
      for (;;) {
        const page = this.#sql
          .exec<Match>(
            `SELECT deliveries.lane_id, deliveries.event_id, deliveries.happened_at_ms,
               iif(deliveries.state = 'pending', 'held', deliveries.state) AS state,
               deliveries.currency, deliveries.amount
             FROM lanes
             LEFT JOIN integration_holds AS hold ON hold.integration_id = lanes.integration_id
             JOIN deliveries ON deliveries.lane_id = lanes.id
             JOIN events ON events.seq = deliveries.event_seq
             WHERE lanes.id = ? AND deliveries.event_id > ? AND deliveries.payload IS NOT NULL
               AND (deliveries.state = 'dead'
                 OR (deliveries.state = 'pending' AND ifnull(hold.reason, lanes.hold_reason) IS NOT NULL))
               AND ${where}
             ORDER BY deliveries.event_id LIMIT ${PAGE_ROWS}`,
            queueId,
            after,
            ...bindings,
          )
          .toArray();
        if (page.length > 0) yield page;
        if (page.length < PAGE_ROWS) break;
        after = page.at(-1)?.event_id ?? '';
      }
    }
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
