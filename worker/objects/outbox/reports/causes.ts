import { deliverySentence } from '../../../domain/delivery/state-sentences.ts';
import { sumByCurrency } from '../../../domain/value/value-sums.ts';
import type { Cause, DeliveryFilter } from '../../../schema/reports/replay.ts';
import type { InParts } from '../../event-store/in-parts.ts';
import type { Sql } from '../../sql.ts';
import { SHOWN_REASON, SHOWN_STATE, deliveryConditions } from '../delivery-sql.ts';
import { queuesOf } from '../sending/rule-queues.ts';

type Row = {
  event_id: string;
  state: Cause['state'];
  reason: string;
  currency: string | null;
  amount: string | null;
  received_at_ms: number;
};

type Total = Pick<Cause, 'state' | 'reason' | 'deliveries' | 'value'> & { oldestMs: number; newestMs: number };

/** The most causes that are listed, the most frequent first: more than a person can fix in a day. */
const MAX_CAUSES = 50;

/** LinkedIn's messages have their values removed, so there are few. The limit bounds memory in any case. */
const MAX_TOLD_APART = 1_000;

/** The number of deliveries that are read in one turn. */
const PAGE_ROWS = 2_000;

/**
 * Reads why deliveries failed or are held, skipped or erased: each reason once, with the number of deliveries and their
 * value.
 */
export class Causes {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  *of(integrationId: string, filter: DeliveryFilter): InParts<Cause[]> {
    const totals = new Map<string, Total>();
    for (const queueId of queuesOf(this.#sql, integrationId))
      for (const page of this.#pages(queueId, filter)) {
        add(totals, page);
        yield;
      }
    return [...totals.values()]
      .toSorted((one, other) => other.deliveries - one.deliveries)
      .slice(0, MAX_CAUSES)
      .map(causeOf);
  }

  /** Reads the matches among a few deliveries at a time. There may be many deliveries without a match. */
  *#pages(queueId: number, filter: DeliveryFilter): Generator<Row[]> {
    const { where, bindings } = deliveryConditions(filter);
    for (let { after, until } = this.#nextPage(queueId, ''); until !== null;) {
      yield this.#sql
        .exec<Row>(
          `SELECT deliveries.event_id, ${SHOWN_STATE} AS state, ifnull(${SHOWN_REASON}, '') AS reason,
             deliveries.currency, deliveries.amount, events.received_at_ms
           FROM lanes
           LEFT JOIN integration_holds AS hold ON hold.integration_id = lanes.integration_id
           JOIN deliveries ON deliveries.lane_id = lanes.id
           JOIN events ON events.seq = deliveries.event_seq
           WHERE lanes.id = ? AND deliveries.event_id > ? AND deliveries.event_id <= ? AND ${where}
             AND ${SHOWN_STATE} IN ('dead', 'held', 'skipped', 'erased')
             ${filter.state === 'dead' ? `AND deliveries.state = 'dead'` : ''}`,
          queueId,
          after,
          until,
          ...bindings,
        )
        .toArray();
      ({ after, until } = this.#nextPage(queueId, until));
    }
  }

  #nextPage(queueId: number, after: string): { after: string; until: string | null } {
    const [last] = this.#sql
      .exec<{ event_id: string | null }>(
        `SELECT max(event_id) AS event_id FROM (
           SELECT event_id FROM deliveries WHERE lane_id = ? AND event_id > ? ORDER BY event_id LIMIT ${PAGE_ROWS})`,
        queueId,
        after,
      )
      .toArray();
    return { after, until: last?.event_id ?? null };
  }
}

function add(totals: Map<string, Total>, page: readonly Row[]): void {
  for (const [cause, same] of Map.groupBy(page, ({ state, reason }) => `${state} ${reason}`)) {
    const [first] = same;
    const known = totals.get(cause);
    if (first === undefined || (known === undefined && totals.size >= MAX_TOLD_APART)) continue;
    const times = same.map(({ received_at_ms: atMs }) => atMs);
    totals.set(cause, {
      state: first.state,
      reason: first.reason,
      deliveries: (known?.deliveries ?? 0) + same.length,
      value: sumByCurrency([
        ...(known?.value ?? []),
        ...same.flatMap(({ currency, amount }) => (currency === null || amount === null ? [] : [{ currency, amount }])),
      ]),
      oldestMs: Math.min(known?.oldestMs ?? Number.POSITIVE_INFINITY, ...times),
      newestMs: Math.max(known?.newestMs ?? 0, ...times),
    });
  }
}

function causeOf({ state, reason, deliveries, value, oldestMs, newestMs }: Total): Cause {
  return {
    state,
    reason,
    sentence: deliverySentence({ state, reason, attempts: 1, status: null }),
    deliveries,
    value,
    first_received_at: new Date(oldestMs).toISOString(),
    last_received_at: new Date(newestMs).toISOString(),
  };
}
