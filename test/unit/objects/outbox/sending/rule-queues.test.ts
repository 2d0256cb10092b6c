import { describe, expect, it } from 'vitest';

import type { RuleQueue } from '../../../../../worker/objects/outbox/sending/rule-queues.ts';
import { NOW } from '../../../support/an-event.ts';
import { aDeliveryIn, aQueue, inAnOutbox, INTEGRATION } from '../../../support/an-outbox.ts';
import type { OutboxTables } from '../../../support/an-outbox.ts';

const MINUTE_MS = 60_000;
const HOLD = { nowMs: NOW, probeAfterMs: MINUTE_MS };

/** Runs on two rules of one integration and one of another, each with something to send. */
const withQueues = <Result>(
  work: (tables: OutboxTables, all: { own: RuleQueue; sister: RuleQueue; other: RuleQueue }) => Result,
) =>
  inAnOutbox((tables) => {
    const all = {
      own: tables.queue,
      sister: aQueue(tables.queues, { ruleId: '1002' }),
      other: aQueue(tables.queues, { integrationId: 'int_2' }),
    };
    for (const [index, queue] of Object.values(all).entries())
      aDeliveryIn({ ...tables, queue }, `event-${index}`, { happened_at_ms: NOW + index });
    return work(tables, all);
  });

const readyAt = ({ queues }: OutboxTables, nowMs: number): string[] =>
  queues.ready(nowMs).map(({ integrationId, ruleId }) => `${integrationId}/${ruleId}`);

const ALL = ['int_1/1001', 'int_1/1002', 'int_2/1001'];

describe('a rule queue', () => {
  it('exists for each rule of each integration', async () => {
    const isSame = await inAnOutbox(({ queues, queue }) => [
      aQueue(queues).id === queue.id,
      aQueue(queues, { ruleId: '1002' }).id === queue.id,
      aQueue(queues, { integrationId: 'int_2' }).id === queue.id,
    ]);

    expect(isSame).toEqual([true, false, false]);
  });

  it('is ready while it has something to send, the nearest deadline first', async () => {
    const ready = await withQueues((tables, { sister }) => {
      const before = readyAt(tables, NOW);
      tables.database.sql.exec('DELETE FROM deliveries WHERE lane_id = ?', sister.id);
      return [before, readyAt(tables, NOW)];
    });

    expect(ready).toEqual([ALL, ['int_1/1001', 'int_2/1001']]);
  });

  it('waits alone after a failure, and then sends one event first', async () => {
    const seen = await withQueues((tables, { own }) => {
      tables.queues.wait(own, { nowMs: NOW, afterMs: MINUTE_MS });
      return {
        ready: [readyAt(tables, NOW), readyAt(tables, NOW + MINUTE_MS)],
        queue: tables.queues.ready(NOW + MINUTE_MS).find(({ id }) => id === own.id),
      };
    });

    expect(seen.ready).toEqual([['int_1/1002', 'int_2/1001'], ALL]);
    expect(seen.queue).toMatchObject({ failures: 1, batchLimit: 1, maxBatch: 5_000 });
  });

  it('waits with its whole integration when that has no permit, which is not a failure', async () => {
    const seen = await withQueues((tables, { own }) => {
      tables.queues.postponeIntegration(own, { nowMs: NOW, afterMs: MINUTE_MS });
      return {
        ready: readyAt(tables, NOW),
        failures: tables.queues.ready(NOW + MINUTE_MS).map(({ failures }) => failures),
      };
    });

    expect(seen).toEqual({ ready: ['int_2/1001'], failures: [0, 0, 0] });
  });

  it('is held alone when its rule is at fault', async () => {
    const ready = await withQueues((tables, { own }) => {
      tables.queues.holdRule(own, { reason: 'rule_unknown', ...HOLD });
      return [readyAt(tables, NOW), readyAt(tables, NOW + MINUTE_MS)];
    });

    expect(ready).toEqual([['int_1/1002', 'int_2/1001'], ALL]);
  });

  it('is held with its integration when that is at fault, and any of its rules asks with one event', async () => {
    const seen = await withQueues((tables, { own }) => {
      tables.queues.holdIntegration(own, { reason: 'access_denied', ...HOLD });
      const probing = tables.queues.ready(NOW + MINUTE_MS).filter(({ probeFor }) => probeFor === 'access_denied');
      return { ready: readyAt(tables, NOW), probing: probing.map(({ batchLimit }) => batchLimit) };
    });

    expect(seen).toEqual({ ready: ['int_2/1001'], probing: [1, 1] });
  });

  it('continues after a success with a tenfold batch limit, and ends the hold of its integration', async () => {
    const queue = await withQueues((tables, { own }) => {
      tables.queues.wait(own, { nowMs: NOW, afterMs: MINUTE_MS });
      tables.queues.holdIntegration(own, { reason: 'access_denied', ...HOLD });
      tables.queues.succeeded({ ...own, batchLimit: 1 }, NOW);
      return tables.queues.ready(NOW).find(({ id }) => id === own.id);
    });

    expect(queue).toMatchObject({ failures: 0, batchLimit: 10, probeFor: undefined });
  });

  it('sends no larger batches than LinkedIn accepts, and tries twice as many an hour later', async () => {
    const limits = await withQueues((tables, { own }) => {
      const own2 = (): RuleQueue => tables.queues.ready(NOW).find(({ id }) => id === own.id) ?? own;
      tables.queues.limitBatch(own, { maxBatch: 100, nowMs: NOW });
      tables.queues.succeeded(own2(), NOW + 59 * MINUTE_MS);
      const before = own2().maxBatch;
      tables.queues.succeeded(own2(), NOW + 60 * MINUTE_MS);
      return [before, own2().maxBatch];
    });

    expect(limits).toEqual([100, 200]);
  });

  it('sends again at once when a person has fixed its integration', async () => {
    const ready = await withQueues((tables, { own }) => {
      tables.queues.holdRule(own, { reason: 'rule_unknown', ...HOLD });
      tables.queues.holdIntegration(own, { reason: 'access_denied', ...HOLD });
      tables.queues.resume(INTEGRATION);
      return readyAt(tables, NOW);
    });

    expect(ready).toEqual(ALL);
  });

  it('is held alone for an unknown refusal until a second rule of its integration gets the same', async () => {
    const SUSPECT = { alsoRefused: 'access_denied', ...HOLD } as const;
    const ready = await withQueues((tables, { own, sister }) => {
      tables.queues.suspect(own, SUSPECT);
      const afterOne = readyAt(tables, NOW);
      tables.queues.suspect(sister, SUSPECT);
      return { afterOne, probes: tables.queues.ready(NOW + MINUTE_MS).map(({ probeFor }) => probeFor) };
    });

    expect(ready.afterOne).toEqual(['int_1/1002', 'int_2/1001']);
    expect(ready.probes).toEqual(['access_denied', 'access_denied', undefined]);
  });
});

describe('the next time when something may be sent', () => {
  it('is the earliest of all rule queues, and undefined when nothing is pending', async () => {
    const due = await withQueues((tables, { own, sister, other }) => {
      for (const queue of [own, sister, other]) tables.queues.wait(queue, { nowMs: NOW, afterMs: MINUTE_MS });
      tables.queues.postpone(sister, { nowMs: NOW, afterMs: 1_000 });
      const first = tables.queues.nextDueAtMs();
      tables.database.sql.exec('DELETE FROM deliveries');
      return [first, tables.queues.nextDueAtMs()];
    });

    expect(due).toEqual([NOW + 1_000, undefined]);
  });
});
