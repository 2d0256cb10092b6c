import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';

import type { ConversionEvent } from '../../../worker/schema/events/conversion-event.ts';

/** A LinkedIn that takes everything, in place of the network: what it got can be looked at. */
export function aLinkedIn(): { elementOf: (sourceId: string, eventId: string) => Promise<ConversionEvent> } {
  const received = new Map<string, ConversionEvent>();
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
    const { elements } = await new Request(url, init).json<{ elements: ConversionEvent[] }>();
    for (const element of elements) received.set(element.eventId, element);
    return Response.json({ elements: elements.map(() => ({ status: 201 })) });
  });
  return {
    elementOf: async (sourceId, eventId) => {
      await runDurableObjectAlarm(env.OUTBOX.getByName(sourceId));
      return vi.waitUntil(() => received.get(eventId), { timeout: 10_000, interval: 20 });
    },
  };
}

/** A LinkedIn that cannot be reached: what was kept waits. */
export function noLinkedIn(): void {
  vi.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.reject(new TypeError('Network connection lost.')));
}
