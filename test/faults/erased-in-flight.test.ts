/** A person asks to be erased while LinkedIn is being asked which of a batch it does not like. */
import { expect, it } from 'vitest';

import { CalmWorld } from './calm-world.ts';
import { aReceipt } from './simulation/a-receipt.ts';

it('is not sent once more, and nobody else waits for it', async () => {
  const world = new CalmWorld();
  const { simulation } = world;
  const sent: string[][] = [];
  simulation.onSend = (_self, _database, elements) => {
    sent.push(elements.map((element): string => JSON.parse(element).eventId));
    if (sent.length > 1) return;
    void simulation.outboxOf('int_a').call((engine) => engine.erase(['person-1'], 'erased_on_request'));
  };

  const kept = simulation.enqueue('src_a', [
    receipt(world, 'of-another', 'person-2'),
    receipt(world, 'of-the-erased', 'person-1'),
    receipt(world, 'unnamed-poison-1', 'person-3'),
    receipt(world, 'of-a-third', 'person-4'),
  ]);
  await world.pass(300_000);

  expect(await kept).toBe(true);
  expect(sent[0]).toContain('of-the-erased');
  expect(sent.slice(1).flat()).not.toContain('of-the-erased');
  expect(world.taken.map(({ eventId }) => eventId).toSorted()).toEqual(['of-a-third', 'of-another']);
  expect(world.states()).toEqual({ delivered: 2, dead: 1, erased: 1 });
});

function receipt({ nowMs }: CalmWorld, messageId: string, person: string): ReturnType<typeof aReceipt> {
  const to = [{ integrationId: 'int_a', ruleId: '1001' }];
  return aReceipt({ messageId, person, to, happenedAtMs: nowMs, receivedAtMs: nowMs });
}
