import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';

import type { NewDelivery } from '../../../worker/domain/collect/decide-for.ts';
import { Deliveries } from '../../../worker/objects/outbox/deliveries.ts';
import type { AcceptedEvent } from '../../../worker/objects/outbox/delivery-types.ts';
import { RuleQueues } from '../../../worker/objects/outbox/sending/rule-queues.ts';
import type { RuleQueue } from '../../../worker/objects/outbox/sending/rule-queues.ts';
import type { Database, SqlValue } from '../../../worker/objects/sql.ts';
import { NOW } from './an-event.ts';

export const INTEGRATION = 'int_1';
export const RULE = '1001';

/** The SQLite of a new outbox with its tables, and its usual parts. */
export type OutboxTables = {
  database: Database;
  deliveries: Deliveries;
  queues: RuleQueues;
  /** The rule queue of `INTEGRATION` and `RULE`. */
  queue: RuleQueue;
};

/** Runs a part of the outbox on the SQLite of a real one. */
export async function inAnOutbox<Result>(work: (tables: OutboxTables) => Result | Promise<Result>): Promise<Result> {
  return runInDurableObject(env.OUTBOX.getByName(crypto.randomUUID()), (_, { storage }) => {
    const database = { sql: storage.sql, transaction: <Done>(act: () => Done) => storage.transactionSync(act) };
    const queues = new RuleQueues(storage.sql);
    return work({ database, queues, deliveries: new Deliveries(storage.sql), queue: aQueue(queues) });
  });
}

/** A rule queue before anything has happened. */
export function aQueue(
  queues: RuleQueues,
  { integrationId = INTEGRATION, ruleId = RULE }: { integrationId?: string; ruleId?: string } = {},
): RuleQueue {
  const id = queues.idOf({ integrationId, ruleId, maxBatch: 5_000 });
  return { id, integrationId, ruleId, failures: 0, batchLimit: 5_000, maxBatch: 5_000, probeFor: undefined };
}

/** The columns of a delivery's row. */
export type DeliveryRow = Partial<{
  event_seq: number;
  happened_at_ms: number;
  state: string;
  reason: string | null;
  payload: string | null;
  late: string | null;
  person: string | null;
  waits_until_ms: number | null;
  done_at_ms: number | null;
  attempt_id: number | null;
  earlier: string | null;
  shape: string | null;
  currency: string | null;
  amount: string | null;
}>;

/** Inserts a delivery in any state, with an event of the same ID. Returns its key. */
export function aDeliveryIn(
  { database: { sql }, queue }: Pick<OutboxTables, 'database' | 'queue'>,
  eventId: string,
  row: DeliveryRow = {},
): { queueId: number; eventId: string } {
  const [event] = sql
    .exec<{ seq: number }>(
      `INSERT INTO events (message_id, type, name, happened_at_ms, received_at_ms, facts, deliveries)
       VALUES (?, 'track', 'Lead', ?, ?, '{}', ?) RETURNING seq`,
      eventId,
      NOW,
      NOW,
      JSON.stringify([[queue.id, eventId]]),
    )
    .toArray();
  const columns: Record<string, SqlValue> = {
    lane_id: queue.id,
    event_id: eventId,
    event_seq: event?.seq ?? 0,
    happened_at_ms: NOW,
    enqueued_at_ms: NOW,
    state: 'pending',
    payload: '{}',
    person: '',
    ...row,
  };
  const names = Object.keys(columns);
  sql.exec(
    `INSERT INTO deliveries (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    ...Object.values(columns),
  );
  return { queueId: queue.id, eventId };
}

/** Returns a delivery's row; undefined when there is none. */
export function rowOf(database: Database, eventId: string): DeliveryRow | undefined {
  const [row] = database.sql
    .exec<Record<string, SqlValue>>('SELECT * FROM deliveries WHERE event_id = ?', eventId)
    .toArray();
  return row;
}

/** The event that a collector hands over for one conversion. */
export function anAccepted({
  messageId = crypto.randomUUID(),
  to = [{}],
  ...over
}: Partial<Omit<AcceptedEvent, 'deliveries'>> & { to?: readonly Partial<NewDelivery>[] } = {}): AcceptedEvent {
  return {
    messageId,
    type: 'track',
    name: 'Lead',
    happenedAtMs: NOW,
    receivedAtMs: NOW,
    hasClickId: false,
    hasEmail: true,
    hasNames: false,
    fields: [],
    consent: { categories: {}, policy: 'granted', country: undefined },
    triggers: {},
    consentAsked: {},
    deliveries: to.map((delivery) => ({
      integrationId: INTEGRATION,
      ruleId: RULE,
      eventId: messageId,
      element: anElement(messageId),
      ...delivery,
    })),
    skipReason: to.length === 0 ? 'no_mapping' : undefined,
    membershipsLeft: [],
    lint: [],
    ruleLint: [],
    nameRank: 'named',
    person: [],
    ...over,
  };
}

/** LinkedIn's element for a conversion. */
export function anElement(eventId: string): NonNullable<NewDelivery['element']> {
  return {
    conversion: `urn:lla:llaPartnerConversion:${RULE}`,
    conversionHappenedAt: NOW,
    conversionValue: { currencyCode: 'EUR', amount: '10.00' },
    user: { userIds: [{ idType: 'SHA256_EMAIL', idValue: 'a'.repeat(64) }] },
    eventId,
  };
}
