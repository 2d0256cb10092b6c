/**
 * Nothing lost, nothing twice, in every engine: what a page tracks as it goes away arrives exactly once. Five ways of
 * leaving, over a connection that is there and over one that is yet to be made, 150 ms away.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { openEngineShop, type EngineShop } from '../../support/engine-shop.ts';
import type { Tab } from '../../support/engine.ts';
import { enginesToTest } from '../../support/engines.ts';

/**
 * Each is two events: one just before, one while the page goes. `npm run test:leaving` goes 10 rounds, which is 200 events
 * in each engine; `npm test` goes 2, in Chromium.
 */
const ROUNDS = Number(process.env['ROUNDS'] ?? 2);

const WAYS = [
  ['a link is followed', `document.querySelector('a').click()`],
  ['a form is submitted', `document.querySelector('form').submit()`],
  ['the address is set', `location.href = '/next'`],
  ['the page is replaced', `location.replace('/next')`],
  ['the tab is closed', undefined],
] as const;

/**
 * Firefox stops scripts that are inside a `pagehide` listener of a tab that is being closed, so that one in ten events that
 * are tracked there is lost before the tag has it, or after (docs/reference/tag.md). So there it is only asked for what was
 * tracked before.
 */
const isStopped = (engine: string, way: string | undefined) => engine === 'Firefox' && way === undefined;

const BODY = '<a href="/next">next</a><form action="/next"></form>';

const inOrder = (texts: string[]) => texts.toSorted((a, b) => a.localeCompare(b));

describe.each(enginesToTest())('$name', (engine) => {
  let shop: EngineShop;
  beforeAll(async () => (shop = await openEngineShop(engine)));
  afterEach(async () => shop.clear());
  afterAll(async () => shop.close());

  /** Everything that was on the wire, taken or not. */
  const sent = () => shop.collector.requests.flatMap(({ body }) => body.batch);
  const taken = () => shop.collector.events().filter(({ type }) => type === 'track');
  const names = (events: { event?: string }[]) => inOrder(events.map(({ event = '' }) => event));

  /** The same browser has sent something newer, so what the pages before it had to say, and say again, is said. */
  const aLaterPageIsThere = async (): Promise<void> => {
    const tab = await shop.visit({ path: '/later' });
    await expect.poll(() => sent().map(({ context }) => context.page.path), { timeout: 20_000 }).toContain('/later');
    await tab.close();
  };

  const leave = async (tab: Tab, way: string | undefined, round: number): Promise<void> => {
    const act = `addEventListener('pagehide', () => _df.track('While leaving ${round}')); _df.track('Before ${round}')`;
    if (way === undefined) {
      await tab.run(`(() => { ${act} })()`);
      return tab.close();
    }
    const before = shop.collector.visited.length;
    // In a task of its own: the page is gone before it could answer.
    await tab.run(`void setTimeout(() => { ${act}; ${way} })`);
    await expect.poll(() => shop.collector.visited.slice(before), { timeout: 20_000 }).toContain('/next');
  };

  const expected = (way: string | undefined) =>
    [...Array(ROUNDS).keys()].flatMap((round) =>
      isStopped(engine.name, way) ? [`Before ${round}`] : [`Before ${round}`, `While leaving ${round}`],
    );

  describe.each([
    ['warm', () => ''],
    ['cold', () => `data-page="manual" data-endpoint="https://localhost:${shop.slowRoad.port}/_df/"`],
  ])('over a %s connection', (connection, attributes) => {
    it.each(WAYS)(
      'everything arrives exactly once when %s',
      async (_, way) => {
        shop.collector.pages.set('/next', '<title>Next</title>');
        const connectionsBefore = shop.slowRoad.connections();
        shop.collector.isHangingUp = connection === 'cold';
        for (let round = 0; round < ROUNDS; round++) {
          const tab = await shop.visit({ body: BODY, attributes: attributes() });
          await expect.poll(async () => tab.run('typeof _df.q.length')).toBe('undefined');
          if (connection === 'warm') await tab.run('_df.flush()');
          await leave(tab, way, round);
        }

        await expect.poll(() => names(taken()), { timeout: 10_000 }).toEqual(expect.arrayContaining(expected(way)));
        await aLaterPageIsThere();
        const ids = sent().map(({ messageId }) => messageId);
        expect(ids).toHaveLength(new Set(ids).size);
        expect(names(taken()).filter((name) => !isStopped(engine.name, way) || name.startsWith('Before'))).toEqual(
          inOrder(expected(way)),
        );
        // Cold was cold each time.
        expect(shop.slowRoad.connections() - connectionsBefore).toBeGreaterThanOrEqual(
          connection === 'cold' ? ROUNDS : 0,
        );
      },
      180_000,
    );
  });

  it('everything arrives exactly once through a collector that answers 503 for a while', async () => {
    shop.collector.pages.set('/next', '<title>Next</title>');
    shop.collector.isDown = true;
    const tab = await shop.visit({ body: BODY });
    for (let n = 0; n < 100; n++) await tab.run(`_df.track('Lead ${n}', { filling: 'x'.repeat(500) })`);
    await expect.poll(() => shop.collector.requests.length, { timeout: 20_000 }).toBeGreaterThan(2);
    shop.collector.isDown = false;

    await expect.poll(() => taken().length, { timeout: 30_000 }).toBe(100);
    await leave(tab, WAYS[0][1], 0);

    await expect.poll(() => taken().length, { timeout: 10_000 }).toBe(102);
    await aLaterPageIsThere();
    const ids = taken().map(({ messageId }) => messageId);
    expect(ids).toHaveLength(102);
    expect(new Set(ids).size).toBe(102);
    expect(
      taken()
        .slice(0, 100)
        .map(({ event }) => event),
    ).toEqual([...Array(100).keys()].map((n) => `Lead ${n}`));
  }, 120_000);
});
