import { join } from 'node:path';
import { runInThisContext } from 'node:vm';

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import { bundled, openExampleSite, type ExampleSite } from '../../support/example-site.ts';

let site: ExampleSite;
beforeAll(async () => (site = await openExampleSite()));
afterEach(async () => site.clear());
afterAll(async () => site.close());

const named = () => site.events().map(({ type, event }) => event ?? type);

it('sends the events of a React app once, in strict mode too', async () => {
  const page = await site.open('https://www.example.com/pricing', {
    '/pricing': '<!doctype html><title>Pricing</title><div id="root"></div><script src="/app.js"></script>',
    '/app.js': await bundled('examples/react/main.tsx'),
  });
  await page.getByText('Yes').click();

  await page.fill('[name=email]', 'john.doe@example.com');
  await page.getByText('Send').click();
  await page.getByText('Thank you.').waitFor();
  await page.evaluate(() => history.pushState(null, '', '/account'));

  await expect.poll(named).toEqual(['page', 'Pricing Viewed', 'identify', 'Lead Generated', 'page']);
  expect(site.events().at(-1)?.context).toMatchObject({
    page: { path: '/account', referrer: 'https://www.example.com/pricing' },
    traits: { email: 'john.doe@example.com' },
  });
  expect(site.complaints).toEqual([]);
});

it('sends the events of a Next.js component, before and after the tag has loaded', async () => {
  const page = await site.open('https://www.example.com/', {
    '/': await nextPage(),
    '/app.js': await bundled('test/e2e/examples/next/client.tsx'),
  });

  await page.fill('[name=email]', 'john.doe@example.com');
  await page.getByText('Send').click();

  await expect.poll(named).toEqual(['page', 'identify', 'Lead Generated']);
  expect(site.complaints).toEqual([]);
});

/** The example's layout as a server renders it, around the slot for its form. */
async function nextPage(): Promise<string> {
  const server = await bundled('test/e2e/examples/next/server.tsx', {
    alias: { 'next/script': join(import.meta.dirname, 'next/script.tsx') },
  });
  const rendered: unknown = runInThisContext(`${server}; globalThis.page`);
  return String(rendered);
}
