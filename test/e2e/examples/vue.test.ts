import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { bundled, openExampleSite, type ExampleSite } from '../../support/example-site.ts';

let site: ExampleSite;
beforeAll(async () => (site = await openExampleSite()));
afterAll(async () => site.close());

it('sends the events of a Vue app, including those from before consent', async () => {
  const vue = join(import.meta.dirname, '../../../node_modules/@vue/runtime-dom');
  const page = await site.open('https://www.example.com/book', {
    '/book': '<!doctype html><title>Book</title><div id="app"></div><script src="/app.js"></script>',
    '/app.js': await bundled('examples/vue/main.ts', { alias: { vue } }),
  });

  await page.fill('[name=email]', 'john.doe@example.com');
  await page.getByText('Send').click();
  await page.getByText('Thank you.').waitFor();
  expect(site.events()).toEqual([]);
  await page.click('#yes');

  await expect
    .poll(() => site.events().map(({ type, event }) => event ?? type))
    .toEqual(['page', 'identify', 'Lead Generated']);
  expect(site.events().at(-1)?.context.traits).toEqual({ email: 'john.doe@example.com' });
  expect(site.complaints).toEqual([]);
});
