import type { LedgerRow, RuleLedgerRow } from '../../../schema/reports/ledger.ts';
import type { Sql } from '../../sql.ts';
import { BY_RULE, DAY, LEDGER_BY_DAY, LEDGER_BY_HOUR, LEDGER_BY_RULE, NAME, OUTCOME } from './ledger-queries.ts';

const HOUR_MS = 60 * 60 * 1000;

/** Hourly counts are not needed for longer. */
const ROWLESS_HOURS = 96;

type CountRow = { day: string; name: string; outcome: string; events: number };
type HourRow = { hour: string; name: string; outcome: string; events: number };
type RuleCountRow = {
  day: string;
  name: string;
  integration_id: string;
  rule_id: string;
  outcome: string;
  deliveries: number;
};

/** UTC days, `YYYY-MM-DD`, both included. */
export type Days = { from: string; to: string };

/** Returns an event's name in the ledger: track events by their name, all others by their type. */
export function ledgerName({ type, name }: { type: string; name: string | undefined }): string {
  return type === 'track' ? (name ?? type) : type;
}

/** Returns the UTC day under which events received at this time are counted. */
export function ledgerDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/**
 * Reconciliation: every event received, and its outcome.
 *
 * Received events are counted as they arrive. Outcomes are read from the rows themselves; for purged rows, from the
 * outcomes stored at that time. So the two sides are independent, and a difference is a fault.
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
    // All received events have rows, except these.
    if (outcome !== 'received')
      this.#sql.exec(
        `INSERT INTO rowless_counts (hour, name, outcome, events) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET events = rowless_counts.events + excluded.events`,
        hourOf(atMs),
        name,
        outcome,
        events,
      );
  }

  /** Stores the outcomes of events whose rows are about to be purged. */
  close(eventSeqs: readonly number[]): void {
    const seqs = JSON.stringify(eventSeqs);
    this.#sql.exec(
      `INSERT INTO counts (day, name, outcome, events)
       SELECT ${DAY}, ${NAME}, ${OUTCOME}, count(*) FROM events
       WHERE events.seq IN (SELECT value FROM json_each(?)) GROUP BY 1, 2, 3
       ON CONFLICT DO UPDATE SET events = counts.events + excluded.events`,
      seqs,
    );
    this.#sql.exec(
      `INSERT INTO rule_counts (day, name, integration_id, rule_id, outcome, deliveries)
       ${BY_RULE} WHERE events.seq IN (SELECT value FROM json_each(?)) GROUP BY 1, 2, 3, 4, 5
       ON CONFLICT DO UPDATE SET deliveries = rule_counts.deliveries + excluded.deliveries`,
      seqs,
    );
  }

  /** Deletes counts of hours that nobody asks for any more. */
  forgetHours(nowMs: number): void {
    this.#sql.exec('DELETE FROM rowless_counts WHERE hour < ?', hourOf(nowMs - ROWLESS_HOURS * HOUR_MS));
  }

  /** Returns the counts by day and event. */
  read({ from, to }: Days): LedgerRow[] {
    const [fromMs, beforeMs] = betweenMs({ from, to });
    const counted = this.#sql.exec<CountRow>(LEDGER_BY_DAY, from, to, fromMs, beforeMs).toArray();
    return added(counted, emptyRow).toSorted((a, b) => b.day.localeCompare(a.day) || a.event.localeCompare(b.event));
  }

  /**
   * Returns the counts by hour and event, for the current hour and those before it. Here, `received` is the sum of the
   * outcomes, because the independent count exists only by day.
   */
  readHours(hours: number, nowMs: number): LedgerRow[] {
    const fromMs = (Math.floor(nowMs / HOUR_MS) - hours + 1) * HOUR_MS;
    const rows = this.#sql.exec<HourRow>(LEDGER_BY_HOUR, fromMs, hourOf(fromMs)).toArray();
    const counted = rows.flatMap((row) => [row, { ...row, outcome: 'received' }]);
    return added(counted, emptyHour).toSorted(
      (a, b) => b.day.localeCompare(a.day) || (b.hour ?? 0) - (a.hour ?? 0) || a.event.localeCompare(b.event),
    );
  }

  /**
   * Returns the counts by day, event and conversion rule. It counts deliveries: an event has one for each of its rules.
   */
  readRules({ from, to }: Days): RuleLedgerRow[] {
    const found = this.#sql.exec<RuleCountRow>(LEDGER_BY_RULE, from, to, ...betweenMs({ from, to })).toArray();
    const rows = new Map<string, RuleLedgerRow>();
    for (const counted of found) {
      const { day, name, integration_id, rule_id, outcome, deliveries } = counted;
      const key = `${day} ${integration_id} ${rule_id} ${name}`;
      const row = rows.get(key) ?? emptyRuleRow(counted);
      rows.set(key, withCount({ ...row, deliveries: row.deliveries + deliveries }, { outcome, count: deliveries }));
    }
    return [...rows.values()].toSorted(
      (a, b) =>
        b.day.localeCompare(a.day) ||
        a.event.localeCompare(b.event) ||
        a.conversion_rule_id.localeCompare(b.conversion_rule_id),
    );
  }
}

/** Returns the instants at which a range of days begins and ends. */
export function betweenMs({ from, to }: Days): [fromMs: number, beforeMs: number] {
  return [Date.parse(from), Date.parse(to) + 24 * HOUR_MS];
}

/** Returns a UTC hour, such as `2026-11-21T13`. */
export function hourOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 13);
}

/** Adds counts up to rows. Counts with an equal empty row are added to the same row. */
function added<Row extends { name: string; outcome: string; events: number }>(
  counts: readonly Row[],
  emptyRowOf: (count: Row) => LedgerRow,
): LedgerRow[] {
  const rows = new Map<string, LedgerRow>();
  for (const count of counts) {
    const empty = emptyRowOf(count);
    const key = `${empty.day} ${empty.hour ?? ''} ${empty.event}`;
    rows.set(key, withCount(rows.get(key) ?? empty, { outcome: count.outcome, count: count.events }));
  }
  return [...rows.values()];
}

const NOTHING = { delivered: 0, unconfirmed: 0, pending: 0, held: 0, dead: 0, expired: 0, erased: 0, skipped: {} };

function emptyRow({ day, name }: CountRow): LedgerRow {
  return { day, event: name, received: 0, rejected: 0, ...NOTHING };
}

function emptyHour({ hour, name }: HourRow): LedgerRow {
  return {
    day: hour.slice(0, 10),
    hour: Number(hour.slice(11)),
    event: name,
    received: 0,
    rejected: 0,
    ...NOTHING,
  };
}

function emptyRuleRow({ day, name, integration_id, rule_id }: RuleCountRow): RuleLedgerRow {
  return { day, event: name, integration_id, conversion_rule_id: rule_id, deliveries: 0, ...NOTHING };
}

function withCount<Row extends LedgerRow | RuleLedgerRow>(
  row: Row,
  { outcome, count }: { outcome: string; count: number },
): Row {
  if (outcome.startsWith('skipped:')) {
    const reason = outcome.slice('skipped:'.length);
    return { ...row, skipped: { ...row.skipped, [reason]: (row.skipped[reason] ?? 0) + count } };
  }
  // Counts as delivered too, with a mark.
  if (outcome === 'unconfirmed')
    return { ...row, delivered: row.delivered + count, unconfirmed: row.unconfirmed + count };
  const counts: Readonly<Record<string, unknown>> = row;
  const before = counts[outcome];
  if (typeof before !== 'number') throw new Error(`Cannot read the ledger: "${outcome}" is no outcome`);
  return { ...row, [outcome]: before + count };
}
