/** Every wait of a rule queue ends, and a learned limit can be undone: Q13, Q14, Q15, Q18. */
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';

import { OUTBOX_MIGRATIONS } from '../../worker/objects/outbox/outbox-schema.ts';
import { Backlog } from '../../worker/objects/outbox/reports/backlog.ts';
import { Learned } from '../../worker/objects/outbox/sending/learned-from-linkedin.ts';
import { RuleQueues, MAX_WAIT_MS } from '../../worker/objects/outbox/sending/rule-queues.ts';
import type { RuleQueue } from '../../worker/objects/outbox/sending/rule-queues.ts';
import { migrate } from '../../worker/objects/sql.ts';
import { CalmWorld } from './calm-world.ts';
import { aReceipt } from './simulation/a-receipt.ts';
import { memoryDatabase } from './simulation/memory-database.ts';
import type { MemoryDatabase } from './simulation/memory-database.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let database: MemoryDatabase;
let queues: RuleQueues;

beforeEach(() => {
  database = memoryDatabase();
  migrate(database, OUTBOX_MIGRATIONS);
  queues = new RuleQueues(database.sql);
});

/** A rule queue with something to send. */
function aQueue(): RuleQueue {
  const id = queues.idOf({ integrationId: 'int_a', ruleId: '1001', maxBatch: 5_000 });
  database.sql.exec(
    `INSERT OR IGNORE INTO deliveries (lane_id, event_id, event_seq, happened_at_ms, enqueued_at_ms, state) VALUES (?, 'event', 1, 0, 0, 'pending')`,
    id,
  );
  return queueAt(NOW + 400 * DAY_MS);
}

function queueAt(nowMs: number): RuleQueue {
  const [queue] = queues.ready(nowMs);
  if (queue === undefined) throw new Error('No lane is ready');
  return queue;
}

describe('the wait of a rule queue', () => {
  it.each([30 * DAY_MS, 400 * DAY_MS])(
    'lasts no longer than an hour, even if it was set by a clock that was %i ms ahead',
    (aheadMs) => {
      const queue = aQueue();
      queues.holdRule(queue, { reason: 'rule_unknown', nowMs: NOW + aheadMs, probeAfterMs: HOUR_MS });
      queues.holdIntegration(queue, { reason: 'access_denied', nowMs: NOW + aheadMs, probeAfterMs: HOUR_MS });

      queues.forgetFarTimes(NOW);

      expect(queues.nextDueAtMs()).toBeLessThanOrEqual(NOW + MAX_WAIT_MS);
      expect(queues.ready(NOW + MAX_WAIT_MS)).toHaveLength(1);
    },
  );

  it('is at most an hour, whatever is requested', () => {
    const queue = aQueue();
    const afterMs = fc.oneof(fc.double(), fc.constantFrom(Number.POSITIVE_INFINITY, Number.NaN, -1));

    fc.assert(
      fc.property(afterMs, (ms) => {
        queues.wait(queue, { nowMs: NOW, afterMs: ms });
        queues.postpone(queue, { nowMs: NOW, afterMs: ms });
        queues.postponeIntegration(queue, { nowMs: NOW, afterMs: ms });

        const dueAtMs = queues.nextDueAtMs();
        expect(dueAtMs).toBeGreaterThanOrEqual(NOW);
        expect(dueAtMs).toBeLessThanOrEqual(NOW + MAX_WAIT_MS);
      }),
    );
  });

  // Q3: an older version stored a time that isn't a valid date.
  it('can be read, and ends, when an older version stored one without an end', () => {
    aQueue();
    database.sql.exec('UPDATE lanes SET due_at_ms = 9e999');

    expect(new Backlog(database.sql).of('int_a', NOW).rules[0]?.next_attempt_at).toBeNull();
    queues.forgetFarTimes(NOW);
    expect(queues.ready(NOW)).toHaveLength(1);
  });
});

describe('the size of a batch', () => {
  it('recovers after LinkedIn found it too large: it doubles after an hour, and so on', () => {
    aQueue();
    let nowMs = NOW;
    for (let times = 0; times < 13; times += 1) {
      const queue = queueAt(NOW + 400 * DAY_MS);
      queues.limitBatch(queue, { maxBatch: Math.ceil(queue.maxBatch / 2), nowMs });
    }
    expect(queueAt(NOW + 400 * DAY_MS).batchLimit).toBe(1);

    for (let hours = 0; hours < 14; hours += 1) {
      nowMs += HOUR_MS;
      queues.succeeded(queueAt(NOW + 400 * DAY_MS), nowMs);
    }
    queues.succeeded(queueAt(NOW + 400 * DAY_MS), nowMs);

    expect(queueAt(NOW + 400 * DAY_MS).batchLimit).toBe(5_000);
  });

  it("doesn't grow within the hour after a 413", () => {
    queues.limitBatch(aQueue(), { maxBatch: 10, nowMs: NOW });

    queues.succeeded(queueAt(NOW + 400 * DAY_MS), NOW + HOUR_MS - 1);

    expect(queueAt(NOW + 400 * DAY_MS).maxBatch).toBe(10);
  });
});

describe('the version that replaces a retired one', () => {
  it('is the one that was found last', () => {
    const learned = new Learned(database.sql);
    learned.replaceVersion('int_a', { retired: '202601', working: '202609' });

    learned.replaceVersion('int_a', { retired: '202601', working: '202703' });

    expect(learned.workingVersion('int_a', '202601')).toBe('202703');
  });
});

describe('events that may no longer be sent', () => {
  it("are skipped together, even after a failure, and don't delay valid ones", async () => {
    const world = new CalmWorld();
    const { simulation } = world;
    simulation.linkedIn.refusedRules.set('1001', 'No ad accounts found');
    const receipts = Array.from({ length: 2_000 }, (_, index) => ({
      ...aReceipt({
        messageId: index === 1_999 ? 'good' : `refused-${index}`,
        to: [{ integrationId: 'int_a', ruleId: '1001' }],
        happenedAtMs: world.nowMs + index,
        receivedAtMs: world.nowMs,
      }),
      consent: { categories: { analytics: index === 1_999 }, policy: 'granted', country: undefined } as const,
    }));
    const kept = simulation.enqueue('src_a', receipts);
    await world.pass(10_000);
    await kept;
    expect(world.holds()).toEqual(['rule_unknown']);
    const known = simulation.integrations.get('int_a');
    if (known !== undefined) simulation.integrations.set('int_a', { ...known, consent_categories: ['analytics'] });
    simulation.linkedIn.refusedRules.clear();

    await world.tell();
    await world.pass(5_000);

    expect(world.states()).toEqual({ skipped: 1_999, delivered: 1 });
  });
});
