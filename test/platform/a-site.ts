import type { Platform } from './start-platform.ts';

/** A source with a connection to the sandbox: rule 1001 for "Order Completed". */
export type Site = { id: string; writeKey: string; serverKey: string; integrationId: string };

export async function aSite(platform: Platform, over: Record<string, unknown> = {}): Promise<Site> {
  const source = await made<{ id: string; write_key: string }>(platform.admin('/sources', { body: over }));
  const { key } = await made<{ key: string }>(platform.admin(`/sources/${source.id}/server-keys`, { method: 'POST' }));
  const { id } = await made<{ id: string }>(
    platform.admin('/integrations', {
      body: {
        source_id: source.id,
        config: {
          account_id: '100',
          access_token: 'tok-ok',
          conversion_rule_id: { 'Order Completed': '1001' },
          // The sandbox's own limits are those of LinkedIn.
          rate_limit_rps: 1_000,
          rate_limit_burst: 1_000,
          quota_per_minute: 100_000,
          quota_per_day: 5_000_000,
        },
      },
    }),
  );
  return { id: source.id, writeKey: source.write_key, serverKey: key, integrationId: id };
}

async function made<Result>(answer: Promise<Response>): Promise<Result> {
  const response = await answer;
  if (!response.ok) throw new Error(await response.text());
  return response.json() as Promise<Result>; // oxlint-disable-line typescript/no-unsafe-type-assertion
}

/** An order whose person is in no other order. */
export const anOrder = (): Record<string, unknown> => ({
  type: 'track',
  event: 'Order Completed',
  messageId: crypto.randomUUID(),
  timestamp: new Date().toISOString(),
  properties: { email: `${crypto.randomUUID()}@example.com`, total: 149.99, currency: 'USD' },
});

export const aPageView = (): Record<string, unknown> => ({
  type: 'page',
  messageId: crypto.randomUUID(),
  timestamp: new Date().toISOString(),
  context: { page: { url: 'https://www.example.com/' } },
});

/** Sends events as a page does, and returns the status. */
export async function send(
  platform: Platform,
  { writeKey }: Site,
  batch: readonly Record<string, unknown>[],
): Promise<number> {
  const response = await platform.ask('/v1/batch', { body: { batch, consent: { advertising: true } }, key: writeKey });
  await response.body?.cancel();
  return response.status;
}

/** Waits until the sandbox has that many events. */
export async function delivered({ sandbox }: Platform, count: number): Promise<void> {
  await sandbox.waitForEvents(count, 60_000);
}

/** Stores events and as many page views, and waits until LinkedIn has the events. */
export async function grow(platform: Platform, site: Site, count: number): Promise<void> {
  const before = platform.sandbox.events.length;
  for (let sent = 0; sent < count; sent += 2_000) {
    const batch = [...Array.from({ length: 2_000 }, anOrder), ...Array.from({ length: 2_000 }, aPageView)];
    const status = await send(platform, { ...site, writeKey: site.serverKey }, batch);
    if (status !== 200) throw new Error(`The collector answered ${status}`);
  }
  await platform.sandbox.waitForEvents(before + count, 600_000);
}
