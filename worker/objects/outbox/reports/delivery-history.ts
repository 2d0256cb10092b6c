import * as v from 'valibot';

import { PayloadShape } from '../../../domain/delivery/payload-shape.ts';
import { deliverySentence } from '../../../domain/delivery/state-sentences.ts';
import { maskedPayload } from '../../../domain/reports/masked-payload.ts';
import type { AttemptView, DeliveryStory, DeliveryView, ListedDelivery } from '../../../schema/events/event-view.ts';
import { DELIVERY_STATES } from '../../../schema/events/outcome.ts';
import type { DeliveryFilter } from '../../../schema/reports/replay.ts';
import { Consents } from '../../event-store/consents.ts';
import type { KeptConsent } from '../../event-store/consents.ts';
import type { Sql } from '../../sql.ts';
import { deliveryId, parseDeliveryId } from '../delivery-id.ts';
import { deliveryConditions } from '../delivery-sql.ts';
import { newestSeq } from '../newest-seq.ts';
import { queuesOf } from '../sending/rule-queues.ts';

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
  currency: string | null;
  amount: string | null;
};

const Asked = v.array(v.string());

const StoredState = v.picklist(DELIVERY_STATES);

const EarlierEnds = v.array(v.object({ reason: v.nullable(v.string()), done_at_ms: v.number() }));

/** SQLite's largest number: later than any time, and after any attempt. */
const NEVER = '9223372036854775807';

/** Only bounds how many attempts are read. An attempt may end after its delivery, and the clock may have been set back. */
const LATE_MS = 60 * 60 * 1000;

/**
 * The attempts that contained a delivery: those of its rule queue, from its arrival until its end, whose range of
 * deliveries includes it.
 */
const ITS_ATTEMPTS = `
  attempts.lane_id = deliveries.lane_id
  AND attempts.ended_at_ms >= deliveries.enqueued_at_ms
  AND attempts.ended_at_ms <= ifnull(deliveries.done_at_ms + ${LATE_MS}, ${NEVER})
  AND attempts.id <= ifnull(deliveries.attempt_id, ${NEVER})
  AND (deliveries.done_at_ms IS NULL OR deliveries.attempt_id IS NOT NULL OR attempts.started_at_ms < deliveries.done_at_ms)
  AND (deliveries.happened_at_ms, deliveries.event_id) >= (attempts.first_happened_at_ms, attempts.first_event_id)
  AND (deliveries.happened_at_ms, deliveries.event_id) <= (attempts.last_happened_at_ms, attempts.last_event_id)`;

type ListedRow = DeliveryRow & {
  seq: number;
  lane_id: number;
  message_id: string;
  type: string;
  name: string | null;
  happened_at_ms: number;
  received_at_ms: number;
  earlier: string | null;
};

type StoryRow = ListedRow & { facts: string; shape: string | null };

type AttemptRow = {
  started_at_ms: number;
  ended_at_ms: number;
  events: number;
  status: number | null;
  outcome: string;
  code: string | null;
  message: string | null;
  consent_asked: string | null;
};

const DELIVERY_COLUMNS = `
  deliveries.event_id, lanes.integration_id, lanes.rule_id, deliveries.state, deliveries.reason, deliveries.done_at_ms,
  deliveries.currency, deliveries.amount,
  ifnull(hold.reason, lanes.hold_reason) AS hold_reason,
  (SELECT count(*) FROM attempts WHERE ${ITS_ATTEMPTS}) AS attempts,
  (SELECT status FROM attempts WHERE ${ITS_ATTEMPTS} ORDER BY +id DESC LIMIT 1) AS last_status`;

const DELIVERIES_OF_EVENTS = `
  events, json_each(events.deliveries) AS identity
  JOIN deliveries ON deliveries.lane_id = identity.value ->> 0 AND deliveries.event_id = identity.value ->> 1
  JOIN lanes ON lanes.id = deliveries.lane_id
  LEFT JOIN integration_holds AS hold ON hold.integration_id = lanes.integration_id`;

/** A page reads at most this many events, so that a search for a rare state in a long history takes several pages. */
const EVENTS_A_PAGE = 5_000;

/** Failed deliveries have an index, so a page reads only these: at most this many. */
const FAILED_A_PAGE = 500;

/**
 * A position in the list of deliveries, which is sorted by event and then by rule queue, both from the largest number
 * down.
 */
type ListPlace = { seq: number; queueId: number };

/** The last position of a page, whether there are no further pages, and the events to read if not all of them. */
type PageOfList = { end: ListPlace; isLast: boolean; seqs: readonly number[] | undefined };

export type DeliveryPage = {
  limit: number;
  /** The end of the previous page. */
  before: ListPlace | undefined;
  filter: DeliveryFilter;
};

/** The number of requests shown for a delivery. One that was pending for weeks has more; the latest are shown. */
const MAX_REQUESTS = 100;

/** Reads the outcomes of deliveries and the requests that contained them, from the rows that the outbox works with. */
export class DeliveryHistory {
  readonly #sql: Sql;
  readonly #consents: Consents;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.#consents = new Consents(sql);
  }

  /** Returns the deliveries of an event, given its position in the order of arrival. */
  ofEvent(seq: number): DeliveryView[] {
    return this.#sql
      .exec<DeliveryRow>(`SELECT ${DELIVERY_COLUMNS} FROM ${DELIVERIES_OF_EVENTS} WHERE events.seq = ?`, seq)
      .toArray()
      .map(deliveryView);
  }

  /** Returns the deliveries of an integration, the newest event first. */
  ofIntegration(
    integrationId: string,
    { limit, before, filter }: DeliveryPage,
  ): { data: ListedDelivery[]; next: ListPlace | undefined } {
    const newest = before ?? { seq: newestSeq(this.#sql) + 1, queueId: 0 };
    const { end, isLast, seqs } =
      filter.state === 'dead' ? this.#failedPage(integrationId, newest) : this.#page(newest.seq);
    const { where, bindings } = deliveryConditions(filter);
    const rows = this.#sql
      .exec<ListedRow>(
        `SELECT events.seq, ifnull(events.repeat_of, events.message_id) AS message_id, events.type, events.name, events.happened_at_ms, events.received_at_ms,
           deliveries.lane_id, deliveries.earlier, ${DELIVERY_COLUMNS}
         FROM ${DELIVERIES_OF_EVENTS}
         WHERE (events.seq, deliveries.lane_id) < (?, ?) AND (events.seq, deliveries.lane_id) >= (?, ?)
           AND events.seq <= ? AND events.seq >= ? ${seqs === undefined ? '' : 'AND events.seq IN (SELECT value FROM json_each(?))'}
           AND lanes.integration_id = ? AND ${where}
         ORDER BY events.seq DESC, deliveries.lane_id DESC LIMIT ?`,
        newest.seq,
        newest.queueId,
        end.seq,
        end.queueId,
        newest.seq,
        end.seq,
        ...(seqs === undefined ? [] : [JSON.stringify(seqs)]),
        integrationId,
        ...bindings,
        limit,
      )
      .toArray();
    const last = rows.at(-1);
    const next = rows.length === limit && last !== undefined ? { seq: last.seq, queueId: last.lane_id } : undefined;
    return {
      data: rows.map(listedDelivery),
      next: next ?? (isLast ? undefined : end),
    };
  }

  /** Returns where a page ends that reads all events. */
  #page(newest: number): PageOfList {
    const [row] = this.#sql
      .exec<{ seq: number }>(
        `SELECT seq FROM events WHERE seq <= ? ORDER BY seq DESC LIMIT 1 OFFSET ${EVENTS_A_PAGE}`,
        newest,
      )
      .toArray();
    return { end: { seq: (row?.seq ?? 0) + 1, queueId: 0 }, isLast: row === undefined, seqs: undefined };
  }

  /** Returns where a page of failed deliveries ends, and their events. */
  #failedPage(integrationId: string, { seq, queueId }: ListPlace): PageOfList {
    const places = queuesOf(this.#sql, integrationId).flatMap((queue) =>
      this.#sql
        .exec<{ event_seq: number }>(
          `SELECT event_seq FROM deliveries WHERE lane_id = ? AND state = 'dead' AND event_seq <= ?
           ORDER BY event_seq DESC LIMIT ${FAILED_A_PAGE}`,
          queue,
          queue < queueId ? seq : seq - 1,
        )
        .toArray()
        .map((row) => ({ seq: row.event_seq, queueId: queue })),
    );
    const newestFirst = places.toSorted((one, other) => other.seq - one.seq || other.queueId - one.queueId);
    const own = newestFirst.slice(0, FAILED_A_PAGE);
    return {
      end: own.at(-1) ?? { seq: 1, queueId: 0 },
      isLast: newestFirst.length < FAILED_A_PAGE,
      seqs: own.map((place) => place.seq),
    };
  }

  /** Returns the whole story of one delivery, with each request that contained it. */
  whole(integrationId: string, id: string): DeliveryStory | undefined {
    const identity = parseDeliveryId(id);
    if (identity === undefined) return undefined;
    const [row] = this.#sql
      .exec<StoryRow>(
        `SELECT events.seq, ifnull(events.repeat_of, events.message_id) AS message_id, events.type, events.name, events.happened_at_ms, events.received_at_ms,
           events.facts, deliveries.lane_id, deliveries.earlier, deliveries.shape,
           ${DELIVERY_COLUMNS}
         FROM lanes
         JOIN deliveries ON deliveries.lane_id = lanes.id
         JOIN events ON events.seq = deliveries.event_seq
         LEFT JOIN integration_holds AS hold ON hold.integration_id = lanes.integration_id
         WHERE lanes.integration_id = ? AND lanes.rule_id = ? AND deliveries.event_id = ?`,
        integrationId,
        identity.ruleId,
        identity.eventId,
      )
      .toArray();
    if (row === undefined) return undefined;
    const attempts = this.#attempts(row);
    return {
      ...listedDelivery(row),
      payload: payloadOf(row),
      requests: attempts.map(attemptView),
      consent: consentProof(row, attempts, this.#consents.reader()(row.facts)),
      earlier: earlierEnds(row.earlier),
    };
  }

  #attempts({ lane_id: queueId, event_id: eventId }: ListedRow): AttemptRow[] {
    return this.#sql
      .exec<AttemptRow>(
        `SELECT attempts.* FROM attempts JOIN deliveries ON ${ITS_ATTEMPTS}
         WHERE deliveries.lane_id = ? AND deliveries.event_id = ? ORDER BY +attempts.id DESC LIMIT ${MAX_REQUESTS}`,
        queueId,
        eventId,
      )
      .toArray()
      .toReversed();
  }
}

function listedDelivery(row: ListedRow): ListedDelivery {
  return {
    id: deliveryId({ ruleId: row.rule_id, eventId: row.event_id }),
    message_id: row.message_id,
    type: row.type,
    event: row.name,
    happened_at: new Date(row.happened_at_ms).toISOString(),
    received_at: new Date(row.received_at_ms).toISOString(),
    ...deliveryView(row),
  };
}

function payloadOf({
  shape,
  rule_id: ruleId,
  event_id: eventId,
  currency: currencyCode,
  amount,
}: StoryRow): DeliveryStory['payload'] {
  if (shape === null) return null;
  const value = currencyCode === null || amount === null ? undefined : { currencyCode, amount };
  return maskedPayload(v.parse(PayloadShape, JSON.parse(shape)), { ruleId, eventId, value });
}

function attemptView(row: AttemptRow): AttemptView {
  return {
    at: new Date(row.started_at_ms).toISOString(),
    duration_ms: row.ended_at_ms - row.started_at_ms,
    events: row.events,
    status: row.status,
    outcome: row.outcome,
    code: row.code,
    message: row.message,
  };
}

/**
 * Proves the consent: a delivery exists only if the consent was given, and a request contains it only if it still was.
 */
function consentProof(
  row: StoryRow,
  attempts: readonly AttemptRow[],
  { consent, asked }: KeptConsent,
): DeliveryStory['consent'] {
  const at = (ms: number): string => new Date(ms).toISOString();
  const endedAt = row.done_at_ms === null ? [] : [at(row.done_at_ms)];
  return {
    ...consent,
    checks: [
      {
        at: at(row.received_at_ms),
        when: 'received',
        asked: asked[row.integration_id]?.slice() ?? null,
        granted: true,
      },
      ...attempts.map(({ started_at_ms: startedAtMs, consent_asked: askedThen }) => ({
        at: at(startedAtMs),
        when: 'sending' as const,
        asked: askedThen === null ? null : v.parse(Asked, JSON.parse(askedThen)),
        granted: true,
      })),
      ...(row.reason === 'no_consent'
        ? endedAt.map((end) => ({ at: end, when: 'sending' as const, asked: null, granted: false }))
        : []),
      ...(row.reason === 'consent_withdrawn'
        ? endedAt.map((end) => ({ at: end, when: 'withdrawn' as const, asked: null, granted: false }))
        : []),
    ],
  };
}

function earlierEnds(text: string | null): DeliveryStory['earlier'] {
  const ends = v.parse(EarlierEnds, JSON.parse(text ?? '[]'));
  return ends.map(({ reason, done_at_ms }) => ({ reason, at: new Date(done_at_ms).toISOString() }));
}

function deliveryView(row: DeliveryRow): DeliveryView {
  const isWaiting = row.state === 'waiting';
  const stored = isWaiting ? 'pending' : v.parse(StoredState, row.state);
  // The rule queue is held and not the delivery: pending deliveries in it are shown as held.
  const isHeld = stored === 'pending' && !isWaiting && row.hold_reason !== null;
  const state = isHeld ? 'held' : stored;
  const reason = isWaiting ? 'waiting_for_identity' : isHeld ? row.hold_reason : row.reason;
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
    value: row.currency === null || row.amount === null ? null : { currency: row.currency, amount: row.amount },
  };
}
