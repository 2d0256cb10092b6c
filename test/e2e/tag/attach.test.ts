import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import { openShop, tag, type Shop } from '../../support/shop.ts';

const ID = 'abc123-def456-ghi789';
const REQUIRED = 'data-consent="required"';
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

it('adds nothing before consent, and empties the fields at once when it is withdrawn', async () => {
  // Browsers tell of changed cookies only on secure pages, which localhost is.
  const page = await shop.visit({
    path: `/?li_fat_id=${ID}`,
    host: 'localhost',
    head: attach(' data-attach'),
    attributes: REQUIRED,
    body: FORM,
  });
  await page.focus('button');
  expect(await page.locator('[name=li_fat_id]').count()).toBe(0);

  await page.evaluate(() => window._df.consent({ advertising: true }));
  await page.evaluate(() => window._df.page());
  await expect.poll(() => page.locator('[name=li_fat_id]').count()).toBe(1);
  expect(await page.inputValue('[name=li_fat_id]')).toBe(ID);

  await page.evaluate(() => window._df.consent({ advertising: false }));
  await expect.poll(() => page.inputValue('[name=li_fat_id]')).toBe('');
});

it.each(['attach', 'forms'])(
  'df-%s.js leaves out a click ID that another tag wrote, until the visitor agrees',
  async (script) => {
    const visitor = await shop.browser.newContext();
    await visitor.addCookies([{ name: 'li_fat_id', value: ID, url: shop.url() }]);
    const page = await shop.visit(
      {
        head: attach(' data-attach').replace('df-attach.js', `df-${script}.js`),
        attributes: REQUIRED,
        body: '<form class="lead"><input name="li_fat_id"><button>Send</button></form>',
      },
      visitor,
    );
    await page.waitForLoadState('load');
    await page.focus('button');
    expect(await page.inputValue('[name=li_fat_id]')).toBe('');
    // Another product on the page has sent something.
    await page.evaluate(async () => {
      await fetch('/other/v1/batch');
    });
    await page.focus('button');
    await page.dispatchEvent('body', 'click');
    expect(await page.inputValue('[name=li_fat_id]')).toBe('');

    await page.evaluate(() => window._df.consent({ advertising: true }));
    await page.evaluate(() => window._df.page());

    await expect.poll(() => page.inputValue('[name=li_fat_id]')).toBe(ID);
  },
);

it('finds the fields of a form wherever they are and whatever they are called', async () => {
  const page = await shop.visit({
    path: `/?li_fat_id=${ID}`,
    head: attach(' data-attach="form.lead"'),
    body: `<input type="hidden" name="li_fat_id" form="outside"><form class="lead" id="outside"></form>
      <form class="lead" id="shadowed">${[
        'append',
        'tagName',
        'matches',
        'querySelectorAll',
        'ownerDocument',
        'elements',
      ]
        .map((name) => `<input name="${name}">`)
        .join('')}</form>`,
  });

  const valuesOf = (selector: string) =>
    page.evaluate(
      (chosen) => [...document.querySelectorAll<HTMLInputElement>(chosen)].map(({ value }) => value),
      selector,
    );
  await expect.poll(() => valuesOf('#shadowed [name=li_fat_id]'), { timeout: 10_000 }).toEqual([ID]);
  expect(await valuesOf('[form=outside], #outside [name=li_fat_id]')).toEqual([ID]);
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
