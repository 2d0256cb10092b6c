import { beforeEach, expect, it } from 'vitest';

import type { ConsentReport } from '../../../worker/schema/reports/consent-report.ts';
import { admin, anIntegrationOf, anOrder, aSource, send } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

it('counts the answers, their platforms and countries, and the policy applied when there is none', async () => {
  const source = await aSource();
  await anIntegrationOf(source);
  const say = (consent: Record<string, unknown> | undefined, country: string, events = 1) =>
    send(
      source,
      Array.from({ length: events }, () => anOrder()),
      { country, beside: consent === undefined ? {} : { consent } },
    );
  await say({ advertising: true, analytics: false, source: 'onetrust' }, 'DE', 3);
  await say({ analytics: false, advertising: true, source: 'onetrust' }, 'DE');
  await say({ advertising: false }, 'DE', 2);
  await say(undefined, 'DE');
  await say(undefined, 'US');

  const report = await (await admin(`/sources/${source.id}/consent`)).json<ConsentReport>();

  expect(report).toMatchObject({ events: 8, withheld: 3 });
  expect(report.data.slice(0, 2)).toEqual([
    {
      categories: { advertising: true, analytics: false },
      source: 'onetrust',
      policy: null,
      country: 'DE',
      events: 4,
      withheld: 0,
    },
    { categories: { advertising: false }, source: null, policy: null, country: 'DE', events: 2, withheld: 2 },
  ]);
  expect(report.data).toHaveLength(4);
  expect(report.data).toEqual(
    expect.arrayContaining([
      { categories: {}, source: null, policy: 'by_region', country: 'DE', events: 1, withheld: 1 },
      { categories: {}, source: null, policy: 'by_region', country: 'US', events: 1, withheld: 0 },
    ]),
  );
  const before = await admin(`/sources/${source.id}/consent?to=2020-01-01`);
  expect(await before.json()).toEqual({ data: [], events: 0, withheld: 0 });
});

const reportOf = async ({ id }: MadeSource): Promise<ConsentReport> =>
  (await admin(`/sources/${id}/consent`)).json<ConsentReport>();

const sumOf = ({ data }: ConsentReport): number => data.reduce((sum, { events }) => sum + events, 0);

it('names twenty categories that no integration uses, and counts the others as one', async () => {
  const source = await aSource();
  const saying = (name: string) => anOrder({ context: { consent: { categoryPreferences: { [name]: true } } } });
  const names = Array.from({ length: 210 }, (_, index) => `category-${index}`);
  await send(source, [...names.map(saying), ...names.slice(0, 20).map(saying)]);

  const report = await reportOf(source);

  expect(report.events).toBe(230);
  expect(report.data).toHaveLength(21);
  expect(report.data[0]).toMatchObject({ categories: { '(other)': true }, events: 190 });
  expect(sumOf(report)).toBe(230);
});

// Case B4.
it("shows the real platform and the real visitors' answers, whatever a stranger invents", async () => {
  const shop = await aSource();
  await anIntegrationOf(shop);
  const real = (consent: Record<string, unknown>) => send(shop, [anOrder()], { country: 'DE', beside: { consent } });
  await real({ advertising: true, source: 'onetrust' });
  await real({ advertising: false, source: 'onetrust' });
  await real({ advertising: true, source: 'our-banner' });
  await real({ advertising: true, source: 'our-banner' });
  await real({ advertising: true, source: 'our-banner' });
  await real({ advertising: false });
  const madeUp = (consent: (index: number) => Record<string, unknown>) =>
    Array.from({ length: 250 }, (_, index) => ({ type: 'page', consent: consent(index) }));
  for (let round = 0; round < 2; round += 1) {
    await send(
      shop,
      madeUp((index) => ({ advertising: true, source: `made-up-${index}` })),
    );
    await send(
      shop,
      madeUp((index) => ({ [`made-up-${index}`]: index % 2 === 0, source: `more-${index}` })),
    );
    await send(
      shop,
      madeUp((index) => ({ advertising: true, [`a-${index}`]: true, [`b-${index % 7}`]: true })),
    );
  }

  const report = await reportOf(shop);

  expect(report.data.length).toBeLessThanOrEqual(200);
  expect(sumOf(report)).toBe(report.events);
  const row = (source: string | null, isYes: boolean) =>
    expect.objectContaining({ categories: { advertising: isYes }, source, country: 'DE' });
  expect(report.data).toEqual(
    expect.arrayContaining([row('onetrust', true), row('onetrust', false), row('our-banner', true), row(null, false)]),
  );
});
