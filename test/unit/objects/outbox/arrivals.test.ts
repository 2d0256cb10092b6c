import { describe, expect, it } from 'vitest';

import { Arrivals } from '../../../../worker/objects/outbox/arrivals.ts';

const NEVER = new Promise<void>(() => undefined);

describe('whoever waits for new events', () => {
  it('is told when some have come, each of them once', async () => {
    const arrivals = new Arrivals();
    const waiting = [arrivals.wait(NEVER), arrivals.wait(NEVER)];

    arrivals.ring();

    expect(await Promise.all(waiting)).toHaveLength(2);
  });

  it('waits no longer than they have patience', async () => {
    await expect(new Arrivals().wait(Promise.resolve())).resolves.toBeUndefined();
  });

  it('is not told of what came before they asked', async () => {
    const arrivals = new Arrivals();
    arrivals.ring();

    const first = await Promise.race([arrivals.wait(NEVER).then(() => 'told'), Promise.resolve('still waits')]);

    expect(first).toBe('still waits');
  });
});
