/** S21: the tag also finds its element when the browser doesn't say which script is running. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { WAIT } from '../../../worker/routes/collector/wait-for-consent.ts';
import { openShop, tag, type Shop } from '../../support/shop.ts';

let shop: Shop;
beforeAll(async () => (shop = await openShop()));
afterEach(async () => shop.clear());
afterAll(async () => shop.close());

const SRC = '/_df/df.js';
const named = () => shop.collector.events().map(({ event, type }) => event ?? type);
const keys = () => new Set(shop.collector.requests.map(({ body }) => body.writeKey));
const stubAlone = tag().replace(/<script async.*/s, '');
/** An element as Rocket Loader and other delaying plugins leave it, to run it later themselves. */
const held = (attributes = 'data-write-key="wk_test"', src = SRC) =>
  `<script type="2f1c-text/javascript" src="${src}" ${attributes}></script>`;
/** Runs the script's text from another script, which is no longer the current one. */
const run = (code: string) => `<script>fetch('${SRC}').then((r) => r.text()).then((text) => { ${code} })</script>`;
const EVAL = run('(0, eval)(text)');

describe('the tag starts', () => {
  it.each([
    ['as a module', tag().replace('async', 'type="module"')],
    ['by import()', `${stubAlone}${held()}<script>import('${SRC}')</script>`],
    ['by a loader that evaluates it', `${stubAlone}${held()}${EVAL}`],
    ['by a loader that makes a function from it', `${stubAlone}${held()}${run('new Function(text)()')}`],
    ['from a timer', `${stubAlone}${held()}${run('setTimeout(text)')}`],
    [
      'in a bundle, whose element is the current script',
      `${stubAlone}${held()}${run(`document.head.append(Object.assign(document.createElement('script'), { text }))`)}`,
    ],
    [
      'in a shadow tree, with its element in the page',
      `${stubAlone}${held()}<script>addEventListener('load', () => {
        const root = document.body.attachShadow({ mode: 'open' });
        root.append(Object.assign(document.createElement('script'), { src: '${SRC}' }));
      })</script>`,
    ],
    ['behind a form named currentScript', `<form name="currentScript"></form>${tag()}`],
    ["with Datafly's attribute", `${stubAlone}${held('data-pipeline-key="wk_test"')}${EVAL}`],
    ['from the immutable address', `${stubAlone}${held(undefined, '/_df/df/0.2.0.js')}${EVAL}`],
    ['with its own endpoint', `${stubAlone}${held('data-endpoint="/_df" data-write-key="wk_test"', '/x.js')}${EVAL}`],
    ['without a stub', `${held()}${EVAL}`],
  ])('%s', async (_, head) => {
    const page = await shop.visit({ path: '/?li_fat_id=abc123-def456', head });

    await page.evaluate(
      `new Promise((done) => (function wait() { self._df ? _df.ready(done) : setTimeout(wait, 50) })())`,
    );
    await page.evaluate(() => window._df.track('Lead'));

    await expect.poll(named).toEqual(['page', 'Lead']);
    expect([...keys()]).toEqual(['wk_test']);
    expect(shop.collector.requests.map(({ path }) => path)).toEqual(shop.collector.requests.map(() => '/_df/v1/batch'));
    expect(shop.complaints).toEqual([]);
  });

  it('with the attributes of its element, including consent', async () => {
    const page = await shop.visit({
      path: '/?li_fat_id=abc123-def456',
      head: `${held('data-consent="required" data-page="manual" data-global="other" data-write-key="wk_test"')}${EVAL}`,
    });
    await expect.poll(async () => page.evaluate('typeof other')).toBe('object');
    await page.evaluate(`other.track('Lead'); 0`);
    await page.waitForTimeout(300);
    expect(shop.collector.requests).toEqual([]);
    expect(await page.context().cookies()).toEqual([]);

    await page.evaluate(`other.consent({ advertising: true })`);

    await expect.poll(named).toEqual(['Lead']);
  });

  it('once for each of several elements, though a module runs once', async () => {
    const two = tag().replace('async', 'type="module"') + held('data-global="other" data-write-key="wk_other"');
    const page = await shop.visit({ head: two + two });

    await expect.poll(named).toEqual(['page', 'page']);
    await page.evaluate(`_df.track('First'); other.track('Second')`);

    await expect.poll(() => named().toSorted()).toEqual(['First', 'Second', 'page', 'page']);
    expect([...keys()].toSorted()).toEqual(['wk_other', 'wk_test']);
  });

  it("never with another product's key, nor at its address", async () => {
    const theirs = '<script type="text/plain" src="/theirs/p.js" data-write-key="s2s.abcdef"></script>';
    await shop.visit({ head: `${stubAlone}${theirs}${held()}${EVAL}` });

    await expect.poll(named).toEqual(['page']);
    expect(shop.collector.requests.map(({ path }) => path)).toEqual(['/_df/v1/batch']);
    expect([...keys()]).toEqual(['wk_test']);
  });
});

it('with its own element only, when the browser says which one it is', async () => {
  const blocked = held('data-global="blocked" data-write-key="wk_blocked"');
  const page = await shop.visit({ head: blocked + tag() });

  await expect.poll(named).toEqual(['page']);
  expect([...keys()]).toEqual(['wk_test']);
  expect(await page.evaluate('typeof blocked')).toBe('undefined');
});

it.each([
  ['there is no element', `${stubAlone}${EVAL}`],
  ['its element has no key', `${stubAlone}<script src="${SRC}"></script>`],
  ["the only key is another product's", `${stubAlone}${held('data-write-key="abc"')}${EVAL}`],
])("reports in one line, and doesn't disturb the page, that %s", async (_, head) => {
  const page = await shop.visit({ head });

  await expect.poll(() => shop.complaints).toEqual([expect.stringContaining('no data-write-key')]);
  expect(await page.evaluate(`_df.track('Lead'); _df.q.length`)).toBe(1);
  expect(shop.collector.requests).toEqual([]);
});

describe('df-consent.js', () => {
  it.each([
    ['as a module', '<script type="module" src="/_df/df-consent.js" ATTRIBUTES></script>'],
    [
      'by a loader that evaluates it',
      `<script type="2f1c-text/javascript" src="/_df/df-consent.js" ATTRIBUTES></script>
       <script>fetch('/_df/df-consent.js').then((r) => r.text()).then((text) => (0, eval)(text))</script>`,
    ],
  ])('reads its platform %s', async (_, consent) => {
    const attributes = 'data-from="custom" data-variable="shop.consent"';
    await shop.visit({
      head: `<script>var shop = { consent: 'yes' }</script>${tag()}${consent.replace('ATTRIBUTES', attributes)}`,
      attributes: 'data-consent="required"',
    });

    await expect.poll(named).toEqual(['page']);
    expect(shop.collector.requests[0]?.body.consent).toEqual({ advertising: true, source: 'custom' });
    expect(shop.complaints).toEqual([]);
  });
});

it("waits when the region requires a yes first, though the browser doesn't say which script is running", async () => {
  const waiting = run(`(0, eval)(${JSON.stringify(WAIT)} + text)`);
  const granted = held('data-consent="granted" data-global="other" data-write-key="wk_other"');
  const page = await shop.visit({ path: '/?li_fat_id=abc123-def456', head: `${held()}${granted}${waiting}` });
  await expect.poll(named).toEqual(['page']);
  await page.evaluate(() => window._df.track('Lead'));
  await page.waitForTimeout(300);
  expect([...keys()]).toEqual(['wk_other']);

  await page.evaluate(() => window._df.consent({ advertising: true }));

  await expect.poll(named).toEqual(['page', 'page', 'Lead']);
});
