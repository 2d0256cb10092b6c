/** A page on an origin that isn't allowed, and how the console reports it. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { snippet } from '../../../client/tag/snippet.ts';
import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { bodyOf } from '../management/a-connection.ts';
import { aLead, openConsole, signIn, startEmptyProduct } from './an-empty-console.ts';

const WITHIN = { timeout: 30_000 };
const WRONG = 'http://localhost:45872';
const allow = (origin: string) => ({ name: `Allow this website: ${origin}` });

let browser: Browser;
let product: LocalProduct;
let shops: Server;
beforeAll(async () => {
  shops = createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html');
    const writeKey = new URL(request.url ?? '', WRONG).searchParams.get('key') ?? '';
    response.end(`<!doctype html><head>${snippet({ src: `${product.url}/df.js`, writeKey })}</head><h1>Shop</h1>`);
  }).listen(0, '127.0.0.1');
  [browser, product] = await Promise.all([launchChromium(), startEmptyProduct(), once(shops, 'listening')]);
});
afterAll(async () => {
  shops.closeAllConnections();
  shops.close();
  await browser.close();
  await product.stop();
});

type Site = { id: string; writeKey: string };

/** A source that only accepts events from one website. */
async function aSite(name: string): Promise<Site> {
  const made = await product.admin('/sources', { body: { name, allowed_origins: ['https://www.example.com'] } });
  const { id, write_key: writeKey } = bodyOf(made);
  return { id: String(id), writeKey: String(writeKey) };
}

/** A page with the snippet, on an origin that isn't the site's. */
function aShopOf({ writeKey }: Site): URL {
  const address = shops.address();
  if (address === null || typeof address === 'string') throw new Error('The shops have no port');
  return new URL(`http://localhost:${address.port}/?key=${writeKey}`);
}

const send = ({ writeKey }: Site, origin: string, batch: readonly object[]) =>
  fetch(`${product.url}/v1/batch`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain', Origin: origin },
    body: JSON.stringify({ writeKey, batch }),
  });

async function openAt(
  hash: string,
  { token = product.adminToken } = {},
): Promise<{ page: Page; complaints: string[] }> {
  const opened = await openConsole(browser, product);
  await signIn(opened.page, { ...product, adminToken: token });
  await opened.page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
  await opened.page.goto(`${product.url}/console#${hash}`);
  return opened;
}

describe('refused traffic', () => {
  it('is shown during the set-up, where one click allows the origin', async () => {
    const site = await aSite('First shop');
    const { page, complaints } = await openAt(`/sources/${site.id}`);
    await page.getByText('Waiting for the first event…').waitFor();

    const { href, origin } = aShopOf(site);
    const shop = await browser.newPage();
    await shop.goto(href);
    const refused = page.getByRole('status', { name: 'Refused traffic' });
    await refused.getByText(`1 event was refused from ${origin}. Allow this website?`).waitFor(WITHIN);
    await refused.getByRole('button', allow(origin)).click();
    await page.getByText(`Events from ${origin} are accepted everywhere within about 90 seconds.`).waitFor(WITHIN);
    await refused.getByRole('button', allow(origin)).waitFor({ state: 'detached' });
    await refused.getByText(`1 event was refused from ${origin} before it was allowed.`).waitFor();
    await page.getByText('Once the cause is fixed, open a page of your site').waitFor();
    await shop.reload();

    await page.getByText('The first event was received.').waitFor(WITHIN);
    const { body } = await product.admin(`/sources/${site.id}`);
    expect(bodyOf({ status: 200, body })['allowed_origins']).toEqual(['https://www.example.com', origin]);
    expect(complaints).toEqual([]);
    await Promise.all([page.close(), shop.close()]);
  }, 90_000);

  it('is shown on Home, on the overview, in the ledger and on the live page, with each reason, and can be allowed from there', async () => {
    const site = await aSite('Second shop');
    await send(
      site,
      WRONG,
      Array.from({ length: 12 }, () => aLead()),
    );
    await send(site, 'https://www.example.com', [aLead({ event: 'x'.repeat(300) })]);
    const { page, complaints } = await openAt('/');
    const verdict = page.getByRole('row', { name: /Second shop Broken 13 events were refused/ });
    await expect
      .poll(async () => {
        await page.reload();
        await page.getByRole('row', { name: /Second shop/ }).waitFor();
        return verdict.count();
      }, WITHIN)
      .toBe(1);
    await page.goto(`${product.url}/console#/sources/${site.id}/overview`);
    const card = page.getByRole('region', { name: 'Second shop' });

    await expect
      .poll(async () => {
        await page.reload();
        await card.waitFor();
        return card.getByText('refused').count();
      }, WITHIN)
      .toBeGreaterThanOrEqual(2);
    await card.getByText(`12 events were refused from ${WRONG}. Allow this website?`).waitFor();
    await card.getByText('1 event was refused because of an invalid field.').waitFor();

    await page.goto(`${product.url}/console#/sources/${site.id}/ledger`);
    await page.getByText('Nothing was received on these days').waitFor();
    await page.getByText(`12 events were refused from ${WRONG}. Allow this website?`).waitFor();

    // The doctor says it too, although there is no connection to examine yet.
    await page.goto(`${product.url}/console#/sources/${site.id}/doctor`);
    await page.getByText(`12 events were refused from ${WRONG}. Allow this website?`).waitFor();
    await page.getByText('Not connected yet').waitFor();

    await page.goto(`${product.url}/console#/sources/${site.id}/live`);
    await page.getByText('Fields: event').waitFor();
    await page.getByRole('button', allow(WRONG)).click();
    await page.getByRole('button', allow(WRONG)).waitFor({ state: 'detached' });

    expect((await send(site, WRONG, [aLead()])).status).toBe(200);
    await page.getByRole('row', { name: /Lead Generated/ }).waitFor(WITHIN);
    await page.goto(`${product.url}/console#/sources/${site.id}/ledger`);
    await page.getByText(`12 events were refused from ${WRONG} before it was allowed.`).waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  }, 90_000);

  it("can't be allowed by a viewer, who is told which role they need", async () => {
    const site = await aSite('Third shop');
    await send(site, WRONG, [aLead()]);
    const made = await product.admin('/tokens', { body: { name: 'Viewer', role: 'viewer', source_ids: [site.id] } });
    const { page } = await openAt(`/sources/${site.id}/live`, { token: String(bodyOf(made)['token']) });

    const button = page.getByRole('button', allow(WRONG));
    await button.waitFor(WITHIN);

    expect(await button.isDisabled()).toBe(true);
    expect(await button.getAttribute('title')).toContain('editor');
    await page.close();
  }, 60_000);

  it('overwrites no change by another person, and shows a hostile origin as text', async () => {
    const site = await aSite('Fourth shop');
    await send(site, WRONG, [aLead()]);
    await send(site, '<img src=x onerror=alert(1)>', [aLead()]);
    const { page, complaints } = await openAt(`/sources/${site.id}/live`);
    await page.getByRole('button', allow(WRONG)).waitFor(WITHIN);
    await page.getByText('1 event was refused from other websites.').waitFor(WITHIN);
    const other = 'https://shop.example.com';
    await product.admin(`/sources/${site.id}`, { method: 'PATCH', body: { allowed_origins: [other] } });

    await page.getByRole('button', allow(WRONG)).click();
    await page.getByRole('button', allow(WRONG)).waitFor({ state: 'detached' });

    const { body } = await product.admin(`/sources/${site.id}`);
    expect(bodyOf({ status: 200, body })['allowed_origins']).toEqual([other, WRONG]);
    expect(complaints).toEqual([]);
    await page.close();
  }, 60_000);
});
