import { expect, it } from 'vitest';

import { HoldWatch } from '../../../../worker/objects/outbox/hold-watch.ts';
import { NOW } from '../../support/an-event.ts';
import { inAnOutbox } from '../../support/an-outbox.ts';

it('a hold that begins or ends is noticed once, also by an object that has restarted in between', () =>
  inAnOutbox(({ database: { sql }, queues, queue }) => {
    const watch = new HoldWatch(sql);
    expect(watch.hasChanged()).toBe(false);

    queues.holdIntegration(queue, { reason: 'token_refused', nowMs: NOW, probeAfterMs: 1_000 });
    expect([watch.hasChanged(), watch.hasChanged()]).toEqual([true, false]);

    const restarted = new HoldWatch(sql);
    expect(restarted.hasChanged()).toBe(false);
    queues.resume(queue.integrationId);
    expect([restarted.hasChanged(), restarted.hasChanged()]).toEqual([true, false]);
  }));
