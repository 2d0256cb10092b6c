import { expect, it } from 'vitest';

import { withTotals } from '../../../../../worker/domain/delivery/ledger-totals.ts';
import { seqAt } from '../../../../../worker/objects/event-store/arrival-order.ts';
import { inOneTurn, partsSince } from '../../../../../worker/objects/event-store/in-parts.ts';
import type { InParts } from '../../../../../worker/objects/event-store/in-parts.ts';
import { LedgerReader } from '../../../../../worker/objects/outbox/reports/ledger-reader.ts';
import { Ledger } from '../../../../../worker/objects/outbox/reports/ledger.ts';
import type { Sql } from '../../../../../worker/objects/sql.ts';
import type { LedgerRow } from '../../../../../worker/schema/reports/ledger.ts';
import { NOW } from '../../../support/an-event.ts';
import { inAnOutbox } from '../../../support/an-outbox.ts';

const DAY_MS = 86_400_000;
const SPAN = { from: '2026-11-01', to: '2026-11-30' };

/** Stores events without deliveries, as they arrive: their rows and their count, in one turn. */
function arrive(sql: Sql, { count, atMs, from = 0 }: { count: number; atMs: number; from?: number }): void {
  sql.exec(
    `WITH RECURSIVE n(i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1 + ?2)
     INSERT INTO events (seq, message_id, type, name, happened_at_ms, received_at_ms, facts, skip_reason, deliveries)
     SELECT ?3 + 16 * i, 'm' || i, 'track', 'Lead', ?4, ?4, '{}', 'no_consent', '[]' FROM n`,
    from,
    count,
    seqAt(atMs),
    atMs,
  );
  new Ledger(sql).count({ atMs, name: 'Lead', outcome: 'received', events: count });
}

function forget(sql: Sql, count: number): void {
  const seqs = sql
    .exec<{ seq: number }>('SELECT seq FROM events ORDER BY seq LIMIT ?', count)
    .toArray()
    .map(({ seq }) => seq);
  new Ledger(sql).close(seqs);
  sql.exec('DELETE FROM events WHERE seq IN (SELECT value FROM json_each(?))', JSON.stringify(seqs));
}

/** Reads a report, and calls `between` after each of its turns. */
function interrupted<Result>(report: InParts<Result>, between: (turn: number) => void): Result {
  for (let turn = 1; ; turn += 1) {
    const step = report.next();
    if (step.done === true) return step.value;
    between(turn);
  }
}

const received = (rows: LedgerRow[]): { balanced: boolean; received: number } => {
  const { balanced, totals } = withTotals(rows);
  return { balanced, received: totals.received };
};

it('a report has each event once, whatever arrives while it is read', () =>
  inAnOutbox(({ database: { sql } }) => {
    arrive(sql, { count: 2_500, atMs: NOW });
    let arrived = 2_500;

    const rows = interrupted(new LedgerReader(sql).read(SPAN), () => {
      arrive(sql, { count: 700, atMs: NOW + 1_000, from: arrived });
      new Ledger(sql).count({ atMs: NOW, name: 'Lead', outcome: 'skipped:duplicate', events: 1 });
      arrived += 700;
    });

    expect(received(rows)).toEqual({ balanced: true, received: 2_500 });
  }));

it.each([1, 2, 3, 4, 5])('a report has each event once when old ones are deleted after its turn %i', (at) =>
  inAnOutbox(({ database: { sql } }) => {
    arrive(sql, { count: 2_000, atMs: NOW - 10 * DAY_MS });
    arrive(sql, { count: 10, atMs: NOW - DAY_MS, from: 2_000 });
    arrive(sql, { count: 10, atMs: NOW, from: 2_010 });

    const rows = interrupted(new LedgerReader(sql).read(SPAN), (turn) => {
      if (turn === at) forget(sql, 1_500);
    });

    expect(received(rows)).toEqual({ balanced: true, received: 2_020 });
  }),
);

it('a report ends although old events are deleted all the time', () =>
  inAnOutbox(({ database: { sql } }) => {
    arrive(sql, { count: 2_000, atMs: NOW - 10 * DAY_MS });
    for (const [index, daysAgo] of [3, 2, 1].entries())
      arrive(sql, { count: 1, atMs: NOW - daysAgo * DAY_MS, from: 2_000 + index });

    const rows = interrupted(new LedgerReader(sql).read(SPAN), () => forget(sql, 10));

    expect(received(rows)).toEqual({ balanced: true, received: 2_003 });
  }));

it('parts have all events of a period, with those of older releases, and few others', () =>
  inAnOutbox(({ database: { sql } }) => {
    sql.exec(
      `INSERT INTO events (seq, message_id, type, happened_at_ms, received_at_ms, facts, deliveries)
       VALUES (7, 'old', 'page', ?1, ?1, '{}', '[]')`,
      NOW - 80 * DAY_MS,
    );
    arrive(sql, { count: 1_000, atMs: NOW - 5 * DAY_MS });
    arrive(sql, { count: 2_001, atMs: NOW, from: 1_000 });

    const parts = [...partsSince(sql, { fromMs: NOW - DAY_MS, untilSeq: Number.MAX_SAFE_INTEGER })];
    const sizes = parts.map(
      ({ afterSeq, untilSeq }) =>
        sql.exec('SELECT seq FROM events WHERE seq > ? AND seq <= ?', afterSeq, untilSeq).toArray().length,
    );

    expect(sizes).toEqual([1, 1_000, 1_000, 1]);
    expect(inOneTurn(new LedgerReader(sql).read({ from: '2026-11-21', to: '2026-11-21' })).length).toBe(1);
  }));
