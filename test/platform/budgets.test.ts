/** F1, F3, F4: the cost of each use, counted as Cloudflare counts it, also when many events are stored. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { anOrder, aPageView, aSite, grow, send, type Site } from './a-site.ts';
import { A_VIEWERS_HOUR, BUDGETS } from './budgets.ts';
import { priceOfAMillion } from './prices.ts';
import { aViewer } from './scenarios.ts';
import { startPlatform, type Platform } from './start-platform.ts';

/** The events stored before the second half of the tests. GROWN=300000 takes a quarter of an hour. */
const GROWN = Number(process.env['GROWN'] ?? 2_000);

/** Cloudflare removes an object from memory after ten seconds. */
const A_QUIET_WHILE_MS = 12_000;

let platform: Platform;
let site: Site;
beforeAll(async () => {
  platform = await startPlatform();
  site = await aSite(platform);
});
afterAll(() => platform.stop());

const withinBudget = async ({ run, most, dollars }: (typeof BUDGETS)[number]): Promise<void> => {
  const { eachEvent } = await run(platform, site);
  const over = Object.entries(most).filter(([unit, limit]) => (Reflect.get(eachEvent, unit) as number) > limit); // oxlint-disable-line typescript/no-unsafe-type-assertion
  expect(over.map(([unit]) => `${unit}: ${Reflect.get(eachEvent, unit)}`)).toEqual([]);
  expect(priceOfAMillion(eachEvent)).toBeLessThanOrEqual(dollars);
};

describe('a new source', () => {
  it.each(BUDGETS)('stays within the budget of $what', withinBudget);
});

describe(`a source with ${GROWN} events and as many page views on record`, () => {
  beforeAll(() => grow(platform, site, GROWN), 1_200_000);

  it.each(BUDGETS.filter(({ isOnlyForNew }) => isOnlyForNew !== true))(
    'stays within the budget of $what',
    withinBudget,
  );
});

describe('an open live view', () => {
  it('costs no call and keeps no object in memory while nothing happens, and shows the next event at once', async () => {
    const viewer = await aViewer(platform, site);
    const { starts: before } = await platform.report();

    await new Promise((resolve) => setTimeout(resolve, A_QUIET_WHILE_MS));

    const { total } = await platform.report();
    expect(total).toMatchObject({ objectRequests: 0, rowsRead: 0, rowsWritten: 0, busyMs: 0 });
    const [order, pageView] = [anOrder(), aPageView()];
    await send(platform, site, [order, pageView]);
    for (const { messageId } of [order, pageView])
      await expect.poll(() => viewer.shown(), { timeout: 5_000 }).toContain(String(messageId));
    await expect.poll(() => viewer.shown(), { timeout: 5_000 }).toContain('"state":"delivered"');
    const known = viewer.shown().split('event: refused').length;
    await platform.ask('/v1/batch', { body: { batch: 'none' }, key: site.writeKey });
    await expect.poll(() => viewer.shown().split('event: refused').length, { timeout: 10_000 }).toBeGreaterThan(known);
    const { starts } = await platform.report();
    for (const name of ['Outbox', 'Tally']) expect([name, starts[name]]).toEqual([name, (before[name] ?? 0) + 1]);
    await viewer.leave();
  });

  it(`costs at most ${A_VIEWERS_HOUR.objectRequests} calls in an hour while nothing happens`, () => {
    expect(A_VIEWERS_HOUR.calls()).toBeLessThanOrEqual(A_VIEWERS_HOUR.objectRequests);
  });
});
