import { forTally } from '../../../worker/domain/collect/tallied-event.ts';
import type { TalliedEvent } from '../../../worker/domain/collect/tallied-event.ts';
import { TallyEngine } from '../../../worker/objects/tally/tally-engine.ts';
import { TallyReader } from '../../../worker/objects/tally/tally-reader.ts';
import type { TallyRequest } from '../../../worker/objects/tally/tally-writer.ts';
import { aReceipt } from '../simulation/a-receipt.ts';
import { memoryDatabase } from '../simulation/memory-database.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const ROOM = { uncounted: 20, chars: 10_000 };

/** Does everything that a tally can do. Its log is small, so that it also deletes pages. */
export async function tourOfTally(): Promise<void> {
  const database = memoryDatabase();
  let nowMs = Date.parse('2026-11-28T08:00:00Z');
  const start = (): TallyEngine =>
    new TallyEngine({
      database,
      room: ROOM,
      written: async () => undefined,
      now: () => nowMs,
      sleep: async () => undefined,
      alarm: { get: async () => null, set: async () => undefined, clear: async () => undefined },
      isSourceBack: async () => true,
      retentionMs: async () => 91 * DAY_MS,
      log: (where, error) => {
        throw new Error(where, { cause: error });
      },
    });
  let engine = start();
  await engine.repair();
  for (let n = 0; n < 100; n += 1) await engine.count(aRequest(`page-${n}`, nowMs));
  await engine.count(aRequest('page-99', nowMs));
  ask(engine, nowMs);
  engine = start();
  ask(engine, nowMs);
  for (const days of [1, 100, 400]) {
    nowMs += days * DAY_MS;
    await engine.alarm();
  }
  engine.noteDeletion();
  await engine.count(aRequest('later', nowMs));
}

function aRequest(messageId: string, atMs: number): TallyRequest {
  return {
    events: [aPageView(messageId, atMs)],
    rejected: [{ name: 'refused', atMs }],
    triggerSets: [{ fingerprint: 'set', body: '[]' }],
    asked: ['advertising'],
    consent: { advertising: true },
  };
}

function aPageView(messageId: string, atMs: number): TalliedEvent {
  const receipt = aReceipt({ messageId, happenedAtMs: atMs, receivedAtMs: atMs, to: [] });
  const [event] = forTally([
    { ...receipt, lint: ['currency_missing'], triggers: { int_a: { set: 'set', mappings: '' } } },
  ]).tally;
  if (event === undefined) throw new Error('The tally does not take this event');
  return event;
}

/** Reads everything that the management API reads. */
function ask(engine: TallyEngine, nowMs: number): void {
  const days = { from: '2026-11-01', to: new Date(nowMs).toISOString().slice(0, 10) };
  const reader = new TallyReader(engine);
  const { data, nextSeq } = reader.latest({ limit: 5, beforeSeq: undefined });
  reader.latest({ limit: 5, beforeSeq: nextSeq });
  for (const { message_id: messageId } of data) reader.event(messageId);
  reader.eventsAt([1, engine.log.newestSeq()]);
  void reader.look({ afterSeq: 0, limit: 5, waitMs: 1, version: undefined });
  void reader.look({ afterSeq: engine.log.newestSeq() - 1, limit: 5, waitMs: 1, version: undefined });
  reader.ledger(days);
  reader.find({ messageIds: ['m'], eventIds: [], orders: ['o'], name: 'page', sinceDay: days.from, atMost: 5 });
  reader.lastHours(24);
  reader.lint(days);
  reader.consent(days);
}
