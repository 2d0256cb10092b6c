import type { LedgerRow } from '../schema/ledger.ts';
import type { Sql } from './sql.ts';

/**
 * The outcome of each event that is still a row: its skip, or the least finished of its deliveries, as `eventState` has it.
 * The digit in front sorts, and is cut off.
 */
const OUTCOME = `
  CASE WHEN events.skip_reason IS NOT NULL THEN 'skipped:' || events.skip_reason
  ELSE ifnull(substr((
    SELECT min(CASE deliveries.state
      WHEN 'pending' THEN iif(ifnull(hold.reason, lanes.hold_reason) IS NULL, '1pending', '0held')
      WHEN 'waiting' THEN '1pending'
      WHEN 'dead' THEN '2dead'
      WHEN 'expired' THEN '3expired'
      WHEN 'erased' THEN '4erased'
      WHEN 'delivered' THEN '5delivered'
      ELSE '6skipped:' || deliveries.reason END)
    FROM json_each(events.deliveries) AS identity
    JOIN deliveries ON deliveries.lane_id = identity.value ->> 0 AND deliveries.event_id = identity.value ->> 1
    JOIN lanes ON lanes.id = deliveries.lane_id
    LEFT JOIN integration_holds AS hold ON hold.integration_id = lanes.integration_id
  ), 2), 'skipped:duplicate') END`;

const DAY = `strftime('%Y-%m-%d', events.received_at_ms / 1000, 'unixepoch')`;
const NAME = `iif(events.type = 'track', events.name, events.type)`;

type CountRow = { day: string; name: string; outcome: string; events: number };

/** What an event is called in the ledger: track events by their name, all others by their type. */
export function ledgerName({ type, name }: { type: string; name: string | undefined }): string {
  return type === 'track' ? (name ?? type) : type;
}

/** Events are counted by the UTC day on which they were received. */
export function ledgerDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/**
 * The conservation table: what came in, and what became of it.
 *
 * What was received is counted as it comes in; what became of it is read from the rows themselves, and for rows that were
 * purged from what they were then. So the two sides are known independently, and a difference is a fault.
 */
export class Ledger {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  count({ atMs, name, outcome, events }: { atMs: number; name: string; outcome: string; events: number }): void {
    this.#sql.exec(
      `INSERT INTO counts (day, name, outcome, events) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET events = counts.events + excluded.events`,
      ledgerDay(atMs),
      name,
      outcome,
      events,
    );
  }

  /** Keeps the outcomes of events whose rows are about to be purged. */
  close(eventSeqs: readonly number[]): void {
    this.#sql.exec(
      `INSERT INTO counts (day, name, outcome, events)
       SELECT ${DAY}, ${NAME}, ${OUTCOME}, count(*) FROM events
       WHERE events.seq IN (SELECT value FROM json_each(?)) GROUP BY 1, 2, 3
       ON CONFLICT DO UPDATE SET events = counts.events + excluded.events`,
      JSON.stringify(eventSeqs),
    );
  }

  /** @param from The first UTC day, `YYYY-MM-DD`. @param to The last one. */
  read({ from, to }: { from: string; to: string }): LedgerRow[] {
    const fromMs = Date.parse(from);
    const toMs = Date.parse(to) + 86_400_000;
    const open = this.#sql
      .exec<CountRow>(
        `SELECT ${DAY} AS day, ${NAME} AS name, ${OUTCOME} AS outcome, count(*) AS events FROM events
         WHERE events.received_at_ms >= ? AND events.received_at_ms < ? GROUP BY 1, 2, 3`,
        fromMs,
        toMs,
      )
      .toArray();
    const closed = this.#sql
      .exec<CountRow>('SELECT day, name, outcome, events FROM counts WHERE day >= ? AND day <= ?', from, to)
      .toArray();
    const rows = new Map<string, LedgerRow>();
    for (const count of [...open, ...closed]) {
      const key = `${count.day} ${count.name}`;
      rows.set(key, withCount(rows.get(key) ?? emptyRow(count), count));
    }
    return [...rows.values()].toSorted((a, b) => b.day.localeCompare(a.day) || a.event.localeCompare(b.event));
  }
}

function emptyRow({ day, name }: CountRow): LedgerRow {
  return {
    day,
    event: name,
    received: 0,
    delivered: 0,
    pending: 0,
    held: 0,
    dead: 0,
    expired: 0,
    erased: 0,
    rejected: 0,
    skipped: {},
  };
}

function withCount(row: LedgerRow, { outcome, events }: CountRow): LedgerRow {
  if (outcome.startsWith('skipped:')) {
    const reason = outcome.slice('skipped:'.length);
    return { ...row, skipped: { ...row.skipped, [reason]: (row.skipped[reason] ?? 0) + events } };
  }
  switch (outcome) {
    case 'received':
    case 'delivered':
    case 'pending':
    case 'held':
    case 'dead':
    case 'expired':
    case 'erased':
    case 'rejected':
      return { ...row, [outcome]: row[outcome] + events };
    default:
      throw new Error(`Cannot read the ledger: "${outcome}" is no outcome`);
  }
}
