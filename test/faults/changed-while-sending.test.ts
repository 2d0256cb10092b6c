/**
 * Q9, Q21: an integration is changed while a batch of it is being sent. The change applies from the next request on.
 */
import { describe, expect, it } from 'vitest';

import type { Integration } from '../../worker/schema/settings/integration.ts';
import { CalmWorld } from './calm-world.ts';
import { aReceipt } from './simulation/a-receipt.ts';

/** A search for a culprit makes many requests, so it is still running when the change comes. */
const EVENTS = ['unnamed-poison-1', ...Array.from({ length: 40 }, (_, index) => `event-${index}`), 'unnamed-poison-2'];

const CHANGES: readonly {
  what: string;
  change: (known: Integration) => Integration;
  left: 'pending' | 'skipped';
}[] = [
  { what: 'disabled', change: (known) => ({ ...known, enabled: false }), left: 'pending' },
  {
    what: 'in test mode',
    change: (known) => ({ ...known, config: { ...known.config, test_mode: true } }),
    left: 'skipped',
  },
  {
    what: 'with a consent category that nobody granted',
    change: (known) => ({ ...known, consent_categories: ['advertising', 'analytics'] }),
    left: 'skipped',
  },
  {
    what: "another source's, with the same ID",
    change: (known) => ({ ...known, source_id: 'src_b' }),
    left: 'pending',
  },
];

async function underWay(): Promise<CalmWorld> {
  const world = new CalmWorld();
  const { simulation } = world;
  const kept = simulation.enqueue(
    'src_a',
    EVENTS.map((messageId, index) =>
      aReceipt({
        messageId,
        to: [{ integrationId: 'int_a', ruleId: '1001' }],
        happenedAtMs: world.nowMs + index,
        receivedAtMs: world.nowMs,
        consent: { categories: { advertising: true, analytics: false }, policy: 'granted', country: undefined },
      }),
    ),
  );
  // The simulation decides how long the calls before the first request take.
  for (let waitedMs = 0; world.requests === 0 && waitedMs < 10_000; waitedMs += 50) await world.pass(50);
  await kept;
  return world;
}

describe('an integration that is changed during sending', () => {
  it.each(CHANGES)('$what: nothing more is sent', async ({ change, left }) => {
    const world = await underWay();
    const { integrations } = world.simulation;
    const known = integrations.get('int_a');
    if (known === undefined) throw new Error('The simulation has no int_a');
    expect(world.requests).toBeGreaterThan(0);

    integrations.set('int_a', change(known));
    // The request sent before the change is answered.
    await world.pass(400);
    const { requests } = world;
    await world.pass(60_000);

    expect(world.requests).toBe(requests);
    expect(world.states()[left]).toBeGreaterThan(0);
    expect(world.states()['delivered'] ?? 0).toBeLessThan(EVENTS.length);
  });

  it('deleted: nothing more is sent, and the waiting deliveries are kept', async () => {
    const world = await underWay();

    world.simulation.integrations.delete('int_a');
    await world.pass(400);
    const { requests } = world;
    await world.pass(60_000);

    expect(world.requests).toBe(requests);
    expect(world.states()['pending']).toBeGreaterThan(0);
  });
});
