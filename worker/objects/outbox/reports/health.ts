import type { IntegrationHealth, RuleHealth } from '../../../domain/incidents/source-facts.ts';
import { sumByCurrency } from '../../../domain/value/value-sums.ts';
import type { Sql } from '../../sql.ts';
import { FreshDeliveries, keysOf } from '../sending/fresh-deliveries.ts';

const DAY_MS = 86_400_000;

type QueueRow = {
  id: number;
  integration_id: string;
  rule_id: string;
  failures: number;
  due_at_ms: number;
  hold_reason: string | null;
  held_since_ms: number | null;
  dead: number;
  unconfirmed: number;
  accepted: number;
};

type WaitingRow = { waiting: number; oldest_happened: number | null; oldest_enqueued: number | null };

/** The pending deliveries of a rule queue `?1`: those in the index, and the fresh ones, whose keys are `?2`. */
const PENDING = `SELECT happened_at_ms, enqueued_at_ms, currency, amount FROM deliveries INDEXED BY deliveries_pending
    WHERE lane_id = ?1 AND state = 'pending' AND is_fresh IS NULL
  UNION ALL
  SELECT happened_at_ms, enqueued_at_ms, currency, amount FROM json_each(?2) AS key
    CROSS JOIN deliveries ON lane_id = key.value ->> 0 AND event_id = key.value ->> 1
    WHERE lane_id = ?1 AND state = 'pending' AND is_fresh = 1`;

type HoldRow = { integration_id: string; reason: string; since_ms: number };

/**
 * Reads the state of the deliveries of all integrations, for incidents: one answer for a source. This happens every
 * five minutes, so it reads only waiting and failed deliveries, not delivered ones.
 */
export class Health {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  read(nowMs: number): IntegrationHealth[] {
    const sinceMs = nowMs - DAY_MS;
    const holds = new Map(
      this.#sql
        .exec<HoldRow>('SELECT integration_id, reason, since_ms FROM integration_holds')
        .toArray()
        .map(({ integration_id: id, reason, since_ms }) => [id, { reason, sinceMs: since_ms }]),
    );
    const queues = this.#sql
      .exec<QueueRow>(
        `SELECT id, integration_id, rule_id, failures, due_at_ms, hold_reason, held_since_ms,
           (SELECT count(*) FROM deliveries INDEXED BY deliveries_failed_payloads
            WHERE lane_id = lanes.id AND state = 'dead' AND payload IS NOT NULL AND done_at_ms >= ?1) AS dead,
           (SELECT count(*) FROM deliveries INDEXED BY deliveries_unconfirmed WHERE lane_id = lanes.id AND state = 'delivered'
             AND reason = 'unconfirmed' AND done_at_ms >= ?1) AS unconfirmed,
           (SELECT ifnull(sum(events), 0) FROM attempts WHERE lane_id = lanes.id AND ended_at_ms >= ?1
             AND outcome IN ('accepted', 'unconfirmed')) AS accepted
         FROM lanes ORDER BY integration_id, rule_id`,
        sinceMs,
      )
      .toArray();
    const fresh = Map.groupBy(new FreshDeliveries(this.#sql).list(), ({ queueId }) => queueId);
    return [...Map.groupBy(queues, ({ integration_id: id }) => id)].map(([integrationId, own]) => {
      const hold = holds.get(integrationId) ?? null;
      const sum = (field: 'dead' | 'unconfirmed' | 'accepted'): number => own.reduce((all, row) => all + row[field], 0);
      return {
        integrationId,
        hold,
        unconfirmed: sum('unconfirmed'),
        accepted: sum('accepted'),
        failed: sum('dead'),
        rules: own.map((row) =>
          this.#rule(row, { isIntegrationHeld: hold !== null, fresh: keysOf(fresh.get(row.id) ?? []) }),
        ),
      };
    });
  }

  #rule(row: QueueRow, { isIntegrationHeld, fresh }: { isIntegrationHeld: boolean; fresh: string }): RuleHealth {
    const { hold_reason: reason, held_since_ms: sinceMs } = row;
    const [pending] = this.#sql
      .exec<WaitingRow>(
        `SELECT count(*) AS waiting, min(happened_at_ms) AS oldest_happened, min(enqueued_at_ms) AS oldest_enqueued
         FROM (${PENDING})`,
        row.id,
        fresh,
      )
      .toArray();
    const waiting = pending?.waiting ?? 0;
    const isHeld = isIntegrationHeld || reason !== null || row.failures > 0;
    return {
      ruleId: row.rule_id,
      waiting,
      hold: reason === null ? null : { reason, sinceMs: sinceMs ?? 0 },
      failures: row.failures,
      dueAtMs: row.due_at_ms,
      oldestHappenedAtMs: pending?.oldest_happened ?? null,
      oldestEnqueuedAtMs: pending?.oldest_enqueued ?? null,
      value: isHeld && waiting > 0 ? this.#value(row.id, fresh) : [],
    };
  }

  /**
   * The value of waiting deliveries. Their rows have to be read, so this is done only for queues in which something is
   * wrong.
   */
  #value(queueId: number, fresh: string): RuleHealth['value'] {
    return sumByCurrency(
      this.#sql
        .exec<{ currency: string; amount: string; times: number }>(
          `SELECT currency, amount, count(*) AS times FROM (${PENDING})
           WHERE currency IS NOT NULL AND amount IS NOT NULL GROUP BY 1, 2`,
          queueId,
          fresh,
        )
        .toArray(),
    );
  }
}
