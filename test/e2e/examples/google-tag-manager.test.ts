import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { openExampleSite, textOf, type ExampleSite } from '../../support/example-site.ts';
import { gtmSandbox, parseTemplate, PERMISSION_OF } from '../../support/gtm-sandbox.ts';

const template = parseTemplate(await textOf('client/gtm/template.tpl'));

let site: ExampleSite;
beforeAll(async () => (site = await openExampleSite()));
afterEach(async () => site.clear());
afterAll(async () => site.close());

interface Visit {
  /** The initial state of Consent Mode. */
  readonly consent?: Readonly<Record<string, boolean>>;
  /** Runs in the page, like tags that fire while it loads. */
  readonly firing?: string;
  /** HTML before Tag Manager. */
  readonly head?: string;
}

/** Opens a page with Tag Manager and the fields of this container. */
async function visit({ consent = {}, firing = '', head = '' }: Visit): Promise<Page> {
  const given = [template.code, template.permissions, consent].map((value) => JSON.stringify(value)).join(',');
  const container = `
    window.gtm = (${gtmSandbox.toString()})(${given});
    const fields = ${JSON.stringify(FIELDS)};
    const fire = (over) => gtm.fire({ ...fields, ...over });
    ${firing}`;
  const page = `<!doctype html><head>${head}<script>${container.replaceAll('</', String.raw`<\/`)}</script></head>`;
  return site.open('https://www.example.com/landing?li_fat_id=abc-1', { '/landing': page });
}

/** Tag Manager's values when only the required fields are filled in. */
const FIELDS = {
  endpoint: 'https://www.example.com/_df',
  writeKey: 'wk_abc123',
  consent: 'consent_mode',
  pageViews: true,
  action: 'load',
};

const named = () => site.events().map(({ type, event }) => event ?? type);

describe('the Tag Manager template', () => {
  it('has the sections of a template, in their order', () => {
    expect(template.sections).toEqual([
      'TERMS_OF_SERVICE',
      'INFO',
      'TEMPLATE_PARAMETERS',
      'SANDBOXED_JS_FOR_WEB_TEMPLATE',
      'WEB_PERMISSIONS',
      'TESTS',
      'NOTES',
    ]);
    expect(template.info).toMatchObject({ type: 'TAG', containerContexts: ['WEB'] });
  });

  it('requests the permission of each API that it uses, and no other', () => {
    const apis = [...template.code.matchAll(/require\('(\w+)'\)/g)].map(([, name = '']) => name);
    const needed = apis.flatMap((name) => PERMISSION_OF[name] ?? []);

    const granted = template.permissions.map(({ instance }) => instance.key.publicId);

    expect(new Set(granted)).toEqual(new Set(needed));
  });

  it('uses only the JavaScript of Tag Manager’s sandbox', () => {
    // ECMAScript 5.1 with arrow functions, const and let; no `this`, no `new`, no global.
    const code = template.code.replaceAll(/\/\/.*$|'[^'\n]*'/gm, '');

    expect(code.match(/\b(this|new|class|async|await|of|function|var)\b|\.\.\.|`|\?\.|\?\?|\*\*/g)).toBe(null);
  });

  it('reads only fields that its form has', () => {
    const read = [...template.code.matchAll(/\bdata\.(\w+)/g)].map(([, name = '']) => name);

    const inForm = template.parameters.map(({ name }) => name);

    expect(read.filter((name) => !inForm.includes(name) && !name.startsWith('gtmOn'))).toEqual([]);
    expect(inForm.filter((name) => !read.includes(String(name)))).toEqual([]);
  });

  it('loads the tag once for all its tags, and records their earlier calls', async () => {
    const page = await visit({
      firing: `
        dataLayer = [{ event: 'purchase', ecommerce: { transaction_id: '1042', value: 149.99, currency: 'EUR' } }];
        window.runs = [
          fire({ action: 'identify', userId: 'user-1', traits: [{ name: 'email', value: 'john.doe@example.com' }] }),
          fire({ action: 'track', eventName: 'Order Completed', fromDataLayer: true,
            properties: [{ name: 'coupon', value: 'TEA' }] }),
        ];
        history.replaceState(null, '', '/rewritten');`,
    });

    await expect.poll(named).toEqual(['page', 'identify', 'Order Completed']);
    const [, , order] = site.events();
    expect(order).toMatchObject({
      messageId: '1042',
      userId: 'user-1',
      properties: { value: 149.99, currency: 'EUR', order_id: '1042', coupon: 'TEA' },
      context: {
        page: { path: '/landing' },
        li_fat_id: 'abc-1',
        traits: { email: 'john.doe@example.com' },
      },
    });
    expect(await page.evaluate('runs')).toEqual([{ outcome: 'success' }, { outcome: 'success' }]);
    expect(await page.locator('script[src$="df.js"]').count()).toBe(1);
    expect(site.complaints).toEqual([]);
  });

  it('calls the loaded tag directly, also for consent and a log-out', async () => {
    const page = await visit({ firing: `fire({ consent: 'required' })` });
    await page.waitForFunction('window._df?.track && !Array.isArray(_df.q)', null, { timeout: 10_000 });

    await page.evaluate(`
      fire({ action: 'track', eventName: 'Lead Generated', messageId: 'lead-1' });
      fire({ action: 'page', pageName: 'Pricing' });`);
    expect(site.events()).toEqual([]);
    await page.evaluate(`fire({ action: 'consent', advertising: 'granted' })`);

    await expect.poll(named).toEqual(['page', 'Lead Generated', 'page']);
    expect(site.events()[1]?.messageId).toBe('lead-1');
    expect(site.events()[2]?.name).toBe('Pricing');
    await page.evaluate(`fire({ action: 'reset' })`);
    expect(site.complaints).toEqual([]);
  });

  it('waits for Consent Mode’s yes, and reads a partial answer as no answer', async () => {
    const page = await visit({
      consent: { ad_storage: false, ad_user_data: false },
      firing: `fire({ action: 'track', eventName: 'Lead Generated' })`,
    });
    await page.waitForFunction('window._df?.track && !Array.isArray(_df.q)', null, { timeout: 10_000 });
    await page.evaluate(() => window.gtm.updateConsent({ ad_storage: true }));
    await page.evaluate(async () => window._df.flush());
    expect(site.events()).toEqual([]);
    expect(await page.evaluate('document.cookie')).toBe('');

    await page.evaluate(() => window.gtm.updateConsent({ ad_user_data: true }));

    await expect.poll(named).toEqual(['page', 'Lead Generated']);
    await page.evaluate(() => window.gtm.updateConsent({ ad_storage: false }));
    await page.evaluate(`fire({ action: 'track', eventName: 'After a no' })`);
    await page.evaluate(async () => window._df.flush());
    expect(named()).toEqual(['page', 'Lead Generated']);
    expect(site.complaints).toEqual([]);
  });

  it('also tells the Insight Tag, with the same event ID', async () => {
    const page = await visit({
      head: '<script>window.told = []; window.lintrk = (...args) => told.push(args)</script>',
      firing: `fire({ consent: 'granted', action: 'track', eventName: 'Lead Generated', conversionId: '77', messageId: 'lead-1' })`,
    });

    await expect.poll(named).toEqual(['page', 'Lead Generated']);
    expect(await page.evaluate('told')).toEqual([['track', { conversion_id: '77', event_id: 'lead-1' }]]);
    expect(site.complaints).toEqual([]);
  });

  it('leaves the loading to a page that has the snippet', async () => {
    const head = (await textOf('README.md')).split('\n').filter((line) => line.startsWith('<script'));
    const page = await visit({
      head: head.join('\n'),
      firing: `window.outcome = fire({ action: 'track', eventName: 'Lead Generated' })`,
    });

    await expect.poll(named).toEqual(['page', 'Lead Generated']);
    expect(await page.evaluate('outcome')).toEqual({ outcome: 'success' });
    expect(await page.locator('script[src*="df-gtm.js"]').count()).toBe(0);
    expect(site.complaints).toEqual([]);
  });

  it("reports a failure when the collector doesn't answer", async () => {
    const page = await visit({
      firing: `window.outcome = fire({ endpoint: 'https://nowhere.test/_df' })`,
    });

    await expect.poll(async () => page.evaluate('outcome')).toEqual({ outcome: 'failure' });
  });
});
