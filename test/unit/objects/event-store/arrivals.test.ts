import { describe, expect, it } from 'vitest';

import { Arrivals } from '../../../../worker/objects/event-store/arrivals.ts';

const NEVER = new Promise<void>(() => undefined);

describe('a request that waits for new events', () => {
  it('continues when some arrive, once for each arrival', async () => {
    const arrivals = new Arrivals();
    const waiting = [arrivals.wait(NEVER), arrivals.wait(NEVER)];

    arrivals.ring();

    expect(await Promise.all(waiting)).toHaveLength(2);
  });

  it('stops waiting when its patience ends', async () => {
    await expect(new Arrivals().wait(Promise.resolve())).resolves.toBeUndefined();
  });

  it('ignores events that arrived before it asked', async () => {
    const arrivals = new Arrivals();
    arrivals.ring();

    const first = await Promise.race([arrivals.wait(NEVER).then(() => 'told'), Promise.resolve('still waits')]);

    expect(first).toBe('still waits');
  });
});
