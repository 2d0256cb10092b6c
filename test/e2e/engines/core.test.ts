/** The tag's promises, in every engine. `test/e2e/tag/` tests the details in Chromium. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { TIMEOUT_MS } from '../../../client/tag/limits.ts';
import { openEngineShop, tag, type EngineShop } from '../../support/engine-shop.ts';
import { enginesToTest } from '../../support/engines.ts';

const ID = 'abc123-def456-ghi789';

const built = join(import.meta.dirname, '../../../dist/client');

/**
 * Records each timer of the page that is longer than a moment, except the one of TIMEOUT_MS. The 30 s timer belongs to
 * WebKit's driver, which shares the page's timers.
 */
const TIMERS = `<script>
  const waits = [];
  window.setTimeout = ((later) => (act, ms, ...rest) => {
    if (ms >= 200 && ms < 30_000 && ms !== ${TIMEOUT_MS}) waits.push(ms);
    return later(act, ms, ...rest);
  })(setTimeout.bind(window));
</script>`;

describe.each(enginesToTest())('$name', (engine) => {
  let shop: EngineShop;
  beforeAll(async () => (shop = await openEngineShop(engine, { keepsTab: true })));
  afterEach(async () => shop.clear());
  afterAll(async () => shop.close());

  const events = () => shop.collector.events();
  const named = () => events().map(({ event, type }) => event ?? type);
  const bodies = () => shop.collector.requests.map(({ body }) => body);
  const untilNamed = async (names: string[]) => {
    await expect.poll(named, { timeout: 10_000 }).toEqual(names);
  };

  it('keeps calls made before it arrived: order, time, address, ID, and early references', async () => {
    shop.collector.scriptDelayMs = 400;
    const early = `<script>
      const { track } = _df;
      window.ids = [track('First')];
      history.replaceState(null, '', '/elsewhere');
      ids.push(_df.track('Second', { n: 2 }));
      window.flushed = _df.flush();
    </script>`;

    const tab = await shop.visit({
      path: `/landing?li_fat_id=${ID}`,
      head: tag().replace('<script async', `${early}<script async`),
    });
    await tab.run(`flushed.then(() => void ids.push(track('Late')))`);

    await untilNamed(['page', 'First', 'Second', 'Late']);
    expect(
      events()
        .slice(1)
        .map(({ messageId }) => messageId),
    ).toEqual(await tab.run('ids'));
    expect(events().map(({ context }) => context.page.path)).toEqual([
      '/elsewhere',
      '/landing',
      '/elsewhere',
      '/elsewhere',
    ]);
    expect(events()[0]?.context.li_fat_id).toBe(ID);
    const times = events().map(({ timestamp }) => Date.parse(timestamp));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(await tab.run('[...complaints]')).toEqual([]);
  });

  it.each([
    ['the query string', `/?a=%E0%A4&li_fat_id=${ID}&b=%`],
    ['the fragment', `/#/route?LI_FAT_ID=${ID}`],
  ])('takes the click ID from %s, and keeps it 90 days for other tags', async (_, path) => {
    const tab = await shop.visit({ path });

    await untilNamed(['page']);
    expect(events()[0]?.context.li_fat_id).toBe(ID);
    const cookies = await tab.cookies();
    expect(cookies).toMatchObject([{ name: 'li_fat_id', value: ID, httpOnly: false }]);
    expect((Number(cookies[0]?.expiresAt) - Date.now() / 1000) / 86_400).toBeCloseTo(90, 1);
  });

  it('lets the newest click win, and a visit without one changes nothing', async () => {
    const tab = await shop.visit({ path: `/?li_fat_id=${ID}` });
    await untilNamed(['page']);
    await tab.goto(shop.url('/?li_fat_id=newer-1'));
    await untilNamed(['page', 'page']);
    await tab.goto(shop.url('/?nothing'));
    await untilNamed(['page', 'page', 'page']);

    expect(events()[1]?.context.li_fat_id).toBe('newer-1');
    expect(await tab.cookies()).toMatchObject([{ name: 'li_fat_id', value: 'newer-1' }]);
  });

  it('sets no cookie on an ordinary page, and makes two requests', async () => {
    const tab = await shop.visit();

    await untilNamed(['page']);
    expect(await tab.cookies()).toEqual([]);
    expect(shop.collector.visited.filter((path) => path !== '/favicon.ico')).toEqual(['/', '/_df/df.js']);
    expect(shop.collector.requests).toHaveLength(1);
  });

  it('waits for the consent that a page requires, and keeps the click ID from the previous page', async () => {
    const attributes = 'data-consent="required"';
    const tab = await shop.visit({ path: `/?li_fat_id=${ID}`, attributes, body: '<a href="/next">next</a>' });
    shop.collector.pages.set('/next', shop.collector.pages.get('/') ?? '');
    await tab.run(`void setTimeout(() => document.querySelector('a').click())`);
    await expect.poll(() => shop.collector.visited).toContain('/next');
    await expect
      .poll(async () => tab.run('location.pathname + typeof _df?.q?.length').catch(() => ''))
      .toBe('/nextundefined');
    await tab.run(`_df.track('Before')`);
    await tab.run('_df.flush()');
    expect(shop.collector.requests).toEqual([]);
    expect(await tab.cookies()).toEqual([]);

    await tab.run('_df.consent({ advertising: true })');

    await untilNamed(['page', 'Before']);
    expect(bodies()[0]?.consent).toEqual({ advertising: true });
    expect(events()[0]?.context.li_fat_id).toBe(ID);
    expect(await tab.cookies()).toMatchObject([{ name: 'li_fat_id', value: ID }]);
  });

  it('drops events, deletes cookies and reports it once when consent is withdrawn', async () => {
    const tab = await shop.visit({ path: `/?li_fat_id=${ID}` });
    await untilNamed(['page']);

    await tab.run(`(() => {
      _df.track('Dropped'); _df.consent({ advertising: false }); _df.track('Not recorded'); _df.consent({ advertising: false });
    })()`);

    await expect.poll(() => shop.collector.requests.length).toBe(2);
    await tab.run('_df.flush()');
    expect(bodies().slice(1)).toMatchObject([{ consent: { advertising: false }, batch: [] }]);
    expect(await tab.cookies()).toEqual([]);
  });

  it('records each client-side navigation once', async () => {
    const tab = await shop.visit({ path: '/spa' });
    await untilNamed(['page']);
    const paths = () => events().map(({ context }) => context.page.path);
    for (const [go, expected] of [
      [`history.replaceState({}, '', '/spa'); history.pushState({}, '', '/1')`, ['/spa', '/1']],
      [`history.pushState({}, '', '/1'); history.pushState({}, '', '/1#there')`, ['/spa', '/1']],
      [`history.replaceState({}, '', '/2')`, ['/spa', '/1', '/2']],
      ['history.go(-2)', ['/spa', '/1', '/2', '/1']],
    ] as const) {
      await tab.run(`(() => { ${go} })()`);
      await expect.poll(paths, { timeout: 10_000 }).toEqual(expected);
      await tab.run('_df.flush()');
      expect(paths()).toEqual(expected);
    }
  });

  it('records the page that a visitor returns to, from the back/forward cache or not', async () => {
    shop.collector.pages.set('/next', '<title>Next</title>');
    const tab = await shop.visit();
    await untilNamed(['page']);
    await tab.goto(shop.url('/next'));

    await tab.run('void setTimeout(() => history.back())');

    await untilNamed(['page', 'page']);
    await tab.run(`_df.track('Back')`);
    await untilNamed(['page', 'page', 'Back']);
    // Firefox's driver waits in vain for a page that such a tab opens.
    await tab.close();
  });

  it('sends nothing while the page is prerendered, then everything with its original time', async () => {
    const prerendered = `<script>
      Object.defineProperty(document, 'prerendering', { configurable: true, value: true });
    </script>`;
    const tab = await shop.visit({ path: `/?li_fat_id=${ID}`, head: prerendered + tag() });
    await tab.run(`_df.track('Prepared')`);
    await tab.run('_df.flush()');
    expect(shop.collector.requests).toEqual([]);
    expect(await tab.cookies()).toEqual([]);

    await tab.run(
      `(() => { delete document.prerendering; document.dispatchEvent(new Event('prerenderingchange')) })()`,
    );

    await expect.poll(() => named().toSorted((a, b) => a.localeCompare(b))).toEqual(['page', 'Prepared']);
    expect(await tab.cookies()).toMatchObject([{ name: 'li_fat_id' }]);
  });

  it('retries after 503 and 429, with the same IDs', async () => {
    shop.collector.answers.push({ status: 503 }, { status: 429 });
    await shop.visit();

    await untilNamed(['page']);
    expect(new Set(bodies().map(({ batch }) => batch[0]?.messageId)).size).toBe(1);
    expect(shop.collector.requests).toHaveLength(3);
  });

  it("doesn't retry a final refusal, and retries a request without an answer", async () => {
    // Chromium and Firefox repeat a request themselves when its connection had been used before.
    shop.collector.isHangingUp = true;
    const tab = await shop.visit({ head: TIMERS + tag() });
    await untilNamed(['page']);
    shop.collector.answers.push({ status: 400 });
    await tab.run(`(async () => { _df.track('Refused'); await _df.flush() })()`);
    // A retry would still be waiting in a timer.
    expect(await tab.run('waits')).toEqual([]);

    shop.collector.answers.push({ isCutOff: true });
    await tab.run(`(async () => { _df.track('Cut off'); await _df.flush() })()`);

    await untilNamed(['page', 'Cut off']);
    const wire = bodies().flatMap(({ batch }) => batch.map(({ event, type }) => event ?? type));
    expect([...new Set(wire)]).toEqual(['page', 'Refused', 'Cut off']);
    expect(wire.filter((name) => name === 'Refused')).toHaveLength(1);
  });

  it('sends even if the browser claims to be offline, which is sometimes wrong', async () => {
    const tab = await shop.visit();
    await untilNamed(['page']);

    await tab.run(`(() => {
      Object.defineProperty(navigator, 'onLine', { configurable: true, value: false });
      _df.track('Offline');
    })()`);

    await untilNamed(['page', 'Offline']);
  });

  it('sends 200 events in order, and 40 KB from a page that is being left', async () => {
    shop.collector.pages.set('/next', '<title>Next</title>');
    const tab = await shop.visit();
    await untilNamed(['page']);
    await tab.run(`(() => { for (let n = 0; n < 200; n++) _df.track('Burst', { n, filling: 'ü'.repeat(300) }) })()`);
    await expect.poll(() => events().length, { timeout: 10_000 }).toBe(201);

    await tab.run(`void setTimeout(() => {
      for (let n = 200; n < 240; n++) _df.track('Burst', { n, filling: 'x'.repeat(700) });
      location.href = '/next';
    })`);

    await expect.poll(() => events().length, { timeout: 10_000 }).toBe(241);
    const order = events()
      .slice(1)
      .map(({ properties }) => properties?.['n']);
    expect(order.slice(0, 200)).toEqual([...Array(200).keys()]);
    expect(new Set(order).size).toBe(240);
  });

  it('gives the Insight Tag the same event ID', async () => {
    const insight = `<script>window._linkedin_event_id = 'view-1'; window.heard = []; window.lintrk = (...call) => heard.push(call)</script>`;
    const tab = await shop.visit({ head: insight + tag() });
    const id = await tab.run(`_df.track('Lead', {}, { conversionId: 987654 })`);

    await untilNamed(['page', 'Lead']);
    expect(events().map(({ messageId }) => messageId)).toEqual(['view-1', id]);
    expect(await tab.run('heard')).toEqual([['track', { conversion_id: 987654, event_id: id }]]);
  });

  it("stores the data that a collector on another site can't keep", async () => {
    const carry = { _dfid: 'anon-1', _df_identity: 'sealed/+=1', _df_click: 'abc~1', li_fat_id: 'abc' };
    shop.collector.answers.push({ body: { success: true, carry } });
    const tab = await shop.visit({ attributes: `data-endpoint="https://127.0.0.1:${shop.collector.port}/_df"` });
    await expect.poll(async () => (await tab.cookies()).length).toBe(4);

    await tab.run(`_df.track('Next')`);

    await expect.poll(() => bodies()[1]?.carried).toEqual(carry);
    expect(shop.collector.requests.map(({ method }) => method)).toEqual(['POST', 'POST']);
  });

  it('runs from its immutable address with Subresource Integrity', async () => {
    const hash = createHash('sha384')
      .update(await readFile(join(built, 'df.js')))
      .digest('base64');

    const tab = await shop.visit({ head: tag('/_df/df/0.2.0.js'), attributes: `integrity="sha384-${hash}"` });

    await untilNamed(['page']);
    expect(shop.collector.requests[0]?.path).toBe('/_df/v1/batch');
    expect(await tab.run('[...complaints]')).toEqual([]);
  });

  it('explains itself with data-debug, even under a strict policy with Trusted Types', async () => {
    const policy = `<meta http-equiv="Content-Security-Policy"
      content="default-src 'none'; script-src 'nonce-n'; connect-src 'self'; img-src 'self'; require-trusted-types-for 'script'">`;
    const tab = await shop.visit({
      head: policy + tag().replaceAll('<script', '<script nonce="n"'),
      attributes: 'data-debug',
    });
    await untilNamed(['page']);

    await tab.run(`_df.track('Explained')`);

    await untilNamed(['page', 'Explained']);
    const said = String(await tab.run(`complaints.join('\\n')`));
    expect(said).toContain('sent: page');
    expect(said).toContain('track(…) Explained');
    expect(said.split('\n').filter((line) => !line.startsWith('info: Directflight: '))).toEqual([]);
  });

  it('fills hidden form fields when the page asks for it', async () => {
    const tab = await shop.visit({
      path: `/?li_fat_id=${ID}`,
      head: `${tag()}<script async src="/_df/df-forms.js"></script>`,
      body: '<form><input type="hidden" name="li_fat_id"></form>',
    });

    await expect.poll(async () => tab.run(`document.querySelector('input').value`)).toBe(ID);
  });

  it('works without touching a cookie as df-core.js', async () => {
    const tab = await shop.visit({ path: `/?li_fat_id=${ID}`, head: tag('/_df/df-core.js') });

    await untilNamed(['page']);
    expect(events()[0]?.context.li_fat_id).toBe(ID);
    expect(await tab.cookies()).toEqual([]);
  });
});
