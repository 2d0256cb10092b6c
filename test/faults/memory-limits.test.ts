/** T2: the memory of one alarm is limited in bytes, not only in rows. */
import { describe, expect, it } from 'vitest';

import type { AcceptedEvent } from '../../worker/objects/outbox/delivery-types.ts';
import { CalmWorld } from './calm-world.ts';
import { aReceipt } from './simulation/a-receipt.ts';

const LONGEST_BODY = 4_000_000;

/** Deliveries with long payloads, such as those of people with long names, companies and titles. */
const longOnes = (count: number, ruleId: string, nowMs: number): AcceptedEvent[] =>
  Array.from({ length: count }, (_, index) => {
    const receipt = aReceipt({
      messageId: `${ruleId}-${index}`,
      happenedAtMs: nowMs,
      receivedAtMs: nowMs,
      to: [{ integrationId: 'int_a', ruleId }],
    });
    return {
      ...receipt,
      deliveries: receipt.deliveries.map((delivery) => ({
        ...delivery,
        ...(delivery.element && {
          element: { ...delivery.element, user: { ...delivery.element.user, externalIds: ['x'.repeat(6_000)] } },
        }),
      })),
    };
  });

describe('a backlog of long payloads', () => {
  it('is sent completely, in requests of less than 4 MB', async () => {
    const world = new CalmWorld();
    const bodies: number[] = [];
    world.simulation.onSend = (_, __, elements) => {
      bodies.push(elements.reduce((sum, element) => sum + element.length, 0));
    };
    for (const ruleId of ['1001', '1002']) {
      const kept = world.simulation.enqueue('src_a', longOnes(1_500, ruleId, world.nowMs));
      await world.pass(300);
      expect(await kept).toBe(true);
    }
    await world.pass(10 * 60_000);

    expect(world.states()).toEqual({ delivered: 3_000 });
    expect(Math.max(...bodies)).toBeLessThan(LONGEST_BODY);
  });
});
