import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { launchChromium } from '../../support/browser.ts';
import { type LocalProduct, startLocalProduct } from '../../support/local-product.ts';
import { aConnection, bodyOf } from './a-connection.ts';

let product: LocalProduct;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  [product, browser] = await Promise.all([startLocalProduct(), launchChromium()]);
});
afterAll(() => Promise.all([product.stop(), browser.close()]));
beforeEach(async () => {
  product.sandbox.reset();
  page = await browser.newPage();
});
afterEach(() => page.close());

const unconnected = { config: { access_token: null, refresh_token: null } };

type Connection = Awaited<ReturnType<typeof aConnection>>;

/** Opens LinkedIn's consent page in the browser. */
async function atConsent({ ask }: Connection): Promise<void> {
  const { url } = bodyOf(await ask('/oauth/authorize', { method: 'POST' }));
  await page.goto(String(url));
}

async function press(button: 'Allow' | 'Cancel'): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  await page.waitForURL(/\/oauth\/linkedin\/callback/);
}

const heading = () => page.locator('h1').innerText();
const text = () => page.locator('main').innerText();
const stateOf = async ({ ask }: Connection) => bodyOf(await ask('/status'))['token'];

describe('connecting', () => {
  it('gives a working token, which is stored with its expiry, and sends what was waiting', async () => {
    const connection = await aConnection(product, unconnected);
    await product.collect(
      { batch: [{ type: 'track', event: 'Order Completed', messageId: 'waited', properties: { li_fat_id: 'abc' } }] },
      { writeKey: connection.writeKey },
    );
    await expect
      .poll(async () => bodyOf(await connection.ask('/status'))['backlog'], { timeout: 20_000 })
      .toMatchObject({ held: 1 });

    await atConsent(connection);
    await press('Allow');

    expect(await heading()).toBe('Connected to LinkedIn');
    expect(await text()).toContain('Its held conversions are sent now.');
    expect(await stateOf(connection)).toEqual({
      set: true,
      renewable: true,
      access_days_left: 59,
      reconnect_days_left: 364,
    });
    expect(await connection.ask('')).toMatchObject({
      body: { config: { access_token: { set: true }, refresh_token: { set: true } } },
    });
    await product.sandbox.waitForEvents(1, 30_000);
    expect(product.sandbox.events.map(({ element }) => element['eventId'])).toEqual(['waited']);
    expect(await connection.ask('/conversion-rules')).toMatchObject({ status: 200 });
  });

  it('requests both scopes, with an unguessable state of its own', async () => {
    const { ask, id } = await aConnection(product, unconnected);

    const [one, other] = [
      bodyOf(await ask('/oauth/authorize', { method: 'POST' })),
      bodyOf(await ask('/oauth/authorize', { method: 'POST' })),
    ];

    const { origin, pathname, searchParams } = new URL(String(one['url']));
    expect(origin + pathname).toBe(`${product.sandbox.url}/oauth/v2/authorization`);
    expect(Object.fromEntries(searchParams)).toEqual({
      response_type: 'code',
      client_id: 'app-1',
      redirect_uri: `${product.url}/oauth/linkedin/callback`,
      scope: 'r_ads rw_conversions',
      state: expect.stringMatching(new RegExp(`^${id}\\.[\\w-]{43}$`)),
    });
    expect(String(one['url'])).toContain('scope=r_ads%20rw_conversions');
    expect(one['redirect_uri']).toBe(`${product.url}/oauth/linkedin/callback`);
    expect(other['url']).not.toBe(one['url']);
  });

  it('redirects by itself for callers that can send the admin token', async () => {
    const { id } = await aConnection(product, unconnected);
    const path = `${product.url}/v1/admin/integrations/${id}/oauth/authorize`;

    const owner = await fetch(path, {
      headers: { Authorization: `Bearer ${product.adminToken}` },
      redirect: 'manual',
    });
    const anybody = await fetch(path, { redirect: 'manual' });

    expect([owner.status, owner.headers.get('Location')]).toEqual([
      302,
      expect.stringContaining(`${product.sandbox.url}/oauth/v2/authorization?`),
    ]);
    expect(anybody.status).toBe(401);
  });

  it('reports a missing app before it sends the person away', async () => {
    const { ask } = await aConnection(product, { config: { oauth_client_secret: null } });

    expect(await ask('/oauth/authorize', { method: 'POST' })).toMatchObject({
      status: 409,
      body: { type: 'urn:directflight:problem:oauth_app_missing' },
    });
  });
});

describe('a failed connection ends on a page that says what to do', () => {
  it('when the person cancelled', async () => {
    const connection = await aConnection(product, unconnected);
    await atConsent(connection);
    await press('Cancel');

    expect(await heading()).toBe('You cancelled, and nothing was changed');
    expect(await text()).toContain('start again');
    expect(await stateOf(connection)).toMatchObject({ renewable: false, access_days_left: null });
  });

  it('when the page is loaded again: the state works once', async () => {
    const connection = await aConnection(product, unconnected);
    await atConsent(connection);
    await press('Allow');
    const before = await stateOf(connection);

    await page.reload();

    expect(await heading()).toBe('This link was used before');
    expect(await stateOf(connection)).toEqual(before);
    expect(product.sandbox.requests.filter(({ path }) => path === '/oauth/v2/accessToken')).toHaveLength(1);
  });

  it('when it took longer than ten minutes', async () => {
    const connection = await aConnection(product, unconnected);
    await atConsent(connection);
    await product.kill();
    await product.restart({ clockAheadMs: 10 * 60_000 });

    await press('Allow');

    expect(await heading()).toBe('That took longer than ten minutes');
    expect(await text()).toContain('connect again');
    expect(await stateOf(connection)).toMatchObject({ access_days_left: null });
    await product.kill();
    await product.restart();
  });

  it('when a state is used again with another code, or for another integration', async () => {
    const [connection, other] = [await aConnection(product, unconnected), await aConnection(product, unconnected)];
    await atConsent(connection);
    const secret = new URL(page.url()).searchParams.get('state')?.split('.')[1];

    await page.goto(`${product.url}/oauth/linkedin/callback?code=stolen&state=${other.id}.${secret}`);

    expect(await heading()).toBe('This connection was not started here');
    expect(await stateOf(other)).toMatchObject({ access_days_left: null });
  });

  it.each(['', '?code=x', '?code=x&state=', '?code=x&state=nonsense', `?code=x&state=int_none.${'a'.repeat(43)}`])(
    'when %j has no state of ours',
    async (query) => {
      const response = await page.goto(`${product.url}/oauth/linkedin/callback${query}`);

      expect(response?.status()).toBe(401);
      expect(await heading()).toMatch(/was not started here|no longer exists/);
    },
  );

  it('when LinkedIn granted fewer permissions than requested', async () => {
    const connection = await aConnection(product, unconnected);
    product.sandbox.fault({
      status: 200,
      body: { access_token: 'AQXnoscope-token', expires_in: 5_184_000, scope: 'r_ads,r_basicprofile' },
      path: '/oauth/v2/accessToken',
    });
    await atConsent(connection);
    await press('Allow');

    expect(await heading()).toBe('A permission is missing');
    expect(await text()).toContain('rw_conversions');
    expect(await stateOf(connection)).toMatchObject({ access_days_left: null });
  });

  it("when the redirect address isn't the app's, or the code has expired", async () => {
    const connection = await aConnection(product, unconnected);
    product.sandbox.fault({
      status: 400,
      body: { error: 'invalid_redirect_uri', error_description: 'Unable to retrieve access token' },
      path: '/oauth/v2/accessToken',
    });
    await atConsent(connection);
    await press('Allow');

    expect(await heading()).toContain('redirect address does not match');
    expect(await text()).toContain(`${product.url}/oauth/linkedin/callback`);
  });

  it("on LinkedIn's own page when the app doesn't know our redirect address", async () => {
    const { ask } = await aConnection(product, unconnected);
    product.sandbox.setState({ clients: { 'app-1': { redirect_uris: ['https://old.example.com/callback'] } } });
    const { url, redirect_uri: named } = bodyOf(await ask('/oauth/authorize', { method: 'POST' }));

    await page.goto(String(url));

    expect(await page.locator('body').innerText()).toContain('redirect_uri does not match');
    expect(named).toBe(`${product.url}/oauth/linkedin/callback`);
  });

  it("when the app's secret is wrong", async () => {
    const connection = await aConnection(product, {
      config: { ...unconnected.config, oauth_client_secret: 'not-the-secret' },
    });
    await atConsent(connection);
    await press('Allow');

    expect(await heading()).toContain('does not accept the app');
  });

  it.each([{ kind: 'reset', times: 5 }, { kind: 'html' }, { status: 503 }] as const)(
    "when LinkedIn doesn't answer: %j",
    async (fault) => {
      const connection = await aConnection(product, unconnected);
      await atConsent(connection);
      product.sandbox.fault({ ...fault, path: '/oauth/v2/accessToken' });
      await press('Allow');

      expect(await heading()).toBe('LinkedIn did not answer');
    },
  );

  it('without script, without resources from elsewhere, and without repeating its input', async () => {
    const response = await fetch(
      `${product.url}/oauth/linkedin/callback?state=x&error=<script>alert(1)</script>&code=canary`,
    );
    const html = await response.text();

    expect(response.headers.get('Content-Security-Policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(html).not.toContain('<script');
    expect(html).not.toContain('canary');
  });
});
