import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import { openShop, tag, type Shop } from '../../support/shop.ts';

const ID = 'abc123-def456-ghi789';
const attach = (attributes = ''): string => `${tag()}<script async src="/_df/df-attach.js"${attributes}></script>`;
const FORM = '<form class="lead" action="/sent"><input name="email"><button>Send</button></form>';

let shop: Shop;
beforeAll(async () => (shop = await openShop()));
afterEach(async () => shop.clear());
afterAll(async () => shop.close());

it('adds the click ID to the forms that a page chooses, and to no other', async () => {
  const page = await shop.visit({
    path: `/?li_fat_id=${ID}`,
    head: attach(' data-attach="form.lead"'),
    body: `${FORM}<form id="search"><input name="q"></form>`,
  });

  await expect.poll(() => page.locator('.lead [name=li_fat_id]').count(), { timeout: 10_000 }).toBe(1);
  expect(await page.inputValue('.lead [name=li_fat_id]')).toBe(ID);
  expect(await page.locator('#search [name=li_fat_id]').count()).toBe(0);
  await page.click('button');
  await page.waitForURL('**/sent*');
  expect(new URL(page.url()).searchParams.get('li_fat_id')).toBe(ID);
});

it('adds nothing to a search, whose fields stand in an address, unless the page chooses it', async () => {
  const searches = '<form role="search"><input name="q"></form><form method="GET"><input name="q"></form>';
  const page = await shop.visit({ path: `/?li_fat_id=${ID}`, head: attach(' data-attach'), body: FORM + searches });

  await expect.poll(() => page.locator('.lead [name=li_fat_id]').count(), { timeout: 10_000 }).toBe(1);
  expect(await page.locator('form:not(.lead) [name=li_fat_id]').count()).toBe(0);
});

it('fills the anonymous ID where scripts can read it', async () => {
  const page = await shop.visit({ head: attach(), body: FORM });
  await page.evaluate(() => (document.cookie = '_dfid=0b0e7c1e-0000-4000-8000-000000000001'));

  await expect.poll(() => page.evaluate(() => typeof window._df.attach), { timeout: 10_000 }).toBe('function');
  await page.evaluate(() => window._df.attach?.('form.lead'));

  expect(await page.inputValue('.lead [name=_dfid]')).toBe('0b0e7c1e-0000-4000-8000-000000000001');
});

it('adds nothing before consent, and empties the fields when it is withdrawn', async () => {
  const head = attach(' data-attach').replace('data-write-key=', 'data-consent="required" data-write-key=');
  const page = await shop.visit({ path: `/?li_fat_id=${ID}`, head, body: FORM });
  await page.focus('button');
  expect(await page.locator('[name=li_fat_id]').count()).toBe(0);

  await page.evaluate(() => window._df.consent({ advertising: true }));
  await page.dispatchEvent('body', 'click');
  await expect.poll(() => page.locator('[name=li_fat_id]').count()).toBe(1);
  expect(await page.inputValue('[name=li_fat_id]')).toBe(ID);

  await page.evaluate(() => window._df.consent({ advertising: false }));
  await page.dispatchEvent('body', 'click');
  expect(await page.inputValue('[name=li_fat_id]')).toBe('');
});

it('fills later steps of a form, HubSpot’s fields also in its frame, and Marketo’s own list', async () => {
  const page = await shop.visit({
    path: `/?li_fat_id=${ID}`,
    head: attach(' data-attach="form.lead, form.hs-form, form.mktoForm"'),
    body: '<form class="mktoForm"></form><iframe></iframe><p id="step"></p>',
  });
  await page.evaluate(() => {
    const forms = [{ addHiddenFields: (fields: object) => Object.assign(window, { ofMarketo: fields }) }];
    Object.assign(window, { MktoForms2: { allForms: () => forms, whenReady: () => undefined } });
    const frame = document.querySelector('iframe')?.contentDocument;
    if (frame) frame.body.innerHTML = '<form class="hs-form"><input type="hidden" name="0-1/li_fat_id"></form>';
    const step = document.querySelector('#step');
    if (step) step.outerHTML = '<form class="lead"><input type="hidden" name="li_fat_id"><button>Next</button></form>';
  });

  await page.focus('button');

  await expect.poll(() => page.inputValue('.lead [name=li_fat_id]')).toBe(ID);
  expect(await page.frameLocator('iframe').locator('input').inputValue()).toBe(ID);
  expect(await page.evaluate(() => Reflect.get(window, 'ofMarketo'))).toMatchObject({ li_fat_id: ID });
});
