/**
 * G3: a visitor leaves before the tag has run. The stub saves its calls: 95 of 100 arrive in each engine, for a link, a
 * form and a closed tab, whether the browser has the tag already or is loading it. `npm run test:leaving` runs 100
 * rounds, `npm test` 2, in Chromium.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { openEngineShop, tag, type EngineShop } from '../../support/engine-shop.ts';
import type { Tab } from '../../support/engine.ts';
import { enginesToTest } from '../../support/engines.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 2);
const MUST_ARRIVE = Math.ceil(ROUNDS * 0.95);

const CLOSED = 'the tab is closed';

/** How the page is left after it has tracked. */
const WAYS: Readonly<Record<string, string>> = {
  'a link is followed': `document.querySelector('a').click()`,
  'a form is submitted': `document.querySelector('form').submit()`,
  'the address is set': `location.href = '/next'`,
  [CLOSED]: 'setTimeout(close, 200)',
};

const page = (leave: string, attributes = '') => `<!doctype html><title>Early</title>
  ${tag().replace('data-write-key=', `${attributes} data-write-key=`)}
  <a href="/next">next</a><form action="/next"></form>
  <script>
    _df.identify({ email: 'ann@example.com' });
    _df.track('Early ' + location.search.slice(1), { value: 5 });
    _df.flush();
    new Image().src = '/ran';
    ${leave}
  </script>`;

describe.each(enginesToTest())('$name', (engine) => {
  let shop: EngineShop;
  beforeAll(async () => (shop = await openEngineShop(engine)));
  afterEach(async () => shop.clear());
  afterAll(async () => shop.close());

  const batches = () => shop.collector.requests.flatMap(({ body }) => body.batch);
  const early = () => batches().filter(({ event }) => event?.startsWith('Early') === true);
  const namesOf = () => new Set(early().map(({ event }) => event));
  const idsOf = () => new Set(early().map(({ messageId }) => messageId));

  /**
   * The drivers of Chromium and Firefox close a tab as a visitor does, once the page has reported that it ran. WebKit's
   * driver removes the tab without telling a page that still loads, which no visitor can do. So there the page closes
   * its tab itself.
   */
  const isDriven = (way: string) => way === CLOSED && engine.name !== 'WebKit';

  const visitAndLeave = async (way: string, round: number, tab: Tab): Promise<void> => {
    const before = shop.collector.visited.length;
    // The page replaces a blank one, so the tab has no history, and the page may close it.
    await tab.run(`void setTimeout(() => { location.replace('${shop.url('/early')}?${round}') })`);
    // A page that closes its own tab has run. On a busy machine it is gone before its picture is asked for.
    if (way === CLOSED && !isDriven(way)) return expect.poll(async () => tab.isOpen(), { timeout: 20_000 }).toBe(false);
    const sign = way === CLOSED ? '/ran' : '/next';
    await expect.poll(() => shop.collector.visited.slice(before), { timeout: 20_000 }).toContain(sign);
    if (isDriven(way)) return tab.close();
    // The page is left once the next one is there.
    await expect.poll(async () => tab.run('location.pathname').catch(() => ''), { timeout: 20_000 }).toBe('/next');
    await tab.goto('about:blank');
  };

  describe.each(['cached', 'on its way'])('with a tag that is %s', (script) => {
    it.each(Object.keys(WAYS))(
      'an earlier call arrives when %s',
      async (way) => {
        shop.collector.isScriptCached = true;
        if (script === 'cached') await (await shop.visit()).close();
        else shop.collector.scriptDelayMs = 2_000;
        shop.collector.pages.set('/next', '<title>Next</title>');
        shop.collector.pages.set('/early', page(isDriven(way) ? '' : (WAYS[way] ?? '')));
        let tab: Tab | undefined;
        for (let round = 0; round < ROUNDS; round++) {
          // A tab stays for the next round unless it is closed.
          if (tab === undefined || way === CLOSED) tab = await shop.openBlank();
          await visitAndLeave(way, round, tab);
        }

        await expect.poll(() => namesOf().size, { timeout: 10_000 }).toBeGreaterThanOrEqual(MUST_ARRIVE);
        console.info(`${engine.name}, ${way}, tag ${script}: ${namesOf().size} of ${ROUNDS} arrived`);
        // The tag may start while the tab closes, and send again what the stub has sent. It has the same ID, so the
        // collector counts it once: one in 2,400 did so on a busy machine.
        expect(idsOf().size).toBe(namesOf().size);
      },
      30_000 + ROUNDS * 10_000,
    );
  });

  it.each([
    ['consent is still open', 'data-consent="required"', ''],
    ['the visitor said no', '', `_df.consent({ advertising: false });`],
    ['the visitor said no to everything', '', `_df.consent('denied');`],
    ['the visitor said yes, then no', '', `_df.consent({ advertising: true }); _df.consent({ advertising: 'no' });`],
    ['the visitor logged out', '', '_df.reset();'],
    [
      'the browser sends a do-not-track signal',
      '',
      `Object.defineProperty(navigator, 'globalPrivacyControl', { value: true });`,
    ],
  ])('nothing is sent when %s', async (_, attributes, before) => {
    shop.collector.scriptDelayMs = 2_000;
    shop.collector.pages.set('/next', '<title>Next</title>');
    shop.collector.pages.set('/early', page(`${before} location.href = '/next'`, attributes));

    await visitAndLeave('the address is set', 0, await shop.openBlank());
    // A later request from the same browser.
    shop.collector.scriptDelayMs = 0;
    await shop.visit({ path: '/later' });
    await expect.poll(() => batches().map(({ context }) => context.page.path), { timeout: 20_000 }).toContain('/later');

    expect(early()).toEqual([]);
  });

  it('the given consent is sent too', async () => {
    const consent = { advertising: true, analytics: false };
    shop.collector.scriptDelayMs = 2_000;
    shop.collector.pages.set('/next', '<title>Next</title>');
    shop.collector.pages.set(
      '/early',
      page(`_df.consent(${JSON.stringify(consent)}); location.href = '/next'`, 'data-consent="required"'),
    );

    await visitAndLeave('the address is set', 0, await shop.openBlank());

    await expect.poll(() => early().length, { timeout: 10_000 }).toBe(1);
    expect(shop.collector.requests[0]?.body).toMatchObject({
      writeKey: 'wk_test',
      consent,
      batch: [
        { type: 'identify', traits: { email: 'ann@example.com' } },
        { type: 'track', event: 'Early 0', properties: { value: 5 } },
      ],
    });
  });

  it('unsent calls are left to the tag, and nothing is sent twice when the visitor returns', async () => {
    shop.collector.scriptDelayMs = 1_500;
    const hides = `Object.defineProperty(document, 'hidden', { value: true, configurable: true });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true })); delete document.hidden;`;
    shop.collector.pages.set('/early', page(hides));
    const tab = await shop.openAt('/early?0');

    await tab.run(`new Promise((done) => _df.ready(() => { _df.track('After'); done() }))`);

    await expect.poll(() => batches().map(({ event }) => event), { timeout: 10_000 }).toContain('After');
    expect(early()).toHaveLength(1);
    expect(new Set(batches().map(({ messageId }) => messageId)).size).toBe(batches().length);
    expect(await tab.run('[typeof _df.q.length, Object.keys(_df).length > 5]')).toEqual(['undefined', true]);
  });
});
