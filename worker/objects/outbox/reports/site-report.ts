import * as v from 'valibot';

import { sumByCurrency } from '../../../domain/value/value-sums.ts';
import { readFacts } from '../../event-store/event-facts.ts';
import type { EventFacts } from '../../event-store/event-facts.ts';
import { partsSince } from '../../event-store/in-parts.ts';
import type { InParts } from '../../event-store/in-parts.ts';
import type { Sql } from '../../sql.ts';
import { newestSeq } from '../newest-seq.ts';
import { FreshDeliveries, keysOf } from '../sending/fresh-deliveries.ts';

/** Amounts by currency. */
type Value = { currency: string; amount: string }[];

/** The facts about a site that only the outbox has, for the overview. */
export type SiteReport = {
  valueDelivered: Value;
  valueAtRisk: Value;
  /** The newest events that fire a conversion rule: how many there are, and how many had each identifier. */
  identifiers: Identifiers;
  /** The same events by conversion rule, the most frequent first. Older releases don't have it. */
  identifiersByRule?: OfRule[];
};

type OfRule = Identifiers & { integration_id: string; conversion_rule_id: string };

type Identifiers = { events: number; click_id: number; email: number; names: number };

/** The number of the newest events whose identifiers are read. */
const READ_EVENTS = 200;

const IS_HELD = 'ifnull(hold.reason, lanes.hold_reason) IS NOT NULL';
const HAS_VALUE = 'amount IS NOT NULL AND currency IS NOT NULL';

/** Deliveries of a rule queue that an index lists: the rows, and the column by which they are ordered. */
type List = { place: string; rows: string };
const HELD: List = {
  place: 'happened_at_ms',
  rows: `INDEXED BY deliveries_pending WHERE state = 'pending' AND is_fresh IS NULL`,
};
const FAILED: List = { place: 'event_seq', rows: `INDEXED BY deliveries_failed WHERE state = 'dead'` };

/** The number of deliveries that are read in one turn. */
const PAGE_ROWS = 2_000;

type PageRow = { place: number; event_id: string; currency: string | null; amount: string | null; is_kept: number };
type AmountRow = { currency: string; amount: string; times: number };

/** Reads a site's money and identifiers. */
export class SiteReportReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** @param fromMs The start of the period; only the delivered value depends on it. */
  *read(fromMs: number): InParts<SiteReport> {
    const valueDelivered = yield* this.#delivered(fromMs);
    const valueAtRisk = yield* this.#atRisk();
    const newest = this.#newest();
    return {
      valueDelivered,
      valueAtRisk,
      identifiers: countOf(newest.map(({ facts }) => facts)),
      identifiersByRule: this.#byRule(newest),
    };
  }

  *#delivered(fromMs: number): InParts<Value> {
    let delivered: Value = [];
    for (const { afterSeq, untilSeq } of partsSince(this.#sql, { fromMs, untilSeq: newestSeq(this.#sql) })) {
      const amounts = this.#sql
        .exec<AmountRow>(
          `SELECT currency, amount, count(*) AS times FROM events, json_each(events.deliveries) AS named
           JOIN deliveries ON deliveries.lane_id = named.value ->> 0 AND deliveries.event_id = named.value ->> 1
           WHERE events.seq > ? AND events.seq <= ? AND events.received_at_ms >= ?
             AND deliveries.state = 'delivered' AND amount IS NOT NULL AND currency IS NOT NULL
           GROUP BY currency, amount`,
          afterSeq,
          untilSeq,
          fromMs,
        )
        .toArray();
      delivered = sumByCurrency([...delivered, ...amounts]);
      yield;
    }
    return delivered;
  }

  /**
   * Held and failed deliveries are found by their own indexes. Fresh ones are in no index, and are found by their keys.
   */
  *#atRisk(): InParts<Value> {
    let atRisk = sumByCurrency(this.#freshAndHeld());
    for (const queue of this.#queues()) {
      for (const list of queue.is_held === 1 ? [HELD, FAILED] : [FAILED])
        for (const page of this.#pages(queue.id, list)) {
          atRisk = sumByCurrency([...atRisk, ...page]);
          yield;
        }
    }
    return atRisk;
  }

  #queues(): { id: number; is_held: number }[] {
    return this.#sql
      .exec<{ id: number; is_held: number }>(
        `SELECT id, ${IS_HELD} AS is_held FROM lanes
         LEFT JOIN integration_holds AS hold ON hold.integration_id = lanes.integration_id`,
      )
      .toArray();
  }

  #freshAndHeld(): AmountRow[] {
    return this.#sql
      .exec<AmountRow>(
        `SELECT currency, amount, count(*) AS times FROM json_each(?) AS fresh
         CROSS JOIN deliveries
           ON deliveries.lane_id = fresh.value ->> 0 AND deliveries.event_id = fresh.value ->> 1
         CROSS JOIN lanes ON lanes.id = deliveries.lane_id
         LEFT JOIN integration_holds AS hold ON hold.integration_id = lanes.integration_id
         WHERE deliveries.state = 'pending' AND ${IS_HELD} AND ${HAS_VALUE} GROUP BY currency, amount`,
        keysOf(new FreshDeliveries(this.#sql).list()),
      )
      .toArray();
  }

  *#pages(queueId: number, { place, rows }: List): Generator<{ currency: string; amount: string }[]> {
    let last = { place: Number.MIN_SAFE_INTEGER, event_id: '' };
    for (let size = PAGE_ROWS; size === PAGE_ROWS;) {
      const page = this.#sql
        .exec<PageRow>(
          `SELECT ${place} AS place, event_id, currency, amount, payload IS NOT NULL AS is_kept FROM deliveries ${rows}
           AND lane_id = ? AND (${place}, event_id) > (?, ?) ORDER BY ${place}, event_id LIMIT ${PAGE_ROWS}`,
          queueId,
          last.place,
          last.event_id,
        )
        .toArray();
      size = page.length;
      last = page.at(-1) ?? last;
      yield page.flatMap(({ currency, amount, is_kept: isKept }) =>
        isKept === 0 || currency === null || amount === null ? [] : [{ currency, amount }],
      );
    }
  }

  #newest(): { facts: EventFacts; queues: number[] }[] {
    return this.#sql
      .exec<{ facts: string; queues: string }>(
        `SELECT facts, (SELECT json_group_array(DISTINCT value ->> 0) FROM json_each(events.deliveries)) AS queues
         FROM events ORDER BY seq DESC LIMIT ${READ_EVENTS}`,
      )
      .toArray()
      .map(({ facts, queues }) => ({ facts: readFacts(facts), queues: v.parse(Queues, JSON.parse(queues)) }));
  }

  #byRule(newest: readonly { facts: EventFacts; queues: number[] }[]): OfRule[] {
    const byQueue = new Map<number, EventFacts[]>();
    for (const { facts, queues } of newest)
      for (const queue of queues) byQueue.set(queue, [...(byQueue.get(queue) ?? []), facts]);
    return this.#sql
      .exec<{ id: number; integration_id: string; rule_id: string }>('SELECT id, integration_id, rule_id FROM lanes')
      .toArray()
      .flatMap(({ id, integration_id, rule_id }) => {
        const facts = byQueue.get(id);
        return facts === undefined ? [] : [{ integration_id, conversion_rule_id: rule_id, ...countOf(facts) }];
      })
      .toSorted((one, other) => other.events - one.events);
  }
}

const Queues = v.array(v.number());

function countOf(facts: readonly EventFacts[]): Identifiers {
  const having = (kind: 'click_id' | 'email' | 'names'): number => facts.filter((one) => one[kind]).length;
  return { events: facts.length, click_id: having('click_id'), email: having('email'), names: having('names') };
}
