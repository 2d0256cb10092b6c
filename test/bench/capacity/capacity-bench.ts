import type { Measured } from '../bench.ts';
import { rounded } from '../statistics.ts';
import type { Row } from '../table.ts';
import type { Cost } from './objects/bench-source.ts';
import { startBenchSource } from './start-bench-source.ts';
import type { BenchSource } from './start-bench-source.ts';

const DAYS = Number(process.env['DAYS'] ?? 90);
const PAGE_VIEWS_A_DAY = 5_000_000;
const LEADS_A_DAY = 50_000;
const DAY_MS = 86_400_000;

/** How many times a day events arrive. */
const STEPS_A_DAY = 8;
const STEP_MS = DAY_MS / STEPS_A_DAY;
const START_MS = Date.parse('2026-06-01T00:00:00Z');

/** A scale of 1 is 5,000,000 page views and 50,000 conversions a day, which takes many hours. */
const SCALE = Number(process.env['SCALE'] ?? 0.001);

/** The number of events in a request: from a page, and in a small batch from a server. */
const SIZES = { tally: 1, outbox: 1 };

const QUESTIONS = {
  outbox: [
    'latest 100',
    'live view',
    'one event',
    'deliveries, 200',
    'deliveries that failed',
    'causes',
    'backlog',
    'ledger, 24 hours',
    'ledger, 90 days',
    'ledger by rule, 90 days',
    'consent, 90 days',
    'linter, 90 days',
    'preview of a replay',
    'erasure of a person',
  ],
  tally: [
    'latest 100',
    'live view',
    'one event',
    'ledger, 24 hours',
    'ledger, 90 days',
    'consent, 90 days',
    'linter, 90 days',
  ],
} as const;

/**
 * Fills a source with events for 90 days of a simulated clock, on a real SQLite in workerd. Prints how long that takes,
 * and what each list and report costs at that size.
 */
export async function benchCapacity(): Promise<Measured[]> {
  const source = await startBenchSource();
  try {
    const { days, totals } = await fill(source);
    const nowMs = START_MS + DAYS * DAY_MS;
    const costs = await askAll(source, nowMs);
    const visit = await source.call('outbox', 'visit', { nowMs: nowMs + 2 * DAY_MS });
    const memory = source.memory();
    return [
      {
        title: `${DAYS} days of ${PAGE_VIEWS_A_DAY * SCALE} page views and ${LEADS_A_DAY * SCALE} conversions (SCALE=${SCALE}): the databases by day`,
        rows: days,
      },
      { title: 'what an event took', rows: perEvent(totals) },
      {
        title: `each list and report at that size; workerd had ${memory.now} MB, at most ${memory.most}`,
        rows: [...costs, { object: 'outbox', what: 'visit of the watchdog, with the purge', ...shown(visit) }],
      },
    ];
  } finally {
    await source.stop();
  }
}

type Total = { events: number; rowsWritten: number; bytes: number; logBytes: number };
type Totals = Record<'outbox' | 'tally', Total>;

async function fill(source: BenchSource): Promise<{ days: Row[]; totals: Totals }> {
  const days: Row[] = [];
  const totals: Totals = {
    outbox: { events: 0, rowsWritten: 0, bytes: 0, logBytes: 0 },
    tally: { events: 0, rowsWritten: 0, bytes: 0, logBytes: 0 },
  };
  const perStep = { tally: (PAGE_VIEWS_A_DAY * SCALE) / STEPS_A_DAY, outbox: (LEADS_A_DAY * SCALE) / STEPS_A_DAY };
  const add = (object: 'outbox' | 'tally', events: number, { rowsWritten, bytes, logBytes }: Cost) => {
    const total = totals[object];
    total.events += events;
    total.rowsWritten += rowsWritten;
    total.bytes = bytes;
    total.logBytes = logBytes;
  };
  let alarmMs = 0;
  for (let step = 0; step < DAYS * STEPS_A_DAY; step += 1) {
    const nowMs = START_MS + step * STEP_MS;
    for (const object of ['tally', 'outbox'] as const) {
      const size = SIZES[object];
      // A part of an event is left for a later step.
      const requests = Math.floor(((step + 1) * perStep[object]) / size) - Math.floor((step * perStep[object]) / size);
      if (requests > 0) add(object, requests * size, await source.call(object, 'fill', { nowMs, requests, size }));
      if (object === 'outbox' || step % 2 === 1) {
        const rung = await source.call(object, 'ring', { nowMs: nowMs + 60_000, atMost: 20 });
        add(object, 0, rung);
        alarmMs = Math.max(alarmMs, rung.ms);
      }
    }
    const day = (step + 1) / STEPS_A_DAY;
    if ([1, 7, 30, 60, DAYS].includes(day))
      days.push({
        day,
        'page views': totals.tally.events,
        conversions: totals.outbox.events,
        'tally kB': Math.round(totals.tally.bytes / 1024),
        'of it the log kB': Math.round(totals.tally.logBytes / 1024),
        'outbox kB': Math.round(totals.outbox.bytes / 1024),
        'longest alarm ms': Math.round(alarmMs),
        'workerd MB': source.memory().now,
      });
  }
  return { days, totals };
}

function perEvent(totals: Totals): Row[] {
  return Object.entries(totals).map(([object, { events, rowsWritten, bytes, logBytes }]) => ({
    object,
    events,
    'rows written an event': rounded(rowsWritten / events),
    'bytes an event, without the log': rounded((bytes - logBytes) / events),
  }));
}

async function askAll(source: BenchSource, nowMs: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const object of ['outbox', 'tally'] as const)
    for (const what of QUESTIONS[object]) {
      const cost = await source.call(object, 'ask', { name: what, nowMs });
      rows.push({ object, what, ...shown(cost) });
    }
  return rows;
}

function shown({ ms, rowsRead, rowsWritten }: Cost & { ms: number }): Row {
  return { ms: rounded(ms), 'rows read': rowsRead, 'rows written': rowsWritten };
}
