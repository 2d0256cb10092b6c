/**
 * Workers Free: how many events fit into a day's quotas, and what happens when one is used up. docs/scale.md has the
 * table.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { anOrder, aPageView, aSite, delivered, send, type Site } from './a-site.ts';
import { FREE_A_DAY } from './prices.ts';
import { aSteadyMinute } from './scenarios.ts';
import { startPlatform, type Platform } from './start-platform.ts';
import type { Spent } from './world/meter.ts';

/** A day that fits into the quotas. The first quota to be used up is that of rows written. */
const A_DAY = { pageViews: 50_000, conversions: 4_000 };

let platform: Platform;
let site: Site;
beforeAll(async () => {
  platform = await startPlatform();
  site = await aSite(platform);
  await send(platform, site, [anOrder(), aPageView()]);
  await delivered(platform, 1);
});
beforeEach(() => platform.rules({}));
afterAll(() => platform.stop());

it(`a day with ${A_DAY.pageViews} page views and ${A_DAY.conversions} conversions fits, with the versioned tag`, async () => {
  const perPageView = await aSteadyMinute(platform, site, { everyMs: 1_700, batch: () => [aPageView()] });
  const perConversion = await aSteadyMinute(platform, site, { everyMs: 4_300, batch: () => [anOrder()] });
  const used = (unit: keyof typeof FREE_A_DAY & keyof Spent): number =>
    (A_DAY.pageViews * perPageView[unit] + A_DAY.conversions * perConversion[unit]) / FREE_A_DAY[unit];

  const shares = Object.fromEntries(
    (['requests', 'objectRequests', 'rowsRead', 'rowsWritten', 'kvReads', 'kvWrites', 'busyMs'] as const).map(
      (unit) => [unit, Math.round(used(unit) * 100)],
    ),
  );
  console.log('percent of a day on Workers Free', shares, { perPageView, perConversion });
  for (const [unit, percent] of Object.entries(shares)) expect([unit, percent <= 100]).toEqual([unit, true]);
});

describe('when the day is used up', () => {
  it.each(['rowsWritten', 'objectRequests', 'rowsRead'] as const)(
    'by %s, an event is not acknowledged, and is stored when it is sent again after midnight',
    async (quota) => {
      const before = platform.sandbox.events.length;
      const order = anOrder();
      await platform.rules({ left: { [quota]: 0 } });
      const refused = await platform.ask('/v1/batch', {
        body: { batch: [order], consent: { advertising: true } },
        key: site.writeKey,
      });
      expect([refused.status, Number(refused.headers.get('Retry-After')) > 0]).toEqual([503, true]);

      await platform.rules({});
      expect(await send(platform, site, [order])).toBe(200);
      await delivered(platform, before + 1);
    },
  );

  it.each([
    ['rowsRead', 'rows read'],
    ['objectRequests', 'volume of requests'],
  ] as const)('by %s, the console says so, and until when', async (quota, words) => {
    await platform.rules({ left: { [quota]: 0 } });
    const response = await platform.admin('/sources');

    expect([response.status, await response.text()]).toEqual([503, expect.stringContaining(`(${words})`)]);
    const seconds = Number(response.headers.get('Retry-After'));
    expect([seconds > 0, seconds <= 86_400]).toEqual([true, true]);
  });

  it('by requests, the edge answers with a page of its own, which the tag takes for no answer', async () => {
    await platform.rules({ left: { requests: 0 } });
    const response = await platform.ask('/v1/batch', { body: {}, key: site.writeKey });

    expect(response.status).toBe(429);
    expect(response.headers.get('Content-Type')).toContain('text/html');
  });

  it('by reads of KV, the configuration in memory is used', async () => {
    await platform.rules({ left: { kvReads: 0, kvWrites: 0 } });

    expect(await send(platform, site, [aPageView()])).toBe(200);
  });

  it('deliveries that were accepted before continue after midnight', async () => {
    const before = platform.sandbox.events.length;
    expect(await send(platform, site, [anOrder()])).toBe(200);
    await platform.rules({ left: { rowsWritten: 0, objectRequests: 0 } });
    await new Promise((resolve) => setTimeout(resolve, 3_000));

    await platform.rules({});
    await platform.runCron();
    await delivered(platform, before + 1);
  });
});
