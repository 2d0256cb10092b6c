import type { Measured } from '../bench.ts';
import { rounded } from '../statistics.ts';
import type { Row } from '../table.ts';
import { startBenchSource } from './start-bench-source.ts';

/** The largest backlog. */
const DELIVERIES = Number(process.env['DELIVERIES'] ?? 1_000_000);

/** The number of events stored at once. A larger request would be refused. */
const REQUEST = 100;
const REQUESTS_A_CALL = 100;
const START_MS = Date.parse('2026-11-28T08:00:00Z');

/**
 * Sends a large backlog of one rule to a LinkedIn that accepts everything, and then a small one, to compare the two.
 */
export async function benchBacklog(): Promise<Measured[]> {
  const rows: Row[] = [];
  for (const deliveries of new Set([Math.min(10_000, DELIVERIES), DELIVERIES])) rows.push(await drain(deliveries));
  return [{ title: 'a backlog of one rule, from the first alarm to the last delivery', rows }];
}

async function drain(deliveries: number): Promise<Row> {
  const source = await startBenchSource();
  try {
    for (let stored = 0; stored < deliveries; stored += REQUEST * REQUESTS_A_CALL)
      await source.call('outbox', 'fill', {
        nowMs: START_MS,
        requests: Math.min(REQUESTS_A_CALL, Math.ceil((deliveries - stored) / REQUEST)),
        size: REQUEST,
      });
    const before = source.memory();
    const drained = { requests: 0, sent: 0, ms: 0, rowsRead: 0, rowsWritten: 0, bytes: 0 };
    for (let alarms = 0; drained.sent < deliveries; alarms += 1) {
      if (alarms > deliveries / 1_000 + 10) throw new Error(`Only ${drained.sent} of ${deliveries} were sent`);
      const rung = await source.call('outbox', 'ring', { nowMs: START_MS + 1_000 + alarms * 120_000, atMost: 1 });
      drained.requests += rung.requests;
      drained.sent += rung.sent;
      drained.ms += rung.ms;
      drained.rowsRead += rung.rowsRead;
      drained.rowsWritten += rung.rowsWritten;
      drained.bytes = rung.bytes;
    }
    return {
      deliveries,
      'requests to LinkedIn': drained.requests,
      seconds: rounded(drained.ms / 1000),
      'µs each': rounded((drained.ms * 1000) / deliveries),
      'rows read each': rounded(drained.rowsRead / deliveries),
      'rows written each': rounded(drained.rowsWritten / deliveries),
      'database MB': Math.round(drained.bytes / 1024 / 1024),
      'workerd MB before': before.now,
      'workerd MB at most': source.memory().most,
    };
  } finally {
    await source.stop();
  }
}
