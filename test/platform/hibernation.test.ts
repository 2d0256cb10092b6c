/** F4: an object that waits for nothing leaves memory within 12 s, because Cloudflare charges for the time. */
import { afterAll, beforeAll, expect, it } from 'vitest';

import { aPageView, anOrder, aSite, delivered, send } from './a-site.ts';
import { startPlatform, type Platform } from './start-platform.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.stop());

it('no object is in memory 12 s after a delivery, a page view, or a question of the console', async () => {
  const site = await aSite(platform);
  await send(platform, site, [anOrder(), aPageView()]);
  await delivered(platform, 1);
  await platform.admin(`/sources/${site.id}/events`);
  await platform.admin(`/integrations/${site.integrationId}/status`);
  // The last alarm of the delivery.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  const { starts: before, total } = await platform.report();
  // They had something to do only for a moment, and the rest of the time is not charged.
  expect(total.busyMs).toBeLessThan(5_000);

  await new Promise((resolve) => setTimeout(resolve, 12_000));
  await send(platform, site, [anOrder(), aPageView()]);
  await delivered(platform, 2);
  await platform.admin(`/integrations/${site.integrationId}/status`);

  const { starts } = await platform.report();
  for (const [object, count] of Object.entries(before)) expect([object, starts[object]]).toEqual([object, count + 1]);
});
