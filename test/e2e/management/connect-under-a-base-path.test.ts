import { afterAll, beforeAll, expect, it } from 'vitest';

import { type LocalProduct, startLocalProduct } from '../../support/local-product.ts';
import { aConnection, bodyOf } from './a-connection.ts';

let product: LocalProduct;
beforeAll(async () => {
  product = await startLocalProduct({ vars: { BASE_PATH: '/_df' } });
});
afterAll(() => product.stop());

it("LinkedIn sends people back to the site's own route", async () => {
  const { ask } = await aConnection(product, { config: { access_token: null, refresh_token: null } });
  const begun = bodyOf(await ask('/oauth/authorize', { method: 'POST' }));
  const { origin, pathname, searchParams } = new URL(String(begun['url']));
  searchParams.set('decision', 'allow');

  const back = await fetch(origin + pathname, { method: 'POST', body: searchParams, redirect: 'manual' });
  const page = await fetch(back.headers.get('Location') ?? '');

  expect(begun['redirect_uri']).toBe(`${product.url}/_df/oauth/linkedin/callback`);
  expect(page.url).toContain('/_df/oauth/linkedin/callback?code=');
  expect(await page.text()).toContain('Connected to LinkedIn');
});
