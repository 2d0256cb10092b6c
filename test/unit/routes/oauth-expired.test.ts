import { afterEach, expect, it, vi } from 'vitest';

import { admin, anIntegrationOf, ask, aSource } from '../support/api.ts';

afterEach(() => vi.useRealTimers());

it('a connection that took longer than ten minutes ends in a page that says so, and keeps nothing', async () => {
  const app = { access_token: null, oauth_client_id: 'app-1', oauth_client_secret: 'secret-1' };
  const { id } = await anIntegrationOf(await aSource(), { config: app });
  const begun = await admin(`/integrations/${id}/oauth/authorize`, { method: 'POST' });
  const { url } = await begun.json<{ url: string }>();
  const state = new URL(url).searchParams.get('state');
  vi.useFakeTimers({ now: Date.now() + 10 * 60_000, toFake: ['Date'] });

  const page = await ask(`/oauth/linkedin/callback?code=code-1&state=${state}`);

  const { config } = await (await admin(`/integrations/${id}`)).json<{ config: { access_token: unknown } }>();
  expect(page.status).toBe(401);
  expect(await page.text()).toContain('That took longer than ten minutes');
  expect(config.access_token).toEqual({ set: false });
});
