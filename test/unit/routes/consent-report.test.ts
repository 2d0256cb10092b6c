import { beforeEach, expect, it } from 'vitest';

import type { ConsentReport } from '../../../worker/schema/consent-report.ts';
import { admin, anIntegrationOf, anOrder, aSource, send } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

it('counts what was said, by whom, in which country, and by which rule silence was read', async () => {
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

it('shows the 200 most frequent answers, and counts all', async () => {
  const source = await aSource();
  await send(
    source,
    Array.from({ length: 210 }, (_, index) =>
      anOrder({
        context: { consent: { categoryPreferences: { [`category-${index}`]: true } } },
      }),
    ),
  );

  const report = await (await admin(`/sources/${source.id}/consent`)).json<ConsentReport>();

  expect(report.data).toHaveLength(200);
  expect(report.events).toBe(210);
});
