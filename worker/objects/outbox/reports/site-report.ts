import { sumByCurrency } from '../../../domain/value/value-sums.ts';
import { readFacts } from '../../event-store/event-facts.ts';
import type { Sql } from '../../sql.ts';
import { FreshDeliveries, keysOf } from '../sending/fresh-deliveries.ts';

/** Amounts by currency. */
type Value = { currency: string; amount: string }[];

/** What only the outbox knows about a site, for the overview. */
export type SiteReport = {
  valueDelivered: Value;
  valueAtRisk: Value;
  /** Of the newest events that conversion rules ask for: how many there are, and how many had each identifier. */
  identifiers: { events: number; click_id: number; email: number; names: number };
};

/** How many of the newest events are read for their identifiers. */
const READ_EVENTS = 200;

const IS_HELD = 'ifnull(hold.reason, lanes.hold_reason) IS NOT NULL';
const HAS_VALUE = 'amount IS NOT NULL AND currency IS NOT NULL';

type AmountRow = { currency: string; amount: string; times: number };

/** Reads a site's money and identifiers. */
export class SiteReportReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** @param fromMs The start of the period; only the delivered value depends on it. */
  read(fromMs: number): SiteReport {
    return { valueDelivered: this.#delivered(fromMs), valueAtRisk: this.#atRisk(), identifiers: this.#identifiers() };
  }

  #delivered(fromMs: number): Value {
    return sumByCurrency(
      this.#sql
        .exec<AmountRow>(
          `SELECT currency, amount, count(*) AS times FROM events, json_each(events.deliveries) AS named
           JOIN deliveries ON deliveries.lane_id = named.value ->> 0 AND deliveries.event_id = named.value ->> 1
           WHERE events.received_at_ms >= ? AND deliveries.state = 'delivered' AND amount IS NOT NULL
             AND currency IS NOT NULL GROUP BY currency, amount`,
          fromMs,
        )
        .toArray(),
    );
  }

  /** The held and the failed ones, by the indexes of their own. Fresh ones are in no index, and are known by their keys. */
  #atRisk(): Value {
    return sumByCurrency(
      this.#sql
        .exec<AmountRow>(
          `SELECT currency, amount, count(*) AS times FROM lanes
           LEFT JOIN integration_holds AS hold ON hold.integration_id = lanes.integration_id
           CROSS JOIN deliveries INDEXED BY deliveries_pending
             ON deliveries.lane_id = lanes.id AND deliveries.state = 'pending' AND deliveries.is_fresh IS NULL
           WHERE ${IS_HELD} AND ${HAS_VALUE} GROUP BY currency, amount
           UNION ALL
           SELECT currency, amount, count(*) AS times FROM json_each(?) AS fresh
           CROSS JOIN deliveries
             ON deliveries.lane_id = fresh.value ->> 0 AND deliveries.event_id = fresh.value ->> 1
           CROSS JOIN lanes ON lanes.id = deliveries.lane_id
           LEFT JOIN integration_holds AS hold ON hold.integration_id = lanes.integration_id
           WHERE deliveries.state = 'pending' AND ${IS_HELD} AND ${HAS_VALUE} GROUP BY currency, amount
           UNION ALL
           SELECT currency, amount, count(*) AS times FROM lanes
           CROSS JOIN deliveries INDEXED BY deliveries_failed
             ON deliveries.lane_id = lanes.id AND deliveries.state = 'dead'
           WHERE payload IS NOT NULL AND ${HAS_VALUE} GROUP BY currency, amount`,
          keysOf(new FreshDeliveries(this.#sql).list()),
        )
        .toArray(),
    );
  }

  #identifiers(): SiteReport['identifiers'] {
    const facts = this.#sql
      .exec<{ facts: string }>(`SELECT facts FROM events ORDER BY seq DESC LIMIT ${READ_EVENTS}`)
      .toArray()
      .map((row) => readFacts(row.facts));
    const having = (kind: 'click_id' | 'email' | 'names'): number => facts.filter((one) => one[kind]).length;
    return { events: facts.length, click_id: having('click_id'), email: having('email'), names: having('names') };
  }
}
