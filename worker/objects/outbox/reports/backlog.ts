import { HOLD_REASONS } from '../../../schema/events/outcome.ts';
import type { Sql } from '../../sql.ts';
import { FreshDeliveries } from '../sending/fresh-deliveries.ts';
import type { FreshDelivery } from '../sending/fresh-deliveries.ts';

/** The pending deliveries of an integration, by rule, with the reasons. */
export type BacklogView = {
  pending: number;
  held: number;
  dead: number;
  /** Accepted in the last 24 hours, but LinkedIn's answer could not be read. */
  unconfirmed: number;
  /** LinkedIn's latest message about a refused token, if it is recent. */
  token_refusal: string | null;
  /** The pending deliveries that wait for an e-mail, which the visitor may give in a moment. */
  waiting_for_identity: number;
  oldest_waiting_at: string | null;
  /** For the source. All its integrations share it. */
  storage: { bytes: number; full_at_bytes: number; conversions_only: boolean };
  /** The reason why the whole integration is held, if it is. */
  hold: { reason: string; sentence: string; since: string } | null;
  rules: {
    conversion_rule_id: string;
    waiting: number;
    dead: number;
    failures: number;
    next_attempt_at: string | null;
    hold: { reason: string; sentence: string; since: string } | null;
  }[];
};

const DAY_MS = 86_400_000;

/** The number of attempts of each rule that are searched for LinkedIn's message. A refused token causes few. */
const LATEST_ATTEMPTS = 200;

type QueueRow = {
  id: number;
  rule_id: string;
  waiting: number;
  for_identity: number;
  dead: number;
  oldest: number | null;
  failures: number;
  due_at_ms: number;
  hold_reason: string | null;
  held_since_ms: number | null;
};

/** Reads how much is pending, and why. */
export class Backlog {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  of(integrationId: string, nowMs: number): Omit<BacklogView, 'storage'> {
    const fresh = new FreshDeliveries(this.#sql).list();
    const queues = this.#sql
      .exec<QueueRow>(
        `SELECT id, rule_id, failures, due_at_ms, hold_reason, held_since_ms,
           (SELECT count(*) FROM deliveries INDEXED BY deliveries_pending WHERE lane_id = lanes.id AND state = 'pending' AND is_fresh IS NULL) AS waiting,
           (SELECT count(*) FROM deliveries WHERE lane_id = lanes.id AND state = 'waiting') AS for_identity,
           (SELECT count(*) FROM deliveries WHERE lane_id = lanes.id AND state = 'dead') AS dead,
           (SELECT min(happened_at_ms) FROM deliveries INDEXED BY deliveries_pending
            WHERE lane_id = lanes.id AND state = 'pending' AND is_fresh IS NULL) AS oldest
         FROM lanes WHERE integration_id = ? ORDER BY rule_id`,
        integrationId,
      )
      .toArray()
      .map((queue) => withFresh(queue, fresh));
    const [hold] = this.#sql
      .exec<{ reason: string; since_ms: number; due_at_ms: number }>(
        'SELECT reason, since_ms, due_at_ms FROM integration_holds WHERE integration_id = ?',
        integrationId,
      )
      .toArray();
    const isHeld = (queue: QueueRow): boolean => hold !== undefined || queue.hold_reason !== null;
    const sum = (counted: readonly QueueRow[], field: 'waiting' | 'for_identity' | 'dead'): number =>
      counted.reduce((total, queue) => total + queue[field], 0);
    const oldest = queues.flatMap((queue) => (queue.oldest === null ? [] : [queue.oldest]));
    return {
      pending:
        sum(
          queues.filter((queue) => !isHeld(queue)),
          'waiting',
        ) + sum(queues, 'for_identity'),
      held: sum(queues.filter(isHeld), 'waiting'),
      dead: sum(queues, 'dead'),
      unconfirmed: this.#unconfirmed(integrationId, nowMs - DAY_MS),
      token_refusal: this.#tokenRefusal(integrationId),
      waiting_for_identity: sum(queues, 'for_identity'),
      oldest_waiting_at: oldest.length === 0 ? null : iso(Math.min(...oldest)),
      hold: holdView(hold?.reason, hold?.since_ms),
      rules: queues.map((queue) => ({
        conversion_rule_id: queue.rule_id,
        waiting: queue.waiting,
        dead: queue.dead,
        failures: queue.failures,
        next_attempt_at: queue.waiting === 0 ? null : isoOrNull(Math.max(queue.due_at_ms, hold?.due_at_ms ?? 0)),
        hold: holdView(queue.hold_reason ?? undefined, queue.held_since_ms ?? undefined),
      })),
    };
  }

  #tokenRefusal(integrationId: string): string | null {
    const [row] = this.#sql
      .exec<{ status: number | null; message: string | null }>(
        `SELECT status, message FROM lanes JOIN attempts ON attempts.lane_id = lanes.id
           AND attempts.ended_at_ms >= ifnull((
             SELECT ended_at_ms FROM attempts AS latest WHERE latest.lane_id = lanes.id
             ORDER BY ended_at_ms DESC LIMIT 1 OFFSET ${LATEST_ATTEMPTS}), 0)
         WHERE integration_id = ? AND outcome = 'token_refused'
         ORDER BY attempts.ended_at_ms DESC, attempts.id DESC LIMIT 1`,
        integrationId,
      )
      .toArray();
    return row === undefined ? null : `${row.status ?? ''} ${row.message ?? ''}`.trim();
  }

  #unconfirmed(integrationId: string, sinceMs: number): number {
    const [row] = this.#sql
      .exec<{ deliveries: number }>(
        `SELECT count(*) AS deliveries FROM deliveries
         WHERE lane_id IN (SELECT id FROM lanes WHERE integration_id = ?)
           AND state = 'delivered' AND reason = 'unconfirmed' AND done_at_ms >= ?`,
        integrationId,
        sinceMs,
      )
      .toArray();
    return row?.deliveries ?? 0;
  }
}

/** Adds the deliveries that no index has. */
function withFresh(queue: QueueRow, fresh: readonly FreshDelivery[]): QueueRow {
  const own = fresh.filter(({ queueId }) => queueId === queue.id).map(({ happenedAtMs }) => happenedAtMs);
  if (own.length === 0) return queue;
  return {
    ...queue,
    waiting: queue.waiting + own.length,
    oldest: own.reduce((oldest, atMs) => Math.min(oldest, atMs), queue.oldest ?? Infinity),
  };
}

function holdView(
  reason: string | undefined,
  sinceMs: number | undefined,
): { reason: string; sentence: string; since: string } | null {
  if (reason === undefined || sinceMs === undefined) return null;
  const sentence = Object.entries(HOLD_REASONS).find(([code]) => code === reason)?.[1] ?? reason;
  return { reason, sentence, since: iso(sinceMs) };
}

/** Returns null for an invalid date, which an older version may have stored. */
function isoOrNull(ms: number): string | null {
  return Number.isNaN(new Date(ms).getTime()) ? null : iso(ms);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
