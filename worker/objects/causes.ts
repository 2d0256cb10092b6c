import { deliverySentence } from '../domain/sentences.ts';
import { sumByCurrency } from '../domain/value-sums.ts';
import type { Cause, DeliveryFilter } from '../schema/replay.ts';
import { SHOWN_REASON, SHOWN_STATE, deliveryConditions } from './delivery-conditions.ts';
import type { Sql } from './sql.ts';

type Row = {
  state: Cause['state'];
  reason: string;
  currency: string | null;
  amount: string | null;
  deliveries: number;
  oldest: number;
  newest: number;
};

/** More than anybody mends in a day; the most frequent come first. */
const MAX_CAUSES = 50;

/** Why deliveries are not where they should be: each reason once, with how many it holds up and what they are worth. */
export class Causes {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  of(integrationId: string, filter: DeliveryFilter): Cause[] {
    const { where, bindings } = deliveryConditions(filter);
    const rows = this.#sql
      .exec<Row>(
        // By amount too: decimals are not added up in SQL.
        `SELECT ${SHOWN_STATE} AS state, ifnull(${SHOWN_REASON}, '') AS reason, deliveries.currency, deliveries.amount,
           count(*) AS deliveries, min(events.received_at_ms) AS oldest, max(events.received_at_ms) AS newest
         FROM lanes
         LEFT JOIN integration_holds AS hold ON hold.integration_id = lanes.integration_id
         JOIN deliveries ON deliveries.lane_id = lanes.id
         JOIN events ON events.seq = deliveries.event_seq
         WHERE lanes.integration_id = ? AND ${where} AND ${SHOWN_STATE} IN ('dead', 'held', 'skipped', 'erased')
           ${filter.state === 'dead' ? `AND deliveries.state = 'dead'` : ''}
         GROUP BY 1, 2, 3, 4`,
        integrationId,
        ...bindings,
      )
      .toArray();
    const byCause = Map.groupBy(rows, ({ state, reason }) => `${state} ${reason}`);
    return [...byCause.values()]
      .flatMap((same) => causeOf(same) ?? [])
      .toSorted((one, other) => other.deliveries - one.deliveries)
      .slice(0, MAX_CAUSES);
  }
}

function causeOf(rows: readonly Row[]): Cause | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const { state, reason } = first;
  return {
    state,
    reason,
    sentence: deliverySentence({ state, reason, attempts: 1, status: null }),
    deliveries: rows.reduce((sum, { deliveries }) => sum + deliveries, 0),
    value: sumByCurrency(
      rows.flatMap(({ currency, amount, deliveries }) =>
        currency === null || amount === null ? [] : [{ currency, amount, times: deliveries }],
      ),
    ),
    first_received_at: new Date(Math.min(...rows.map(({ oldest }) => oldest))).toISOString(),
    last_received_at: new Date(Math.max(...rows.map(({ newest }) => newest))).toISOString(),
  };
}
