import { DeliveryStates } from '../../../worker/objects/outbox/delivery-states.ts';
import type { AcceptedEvent } from '../../../worker/objects/outbox/delivery-types.ts';
import { HoldWatch } from '../../../worker/objects/outbox/hold-watch.ts';
import { KeyRegister } from '../../../worker/objects/outbox/keys/key-register.ts';
import { OutboxReader } from '../../../worker/objects/outbox/outbox-reader.ts';
import { ProgressReader } from '../../../worker/objects/outbox/reports/progress-reader.ts';
import { readPulse } from '../../../worker/objects/outbox/reports/pulse-reader.ts';
import { RuleQueues } from '../../../worker/objects/outbox/sending/rule-queues.ts';
import { VersionTrials } from '../../../worker/objects/outbox/sending/version-trials.ts';
import { EngineBench } from '../engine-bench.ts';
import { aReceipt } from '../simulation/a-receipt.ts';
import { runSeed } from '../simulation/run-seed.ts';
import { tourOfTally } from './tour-of-tally.ts';

const TO = [{ integrationId: 'int_a', ruleId: '1001' }];
const HOUR = 3_600;
const DAY = 24 * HOUR;

/**
 * Does everything that an outbox and a tally can do: two stormy days of the simulation, then everything that only people
 * trigger.
 */
export async function tour(): Promise<void> {
  for (const seed of [1, 2]) await runSeed(seed);
  await tourOfTally();
  const bench = new EngineBench();
  await receive(bench);
  await bench.skip(HOUR);
  await ask(bench);
  await decide(bench);
  rarely(bench);
  bench.mayHaveToken = true;
  await bench.engine.resume('int_a');
  await bench.engine.tryVersion('int_a', '202501');
  await bench.skip(HOUR);
  await ask(bench);
  await erase(bench);
  await daysLater(bench, 3);
  await daysLater(bench, 100);
  await bench.engine.inherit(['payload-key:bench:2026-11-28-gone']);
  await receive(bench);
  await daysLater(bench, 3);
  await daysLater(bench, 10);
}

/** Jumps ahead, because nothing happens in the days between. */
async function daysLater(bench: EngineBench, days: number): Promise<void> {
  bench.later(days * DAY * 1_000);
  await bench.skip(2 * HOUR);
}

async function receive(bench: EngineBench): Promise<void> {
  const times = { happenedAtMs: bench.nowMs, receivedAtMs: bench.nowMs };
  const lead = (messageId: string, over: Partial<AcceptedEvent> = {}): AcceptedEvent => ({
    ...aReceipt({ messageId, ...times, to: TO, person: 'ann' }),
    triggers: { int_a: { set: 'set', mappings: '' } },
    ...over,
  });
  const member = { tags: ['ann'], known: [['ann']], elsewhere: ['ann'] };
  const joins = lead('joins', { member });
  const receipts: AcceptedEvent[] = [
    lead('m1', { lint: ['currency_missing'] }),
    lead('m1'),
    lead('m2', { isFromServer: true }),
    { ...joins, deliveries: joins.deliveries.map((delivery) => ({ ...delivery, mappingId: 'map_a' })) },
    lead('leaves', { member, membershipsLeft: ['map_a'] }),
    { ...aReceipt({ messageId: 'none', ...times, to: [] }), nameRank: 'unwanted' },
    {
      ...aReceipt({ messageId: 'waits', ...times, to: TO, idTypes: [], wait: { tag: 'bob', forMs: HOUR * 1_000 } }),
      hasEmail: false,
    },
    aReceipt({ messageId: 'gives up', ...times, to: TO, idTypes: [], wait: { tag: 'eve', forMs: 60_000 } }),
    aReceipt({ messageId: 'identifies', ...times, to: [], introduces: 'bob' }),
  ];
  const beside = {
    triggerSets: [{ fingerprint: 'set', body: '[]' }],
    consent: { advertising: true },
  };
  await bench.engine.enqueue(receipts, [{ name: 'refused', atMs: bench.nowMs }], beside);
  // A page's event that ended may be replaced by a server's with the same ID.
  bench.engine.erase(['ann'], 'consent_withdrawn');
  await bench.engine.enqueue([lead('m1', { isFromServer: true }), lead('m3')], [], beside);
}

/** Reads everything that the management API reads. */
async function ask({ engine, nowMs }: EngineBench): Promise<void> {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  const days = { from: '2026-11-01', to: day };
  const reader = new OutboxReader(engine.ports, engine.changes);
  reader.latest({ limit: 50, beforeSeq: undefined });
  const { events, version } = await reader.look({ afterSeq: 0, limit: 10, waitMs: 1, version: undefined });
  await reader.look({ afterSeq: 0, limit: 10, waitMs: 1, version });
  reader.eventsAt(events.map(({ seq }) => seq));
  reader.event('m1');
  await reader.ledger(days);
  await reader.lastHours(24);
  await reader.ruleLedger(days);
  reader.ruleIdentifiers('int_a');
  reader.find({ messageIds: ['m'], eventIds: ['m'], orders: ['o'], name: 'lead', sinceDay: days.from, atMost: 5 });
  reader.lint(days);
  await reader.consent(days);
  reader.backlog('int_a');
  reader.health();
  await reader.hourly(0);
  reader.known([{ integrationId: 'int_a', ruleId: '1001', eventId: 'm1' }]);
  readPulse(engine.ports.database.sql);
  const counters = new ProgressReader(engine.ports.database.sql);
  const { places } = counters.read(undefined, nowMs);
  counters.read({ ...places, sinceMs: 0, eventSeq: 0, outcomeSeq: 0, attempts: {} }, nowMs + DAY * 1_000);
  for (const filter of [{}, { state: 'dead' as const }, { event: 'Lead Generated', reason: 'token', ...days }]) {
    await reader.causes('int_a', filter);
    reader.replayProgress('int_a', 'rep_1');
    await reader.siteOverview(['int_a'], { hours: 24 });
    const { data } = reader.deliveries('int_a', { limit: 50, before: undefined, filter });
    for (const { id } of data) reader.delivery('int_a', id);
  }
}

async function decide({ engine, nowMs }: EngineBench): Promise<void> {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  const filters = [{}, { state: 'dead' as const }, { event: 'Lead Generated', from: day, to: day }];
  for (const replayId of [null, 'rep_1']) {
    for (const filter of filters) await engine.replay('int_a', { filter }, { id: replayId });
    await engine.replay('int_a', { ids: ['1001:m3'] }, { id: replayId });
  }
}

/** Does what happens only after faults that the simulation does not have. */
function rarely({ database: { sql }, nowMs }: EngineBench): void {
  new HoldWatch(sql).hasChanged();
  const queues = new RuleQueues(sql);
  for (const queue of queues.ready(nowMs + DAY * 1_000)) queues.limitBatch(queue, { maxBatch: 10, nowMs: 0 });
  const gone = { queueId: 1, eventId: 'gone', column: 'payload', text: 'gone' } as const;
  new KeyRegister(sql).live();
  const states = new DeliveryStates(sql);
  states.lose([gone], nowMs);
  states.reseal(gone, 'sealed anew');
  const trials = new VersionTrials(sql);
  trials.refuse('int_a', { version: '202509', atMs: 0, message: 'No' });
  trials.excuse('int_a', '202509');
  trials.versions('int_a', '202501');
  trials.follow('int_a', { configured: '202501', version: '202509' });
}

async function erase(bench: EngineBench): Promise<void> {
  bench.mayHaveToken = false;
  await receive(bench);
  bench.engine.erase(['ann', 'bob'], 'erased_on_request');
  bench.engine.discard('int_a');
  await bench.skip(2 * HOUR);
}
