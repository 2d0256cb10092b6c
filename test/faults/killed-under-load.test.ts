/**
 * The Worker is killed with kill -9 again and again while events arrive and LinkedIn answers 5xx and 429, resets
 * connections, and resets them after it accepted the events. Then everything calms down. No event that got a 200 may be
 * missing at LinkedIn, and none may have a new ID. Events may arrive twice: a batch whose answer was lost is sent
 * again, which "at least once" allows. The test prints how many.
 *
 * `npm run test:kill` does it 200 times.
 */
import { setTimeout as wait } from 'node:timers/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';

import type { FaultOrder } from '../sandbox/controls/fault-order.ts';
import { type LocalProduct, startLocalProduct } from '../support/local-product.ts';

const KILLS = Number(process.env['KILLS'] ?? 10);
const SENDERS = 3;
const MAX_LIFE_MS = 1_500;
/** A rule queue that failed many times in a row waits up to 100 seconds, and so does the whole app. */
const CALM_WITHIN_MS = 600_000;

const EVENTS = ['Lead Generated', 'Order Completed', 'Signed Up'];

const FAULTS: readonly FaultOrder[] = [
  { status: 500 },
  { status: 503 },
  { status: 429 },
  { kind: 'reset' },
  { kind: 'accept_then_reset' },
  { kind: 'accept_then_status' },
  { kind: 'slow', delay_ms: 300 },
];

let product: LocalProduct;
beforeAll(async () => {
  product = await startLocalProduct();
});
afterAll(() => product.stop());

it(
  `loses no event that got a 200 through ${KILLS} kills under load`,
  async () => {
    const load = startLoad();
    const trouble = startTrouble();

    for (let kill = 1; kill <= KILLS; kill += 1) {
      await wait(Math.random() * MAX_LIFE_MS);
      // There are two ways to die: together with everything around it, or alone, and then Miniflare restarts it.
      if (kill % 2 === 0) await product.crash();
      else {
        await product.kill();
        await product.restart();
      }
      if (kill % 20 === 0) console.log(`${kill} of ${KILLS} kills, ${load.acknowledged.size} events acknowledged`);
    }
    await trouble.stop();
    await load.stop();
    // The watchdog isn't run: the alarms have to survive by themselves. An outbox that waits for it stands still for up
    // to five minutes after each kill.
    const calmAtMs = performance.now();
    await expect.poll(() => missing(load.acknowledged), { timeout: CALM_WITHIN_MS, interval: 500 }).toEqual([]);
    const calmSeconds = ((performance.now() - calmAtMs) / 1000).toFixed(1);
    await expect.poll(waiting, { timeout: CALM_WITHIN_MS, interval: 500 }).toEqual([]);

    const arrived = arrivals();
    const duplicates = arrived.length - new Set(arrived).size;
    console.log(
      `${KILLS} kills: ${load.acknowledged.size} acknowledged events, 0 lost, ${duplicates} arrived more than once; ` +
        `the last of them ${calmSeconds} s after the last fault`,
    );
    expect(arrived.filter((eventId) => !load.sent.has(eventId))).toEqual([]);
    expect(load.acknowledged.size).toBeGreaterThan(KILLS);
  },
  KILLS * 6_000 + 2 * CALM_WITHIN_MS,
);

/** Senders that repeat each batch until it gets a 200, as the tag and the SDKs do. */
function startLoad(): { acknowledged: Set<string>; sent: Set<string>; stop(): Promise<void> } {
  const acknowledged = new Set<string>();
  const sent = new Set<string>();
  const stopping = new AbortController();
  const sender = async (name: string): Promise<void> => {
    for (let count = 0; !stopping.signal.aborted; count += 1) {
      const batch = aBatch(`${name}-${count}`);
      for (const { messageId } of batch) sent.add(messageId);
      while (!(await isAcknowledged(batch))) await wait(50);
      for (const { messageId } of batch) acknowledged.add(messageId);
      await wait(Math.random() * 100);
    }
  };
  const senders = Array.from({ length: SENDERS }, (_, index) => sender(`sender${index}`));
  return {
    acknowledged,
    sent,
    async stop() {
      stopping.abort();
      await Promise.all(senders);
    },
  };
}

function aBatch(prefix: string) {
  return Array.from({ length: 1 + Math.floor(Math.random() * 5) }, (_, index) => ({
    type: 'track',
    event: EVENTS[index % EVENTS.length],
    messageId: `${prefix}-${index}`,
    properties: { li_fat_id: 'abc123-def456-ghi789' },
  }));
}

async function isAcknowledged(batch: readonly object[]): Promise<boolean> {
  try {
    const { status } = await product.collect({ batch });
    return status === 200;
  } catch {
    // The Worker was killed during the request, or isn't back yet.
    return false;
  }
}

/** Makes about every second request to LinkedIn fail, in one way or another. */
function startTrouble(): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const make = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const fault = FAULTS[Math.floor(Math.random() * FAULTS.length)];
      if (fault !== undefined) product.sandbox.fault({ ...fault, path: '/rest/conversionEvents' });
      await wait(800);
    }
  };
  const making = make();
  return {
    async stop() {
      stopping.abort();
      await making;
      await fetch(`${product.sandbox.url}/_sandbox/faults`, { method: 'DELETE' });
    },
  };
}

function arrivals(): string[] {
  return product.sandbox.events.map(({ element }) => String(element['eventId']));
}

function missing(acknowledged: ReadonlySet<string>): string[] {
  return [...acknowledged.difference(new Set(arrivals()))];
}

/** Returns the latest events that the outbox hasn't finished. */
async function waiting(): Promise<string[]> {
  const { body } = await product.admin('/sources/src_demo/events?limit=200');
  const { data }: { data: { message_id: string; state: string }[] } = Object(body);
  return data.filter(({ state }) => state !== 'delivered').map(({ message_id: id }) => id);
}
