/** F5: an object never moves from where it was created, so every one is created at the place that was chosen. */
import { afterAll, beforeAll, expect, it } from 'vitest';

import { anOrder, aPageView, aSite, delivered, send } from './a-site.ts';
import { startPlatform, type Platform } from './start-platform.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ vars: { LOCATION_HINT: 'oc' } });
});
afterAll(() => platform.stop());

it('creates each object at LOCATION_HINT, whoever asks for it first', async () => {
  const site = await aSite(platform);
  await send(platform, site, [anOrder(), aPageView()]);
  await delivered(platform, 1);
  await send(platform, { ...site, writeKey: site.writeKey }, [{ type: 'nonsense' }]);
  await platform.admin(`/integrations/${site.integrationId}/doctor`, { method: 'POST' });
  await platform.runCron();
  const { asked } = await platform.report();

  expect(new Set(asked.map(({ binding }) => binding))).toEqual(
    new Set(['REGISTRY', 'OUTBOX', 'TALLY', 'REFUSALS', 'CREDENTIALS', 'RATE_LIMITER', 'ALERTS']),
  );
  expect(asked.filter(({ options }) => JSON.stringify(options) !== '{"locationHint":"oc"}')).toEqual([]);
});

it('the watchdog creates no outbox for a source that never had a connection', async () => {
  const response = await platform.admin('/sources', { body: {} });
  const { id } = (await response.json()) as { id: string }; // oxlint-disable-line typescript/no-unsafe-type-assertion
  await platform.report();

  await platform.runCron();

  const { asked } = await platform.report();
  expect(asked.filter(({ binding, name }) => binding === 'OUTBOX' && name === id)).toEqual([]);
});
