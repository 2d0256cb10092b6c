import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { openShop, tag, type Shop } from '../../support/shop.ts';

const ID = 'abc123-def456-ghi789';

let shop: Shop;
beforeAll(async () => (shop = await openShop()));
afterEach(async () => shop.clear());
afterAll(async () => shop.close());

describe('data-debug', () => {
  const STRICT = `<meta http-equiv="Content-Security-Policy"
    content="default-src 'none'; script-src 'nonce-n'; connect-src 'self'; require-trusted-types-for 'script'">`;
  const debugged = tag().replace('data-write-key=', 'data-debug data-write-key=');

  it('reports what happened and why, under a strict policy too', async () => {
    shop.collector.answers.push({ status: 503 });
    const page = await shop.visit({
      path: `/?li_fat_id=${ID}`,
      head: STRICT + debugged.replaceAll('<script', '<script nonce="n"'),
    });
    await expect.poll(() => shop.complaints.join(), { timeout: 10_000 }).toContain('sent: page');
    await page.evaluate(() => window._df.track('Lead Generated', { value: 5 }));

    await expect.poll(() => shop.collector.events().length, { timeout: 5_000 }).toBe(2);
    await expect.poll(() => shop.complaints.filter((words) => words.includes('accepted')).length).toBeGreaterThan(0);
    const said = shop.complaints.join('\n');
    expect(shop.complaints.filter((words) => !words.startsWith('Directflight: '))).toEqual([
      expect.stringContaining('503'),
    ]);
    for (const words of [
      'starting as window._df',
      'consent unknown',
      'li_fat_id found in this address',
      'sent: page',
      'answered 503: will be sent again with the same IDs',
      'track(…) Lead Generated',
      'sent: track Lead Generated',
    ])
      expect(said).toContain(words);
    expect(said).not.toContain(ID);
  });

  it("doesn't stop the tag when its own script is missing", async () => {
    const context = await shop.browser.newContext();
    await context.route('**/df-debug.js', async (route) => route.abort());

    await shop.visit({ head: debugged + debugged }, context);

    await expect.poll(() => shop.collector.events().length).toBe(1);
    expect(shop.complaints.filter((words) => !words.includes('ERR_FAILED'))).toEqual([]);
  });

  it('makes no request on a page without it', async () => {
    const asked: string[] = [];
    const context = await shop.browser.newContext();
    context.on('request', (request) => asked.push(new URL(request.url()).pathname));

    await shop.visit({}, context);

    await expect.poll(() => shop.collector.events().length).toBe(1);
    await expect.poll(() => asked).toEqual(['/', '/_df/df.js', '/_df/v1/batch']);
  });
});

describe('df-forms.js', () => {
  const FORM = '<form action="/sent"><input type="hidden" name="LI_FAT_ID"><button>Send</button></form>';
  const forms = `${tag()}<script async src="/_df/df-forms.js"></script>`;

  it('puts the click ID into hidden fields, even into later ones', async () => {
    const page = await shop.visit({ path: `/?li_fat_id=${ID}`, head: forms, body: FORM });
    await expect.poll(() => page.inputValue('input'), { timeout: 10_000 }).toBe(ID);

    await page.evaluate((form) => (document.body.innerHTML = form), FORM);
    await page.click('button');

    await page.waitForURL('**/sent*');
    expect(new URL(page.url()).searchParams.get('LI_FAT_ID')).toBe(ID);
  });

  it('fills in nothing before consent, and empties the fields when it is withdrawn', async () => {
    const page = await shop.visit({
      path: `/?li_fat_id=${ID}`,
      head: forms.replace('data-write-key=', 'data-consent="required" data-write-key='),
      body: FORM,
    });
    await page.focus('button');
    expect(await page.inputValue('input')).toBe('');

    await page.evaluate(() => window._df.consent({ advertising: true }));
    await page.dispatchEvent('body', 'click');
    expect(await page.inputValue('input')).toBe(ID);

    await page.evaluate(() => window._df.consent({ advertising: false }));
    await page.dispatchEvent('body', 'click');
    expect(await page.inputValue('input')).toBe('');
  });
});

describe('df-core.js', () => {
  it('sends the same and touches no cookie, because the collector does', async () => {
    const page = await shop.visit({ path: `/?li_fat_id=${ID}`, head: tag('/_df/df-core.js') });

    await page.evaluate(() => {
      window._df.track('Lead Generated');
      window._df.consent({ advertising: false });
      window._df.consent({ advertising: true });
      window._df.track('Again');
    });

    await expect.poll(() => shop.collector.events().at(-1)?.event).toBe('Again');
    expect(shop.collector.events().at(-1)?.context.li_fat_id).toBe(ID);
    expect(await page.context().cookies()).toEqual([]);
    expect(shop.complaints).toEqual([]);
  });
});
