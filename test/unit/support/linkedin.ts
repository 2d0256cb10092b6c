import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';

import type { ConversionEvent } from '../../../worker/schema/events/conversion-event.ts';

/** Replaces the network with a LinkedIn that accepts everything, and returns what it got. */
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

/** Makes LinkedIn unreachable, so that stored events wait. */
export function noLinkedIn(): void {
  vi.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.reject(new TypeError('Network connection lost.')));
}
