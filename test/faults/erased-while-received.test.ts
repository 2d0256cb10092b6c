/** Q19: a person is erased while an event of theirs is being sealed. It is in no table yet, but it is erased too. */
import { describe, expect, it } from 'vitest';

import type { OutboxEngine } from '../../worker/objects/outbox/outbox-engine.ts';
import { CalmWorld } from './calm-world.ts';
import { aReceipt } from './simulation/a-receipt.ts';
import type { ReceiptFacts } from './simulation/a-receipt.ts';

describe('an event that is being sealed when its person is erased', () => {
  it('is counted as erased, never sent, and no other person is affected', async () => {
    const world = new CalmWorld();

    const { erased } = await eraseMeanwhile(
      world,
      ['jane'],
      [{ messageId: 'of-jane', person: 'jane' }, { messageId: 'of-joe', person: 'joe' }, { messageId: 'of-nobody' }],
    );

    expect(erased).toBe(1);
    expect(world.states()).toEqual({ erased: 1, delivered: 2 });
    expect(world.taken.map(({ eventId }) => eventId).toSorted()).toEqual(['of-joe', 'of-nobody']);
    expect(leftOf(world, 'of-jane')).toEqual({
      payload: null,
      person: null,
      shape: null,
      reason: 'erased_on_request',
    });
  });

  it('is erased even if it waits for an e-mail, and an arriving e-mail completes nothing', async () => {
    const world = new CalmWorld();
    const wait = { tag: 'browser', forMs: 600_000 };
    const { erased } = await eraseMeanwhile(
      world,
      ['browser'],
      [
        { messageId: 'waits', wait },
        { messageId: 'identify', introduces: 'browser', to: [] },
      ],
    );
    const later = enqueue(world, [{ messageId: 'waits-later', wait }]);
    await world.pass(300);
    await later;

    expect(erased).toBe(1);
    expect(world.states()).toEqual({ erased: 1, waiting: 1 });
  });

  it('is sent when the same person comes back after the erasure', async () => {
    const world = new CalmWorld();
    await eraseMeanwhile(world, ['jane'], [{ messageId: 'before', person: 'jane' }]);

    const kept = enqueue(world, [{ messageId: 'after', person: 'jane' }]);
    await world.pass(10_000);
    await kept;

    expect(world.taken.map(({ eventId }) => eventId)).toEqual(['after']);
  });

  it('is counted once, however often its person is erased', async () => {
    const world = new CalmWorld();
    const kept = enqueue(world, [{ messageId: 'of-jane', person: 'jane' }]);
    const counts: number[] = [];
    for (let times = 0; times < 3; times += 1)
      world.simulation.time.after(8, () => {
        void outbox(world, (engine) => engine.erase(['jane'], 'consent_withdrawn')).then((n) => counts.push(n));
      });
    await world.pass(10_000);
    await kept;

    expect(counts.toSorted((a, b) => a - b)).toEqual([0, 0, 1]);
    expect(world.states()).toEqual({ erased: 1 });
  });

  it("doesn't affect another event's earlier delivery under the same event ID", async () => {
    const world = new CalmWorld();
    world.simulation.linkedIn.breakDown();
    const kept = enqueue(world, [{ messageId: 'order-1', person: 'joe' }]);
    // Until the next day, which starts with a new key.
    await world.pass(3 * 3_600_000);
    await kept;

    await eraseMeanwhile(world, ['jane'], [{ messageId: 'order-1', person: 'jane' }]);

    expect(world.states()).toEqual({ pending: 1 });
  });
});

/** The day's first event writes a key to KV, which takes a while. The erasure comes in that time. */
async function eraseMeanwhile(
  world: CalmWorld,
  tags: readonly string[],
  events: readonly Partial<ReceiptFacts>[],
): Promise<{ erased: number }> {
  const kept = enqueue(world, events);
  let erased = 0;
  world.simulation.time.after(8, () => {
    void outbox(world, (engine) => engine.erase(tags, 'erased_on_request')).then((count) => (erased = count));
  });
  await world.pass(10_000);
  await kept;
  return { erased };
}

function enqueue(world: CalmWorld, events: readonly Partial<ReceiptFacts>[]): Promise<boolean> {
  const receipts = events.map((event, index) =>
    aReceipt({
      messageId: `event-${index}`,
      to: [{ integrationId: 'int_a', ruleId: '1001' }],
      happenedAtMs: world.nowMs,
      receivedAtMs: world.nowMs,
      ...event,
    }),
  );
  return world.simulation.enqueue('src_a', receipts);
}

function outbox(world: CalmWorld, work: (engine: OutboxEngine) => number): Promise<number> {
  return world.simulation.outboxOf('int_a').call(work);
}

function leftOf({ simulation }: CalmWorld, eventId: string): unknown {
  return simulation.databases
    .get('src_a')
    ?.sql.exec('SELECT payload, person, shape, reason FROM deliveries WHERE event_id = ?', eventId)
    .toArray()[0];
}
