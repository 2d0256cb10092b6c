/** F1, F3, F4: what each use costs, counted as Cloudflare counts it, also when there is much on record. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { aSite, grow, type Site } from './a-site.ts';
import { BUDGETS } from './budgets.ts';
import { priceOfAMillion } from './prices.ts';
import { aViewersHour } from './scenarios.ts';
import { startPlatform, type Platform } from './start-platform.ts';

/** On record before the second half of the tests. GROWN=300000 takes a quarter of an hour. */
const GROWN = Number(process.env['GROWN'] ?? 2_000);

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
    ({ grown, most, dollars, ...budget }) =>
      withinBudget({
        ...budget,
        most: { ...most, ...(grown && { rowsRead: grown.rowsRead }) },
        dollars: grown?.dollars ?? dollars,
      }),
  );
});

describe('an open live view', () => {
  it('costs at most 1,100 object calls an hour when nothing happens', async () => {
    const hour = await aViewersHour(platform, site, 55_000);

    expect(hour.objectRequests).toBeLessThanOrEqual(1_100);
    expect(hour.rowsWritten).toBe(0);
  });
});
