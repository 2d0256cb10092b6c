import type { Browser, Page } from 'playwright-core';

import { type LocalProduct, startLocalProduct } from '../../support/local-product.ts';

/** Starts an empty product: the demo's source and integration are removed. */
export async function startEmptyProduct(): Promise<LocalProduct> {
  const product = await startLocalProduct();
  await product.admin('/integrations/int_demo', { method: 'DELETE' });
  await product.admin('/sources/src_demo', { method: 'DELETE' });
  return product;
}

/** Opens the console, and records the browser's complaints: errors, dialogs, CSP violations. */
export async function openConsole(
  browser: Browser,
  product: LocalProduct,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    colorScheme: 'light',
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  page.on('close', () => {
    // The browser may be closed already.
    context.close().catch(() => undefined);
  });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // The console shows a refused call to the person. Chromium also logs it here.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(`${product.url}/console`);
  return { page, complaints };
}

export async function signIn(page: Page, product: LocalProduct): Promise<void> {
  await page.getByLabel('Token', { exact: true }).fill(product.adminToken);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Creates the first source through the form on the home page, and returns its write key. */
export async function createSource(page: Page, name = 'Example shop'): Promise<{ id: string; writeKey: string }> {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('button', { name: 'Create site' }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  const snippet = await page.getByRole('region', { name: 'Snippet' }).textContent();
  return { id: /src_[\w-]+/.exec(page.url())?.[0] ?? '', writeKey: /wk_[\w-]+/.exec(snippet ?? '')?.[0] ?? '' };
}

/** Clicks the link to a page, which may lead to a question or a sign-in first. */
export async function wantToGo(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();
}

/**
 * Goes to a page of the source or of the instance, and waits until it shows. Until then the page before it stays
 * visible, so a test would find its texts.
 */
export async function goTo(page: Page, name: string): Promise<void> {
  await wantToGo(page, name);
  await page.locator('nav a[aria-current=page]', { hasText: new RegExp(`^${name}$`) }).waitFor();
  await page.locator('main:not([aria-busy]):not([inert])').waitFor();
}

/** Connects the source to the sandbox through the set-up's steps: the event "Lead Generated" counts for rule 987655. */
export async function connectLinkedIn(page: Page): Promise<void> {
  await goTo(page, 'Set-up');
  await page.getByText('With an access token', { exact: true }).click();
  await page.getByRole('button', { name: 'Use the sandbox’s token' }).click();
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByRole('radio', { name: /123456789/ }).check();
  await page.getByRole('button', { name: 'Use this account' }).click();
  await page.getByLabel('Event name').fill('Lead Generated');
  await page.getByRole('button', { name: 'Add to the list' }).click();
  await page.getByLabel('Conversion rule for Lead Generated').selectOption('987655');
  await page.getByText('Lead Generated is a conversion now.').waitFor();
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await page.getByRole('button', { name: 'Save and continue' }).waitFor();
}

export function aLead(fields: object = {}): object {
  return {
    type: 'track',
    event: 'Lead Generated',
    messageId: crypto.randomUUID(),
    properties: { value: 500, currency: 'USD' },
    traits: { email: 'john.doe@example.com' },
    context: { consent: { categoryPreferences: { advertising: true } } },
    ...fields,
  };
}
