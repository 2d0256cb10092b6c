import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { launchChromium } from '../../support/browser.ts';
import { type LocalProduct, startLocalProduct } from '../../support/local-product.ts';
import { openConsole, signIn } from './an-empty-console.ts';

let browser: Browser;
let product: LocalProduct;
beforeAll(async () => {
  [browser, product] = await Promise.all([launchChromium(), startLocalProduct({ vars: { BASE_PATH: '/_df' } })]);
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

describe('the console below a prefix', () => {
  it('calls nothing outside it, shows a snippet with it, and runs no inline script', async () => {
    const { page, complaints } = await openConsole(browser, product);
    const paths: string[] = [];
    page.on('request', (request) => paths.push(new URL(request.url()).pathname));
    const answer = await page.goto(`${product.url}/_df/console`);
    await signIn(page, product);

    await page.getByRole('link', { name: 'Demo shop' }).click();
    await page.getByRole('heading', { name: 'Put the snippet on your site' }).click();

    const snippet = page.getByRole('region', { name: 'Snippet' });
    expect(await snippet.textContent()).toContain(`src="${product.url}/_df/df.js" data-write-key="wk_demo"`);
    const policy = answer?.headers()['content-security-policy'];
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("trusted-types 'none'");
    expect(paths).toContain('/_df/v1/admin/sources');
    expect(paths.filter((path) => !path.startsWith('/_df/'))).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
