/** A person asks to be erased while we ask LinkedIn which event of a batch it refuses. */
import { expect, it } from 'vitest';

import { CalmWorld } from './calm-world.ts';
import { aReceipt } from './simulation/a-receipt.ts';

it("an event whose person is erased during sending isn't sent again, and delays nobody else", async () => {
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

it("an event whose person is erased during sending isn't sent with the next token either", async () => {
  let erasedInTime = 0;
  for (let afterMs = 500; afterMs < 2_500; afterMs += 10) {
    const world = new CalmWorld();
    const { simulation } = world;
    const { validTokens } = simulation.linkedIn;
    for (const [token, known] of validTokens) validTokens.set(token, { ...known, untilMs: world.nowMs });
    let isErased = false;
    const sentAfterwards: string[] = [];
    simulation.onSend = (_self, _database, elements) => {
      if (isErased) sentAfterwards.push(...elements.map((element): string => JSON.parse(element).eventId));
    };
    const erase = async (): Promise<void> => {
      const ended = await simulation
        .outboxOf('int_a')
        .call((engine) => engine.erase(['person-1'], 'erased_on_request'));
      isErased = true;
      erasedInTime += ended;
    };
    simulation.time.after(afterMs, () => void erase());

    void simulation.enqueue('src_a', [
      receipt(world, 'of-another', 'person-2'),
      receipt(world, 'of-the-erased', 'person-1'),
    ]);
    await world.pass(60_000);

    expect(isErased).toBe(true);
    expect(sentAfterwards).not.toContain('of-the-erased');
    expect(world.taken.map(({ eventId }) => eventId)).toContain('of-another');
  }
  expect(erasedInTime).toBeGreaterThan(20);
}, 60_000);

function receipt({ nowMs }: CalmWorld, messageId: string, person: string): ReturnType<typeof aReceipt> {
  const to = [{ integrationId: 'int_a', ruleId: '1001' }];
  return aReceipt({ messageId, person, to, happenedAtMs: nowMs, receivedAtMs: nowMs });
}
