/** Q21: the cron trigger visits every outbox, and one that hangs doesn't delay the others. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';

import { visitOutboxes } from '../../../worker/objects/registry/wake-outboxes.ts';
import { admin, anIntegrationOf, aSource } from '../support/api.ts';

const SOURCES = Array.from({ length: 100 }, (_, index) => `src_${index}`);
const never = (): Promise<void> => new Promise(() => undefined);

describe('a round of visits', () => {
  it('reaches every outbox, even if one hangs and one is unreachable', async () => {
    const visited: string[] = [];
    const logged: string[] = [];

    await visitOutboxes({
      next: async () => [...SOURCES],
      visit: async (id) => {
        visited.push(id);
        if (id === 'src_3') return never();
        if (id === 'src_5') throw new Error('Network connection lost.');
      },
      // Time passes only where a visit hangs.
      sleep: () => new Promise((resolve) => setTimeout(resolve, 20)),
      log: (_, error) => void logged.push(String(error)),
    });

    expect(visited.toSorted()).toEqual(SOURCES.toSorted());
    expect(logged).toHaveLength(2);
  });

  it('runs at most twenty visits at once', async () => {
    let underWay = 0;
    let most = 0;

    await visitOutboxes({
      next: async () => [...SOURCES],
      visit: async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        await Promise.resolve();
        underWay -= 1;
      },
      sleep: never,
      log: () => undefined,
    });

    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(20);
  });
});

describe('the sources that the next round visits', () => {
  it('continue after those of the previous round, and start over after the last', async () => {
    const sources = [await aSource(), await aSource(), await aSource()];
    for (const source of sources) await anIntegrationOf(source);
    const made = sources.map(({ id }) => id);
    const registry = env.REGISTRY.getByName('registry');
    const all = new Set((await registry.nextToVisit(1_000)).toSorted());

    const seen: string[] = [];
    for (let round = 0; round < all.size; round += 1) seen.push(...(await registry.nextToVisit(1)));

    expect(new Set(seen)).toEqual(all);
    expect(made.every((id) => all.has(id))).toBe(true);
  });

  it('are those that ever had a connection, because a visit would create an outbox far from its site', async () => {
    const source = await aSource();
    const registry = env.REGISTRY.getByName('registry');
    expect(await registry.nextToVisit(1_000)).not.toContain(source.id);

    const { id } = await anIntegrationOf(source);
    await admin(`/integrations/${id}`, { method: 'DELETE' });

    expect(await registry.nextToVisit(1_000)).toContain(source.id);
  });
});
