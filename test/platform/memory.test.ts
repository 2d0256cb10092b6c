/** F3: an object loses its memory after ten quiet seconds. Here, it loses it before each call. */
import { afterAll, beforeAll, expect, it } from 'vitest';

import { anOrder, aPageView, aSite, delivered, grow, send } from './a-site.ts';
import { startPlatform, type Platform } from './start-platform.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.stop());

it('max_events_per_minute is a limit for a minute, also when the outbox is evicted in between', async () => {
  const site = await aSite(platform, { max_events_per_minute: 6 });
  await platform.rules({ evictBeforeCalls: true });
  const statuses: number[] = [];
  for (let sent = 0; sent < 12; sent += 1) statuses.push(await send(platform, site, [anOrder()]));

  // The events that fill the limit of a minute, and one more for each ten seconds that this takes.
  expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(9);
  expect(statuses.slice(0, 6)).toEqual(Array(6).fill(200));
  expect(statuses).toContain(429);
  await platform.rules({});
});

it('a source far below its limit pays no row for it', async () => {
  const site = await aSite(platform, { max_events_per_minute: 600 });
  await send(platform, site, [aPageView()]);
  await platform.report();

  await send(platform, site, [aPageView()]);

  const { places } = await platform.report();
  expect(places['Outbox.takeAllowance']?.rowsWritten ?? 0).toBe(0);
});

it('old data is searched for once an hour, not at each start', async () => {
  const site = await aSite(platform);
  await grow(platform, site, 2_000);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await platform.runCron();
  await platform.report();

  for (let visit = 0; visit < 3; visit += 1) {
    await platform.evict('OUTBOX', site.id);
    await platform.runCron();
  }

  const { total } = await platform.report();
  // Three starts of the outbox and the tally, and their reports to the alerts.
  expect(total.rowsRead).toBeLessThan(1_500);
});

it('every event arrives once when every object is evicted before each call', async () => {
  const site = await aSite(platform);
  const before = platform.sandbox.events.length;
  await platform.rules({ evictBeforeCalls: true });
  for (let sent = 0; sent < 10; sent += 1) expect(await send(platform, site, [anOrder(), aPageView()])).toBe(200);
  await delivered(platform, before + 10);
  const ids = platform.sandbox.events.slice(before).map(({ element }) => JSON.stringify(element));

  expect(new Set(ids).size).toBe(10);
  await platform.rules({});
});
