import { MAX_EVENT_AGE_MS } from '../../domain/collect/event-time.ts';
import { sumByCurrency } from '../../domain/value/value-sums.ts';
import type { DeliveryFilter, ReplayAnswer } from '../../schema/reports/replay.ts';
import { inTurns } from '../event-store/in-parts.ts';
import type { InParts } from '../event-store/in-parts.ts';
import type { Sql } from '../sql.ts';
import { parseDeliveryId } from './delivery-id.ts';
import { deliveryConditions } from './delivery-sql.ts';
import type { DeliveryStates } from './delivery-states.ts';
import type { DeliveryKey } from './delivery-types.ts';

type Which = { filter: DeliveryFilter } | { ids: readonly string[] };

/** The number of deliveries that are read, and put back, in one turn. */
const PAGE_ROWS = 2_000;

type Match = {
  lane_id: number;
  event_id: string;
  state: string;
  happened_at_ms: number;
  currency: string | null;
  amount: string | null;
};

/**
 * The deliveries that can be replayed: their state, and how they are shown. They are read in the order of an index, so
 * that a replay of failed ones doesn't read all others.
 */
type Kind = { state: string; shown: Match['state']; after: string; place: string };
const HELD: Kind = {
  state: 'pending',
  shown: 'held',
  after: 'deliveries.event_id > ?3',
  place: 'deliveries.event_id',
};
const FAILED: Kind = {
  state: 'dead',
  shown: 'dead',
  after: '(deliveries.event_seq, deliveries.event_id) > (?2, ?3)',
  place: 'deliveries.event_seq, deliveries.event_id',
};

/** Finds the deliveries that a person wants to replay, and previews the replay. */
export class Replays {
  readonly #sql: Sql;
  readonly #states: DeliveryStates;

  constructor(sql: Sql, states: DeliveryStates) {
    this.#sql = sql;
    this.#states = states;
  }

  /**
   * Returns what a replay would do; `parts` then does it.
   *
   * @param pause See `inTurns`: there may be any number of matches.
   */
  preview(
    integrationId: string,
    which: Which,
    { nowMs, pause }: { nowMs: number; pause: () => Promise<void> },
  ): Promise<ReplayAnswer> {
    return inTurns(this.#over(integrationId, which, { nowMs, id: null }), pause);
  }

  /**
   * Does a replay in parts. Each part must be a transaction, and must set the alarm: after a crash, the parts before it
   * are sent, and the same request replays the others.
   *
   * @param id The replay's own ID, by which `replayProgress` finds its deliveries.
   */
  parts(integrationId: string, which: Which, { nowMs, id }: { nowMs: number; id: string }): InParts<ReplayAnswer> {
    return this.#over(integrationId, which, { nowMs, id });
  }

  /** Works page by page, because there may be any number of matches. */
  *#over(
    integrationId: string,
    which: Which,
    { nowMs, id }: { nowMs: number; id: string | null },
  ): InParts<ReplayAnswer> {
    const answer = { id, preview: id === null, dead: 0, held: 0, too_old: 0 };
    let value: ReplayAnswer['value'] = [];
    for (const matches of this.#pages(integrationId, which)) {
      const young = matches.filter((match) => isYoung(match, nowMs));
      const dead = young.filter(({ state }) => state === 'dead');
      const held = young.filter(({ state }) => state === 'held');
      if (id !== null) {
        this.#states.replay(dead.map(keyOf), { replayId: id, atMs: nowMs });
        this.#states.joinReplay(held.map(keyOf), id);
      }
      answer.dead += dead.length;
      answer.held += held.length;
      answer.too_old += matches.length - young.length;
      value = sumByCurrency([
        ...value,
        ...young.flatMap(({ currency, amount }) =>
          currency === null || amount === null ? [] : [{ currency, amount }],
        ),
      ]);
      yield;
    }
    return { ...answer, value };
  }

  *#pages(integrationId: string, which: Which): Generator<Match[]> {
    for (const queue of this.#queuesOf(integrationId)) {
      // Held deliveries come first. A failed one becomes pending when it is replayed, and would otherwise be found
      // again as a held one.
      if (queue.is_held === 1) yield* this.#pagesOf(queue.id, which, HELD);
      yield* this.#pagesOf(queue.id, which, FAILED);
    }
  }

  #queuesOf(integrationId: string): { id: number; is_held: number }[] {
    return this.#sql
      .exec<{ id: number; is_held: number }>(
        `SELECT id, ifnull(hold.reason, lanes.hold_reason) IS NOT NULL AS is_held
         FROM lanes LEFT JOIN integration_holds AS hold ON hold.integration_id = lanes.integration_id
         WHERE lanes.integration_id = ? ORDER BY id`,
        integrationId,
      )
      .toArray();
  }

  *#pagesOf(queueId: number, which: Which, { state, shown, after, place }: Kind): Generator<Match[]> {
    const { where, bindings } = 'ids' in which ? byIds(which.ids) : deliveryConditions(which.filter);
    let last = { event_seq: Number.MIN_SAFE_INTEGER, event_id: '' };
    for (;;) {
      const page = this.#sql
        .exec<Match & { event_seq: number }>(
          `SELECT deliveries.lane_id, deliveries.event_id, deliveries.event_seq, deliveries.happened_at_ms,
             '${shown}' AS state, deliveries.currency, deliveries.amount
           FROM lanes
           LEFT JOIN integration_holds AS hold ON hold.integration_id = lanes.integration_id
           CROSS JOIN deliveries ON deliveries.lane_id = lanes.id
           CROSS JOIN events ON events.seq = deliveries.event_seq
           WHERE lanes.id = ?1 AND deliveries.state = '${state}' AND ${after}
             AND deliveries.payload IS NOT NULL AND ${where}
           ORDER BY ${place} LIMIT ${PAGE_ROWS}`,
          queueId,
          last.event_seq,
          last.event_id,
          ...bindings,
        )
        .toArray();
      if (page.length > 0) yield page;
      const end = page.at(-1);
      if (page.length < PAGE_ROWS || end === undefined) return;
      last = end;
    }
  }
}

function keyOf({ lane_id: queueId, event_id: eventId }: Match): DeliveryKey {
  return { queueId, eventId };
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
