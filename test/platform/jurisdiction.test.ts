/**
 * With JURISDICTION set, every object is in that jurisdiction, and KV has no personal data and no key that decrypts
 * any.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { anOrder, aPageView, aSite, delivered, send } from './a-site.ts';
import type { Site } from './a-site.ts';
import { startPlatform, type Platform } from './start-platform.ts';

describe('an installation that is pinned to a jurisdiction', () => {
  let platform: Platform;
  let site: Site;
  beforeAll(async () => {
    platform = await startPlatform({ vars: { JURISDICTION: 'eu', LOCATION_HINT: 'oc' } });
    site = await aSite(platform);
  });
  afterAll(() => platform.stop());

  it('delivers, also what waited while its outbox was not in memory', async () => {
    platform.sandbox.fault({ status: 503, times: 1, path: '/rest/conversionEvents' });
    expect(await send(platform, site, [anOrder(), aPageView()])).toBe(200);
    await expect.poll(() => platform.sandbox.requests.some(({ status }) => status === 503)).toBe(true);

    await platform.evict('OUTBOX', site.id);

    await delivered(platform, 1);
  });

  it('asks for no object outside of it, whatever it does', async () => {
    await send(platform, site, [{ type: 'nonsense' }]);
    await platform.admin(`/integrations/${site.integrationId}/doctor`, { method: 'POST' });
    await platform.admin(`/sources/${site.id}/imports?preview=true&event=Order`, { method: 'POST', body: 'email\n' });
    await platform.admin('/people/erase', { body: { email: 'jane@example.com' } });
    await (await platform.admin('/backup')).text();
    await (await platform.admin(`/sources/${site.id}/export`)).text();
    await platform.admin('/overview');
    await platform.runCron();

    const { asked } = await platform.report();

    expect(new Set(asked.map(({ binding }) => binding))).toEqual(
      new Set([
        'REGISTRY',
        'OUTBOX',
        'TALLY',
        'IMPORTS',
        'REFUSALS',
        'CREDENTIALS',
        'RATE_LIMITER',
        'ALERTS',
        'PAYLOAD_KEYS',
      ]),
    );
    expect(asked.filter(({ jurisdiction, options }) => jurisdiction !== 'eu' || options !== undefined)).toEqual([]);
  });

  it('has only settings in KV', async () => {
    const names = Object.keys(await platform.kv());

    expect(names.toSorted()).toEqual([
      expect.stringMatching(/^config:server:[0-9a-f]{64}$/),
      `config:${site.writeKey}`,
      'consent-policies',
    ]);
  });
});
