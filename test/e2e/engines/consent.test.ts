/** R1, R2 and P1 in every engine. `test/e2e/tag/` tests the details in Chromium. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { NO_CALLS, scriptOf, YES_CALLS } from '../../support/consent-sources.ts';
import { openEngineShop, type EngineShop } from '../../support/engine-shop.ts';
import { enginesToTest } from '../../support/engines.ts';

describe.each(enginesToTest())('$name', (engine) => {
  let shop: EngineShop;
  beforeAll(async () => (shop = await openEngineShop(engine, { keepsTab: true })));
  afterEach(async () => shop.clear());
  afterAll(async () => shop.close());

  const named = () => shop.collector.events().map(({ event, type }) => event ?? type);

  it('reads every answer but a clear yes as a no', async () => {
    const tab = await shop.visit({ path: '/?li_fat_id=abc123', attributes: 'data-consent="required"' });

    const cookies = await tab.run(scriptOf(NO_CALLS, true));

    const names = named();
    expect(NO_CALLS.filter((_, index) => names.includes(`after ${index}`))).toEqual([]);
    expect(NO_CALLS.filter((_, index) => !names.includes(`before ${index}`))).toEqual([]);
    expect(cookies).toEqual(NO_CALLS.map(() => ''));
    expect(await tab.cookies()).toEqual([]);
  });

  it('reads every spelling of a clear yes as a yes', async () => {
    const tab = await shop.visit({ attributes: 'data-consent="required"' });

    await tab.run(scriptOf(YES_CALLS, false));

    const names = named();
    expect(YES_CALLS.filter((_, index) => !names.includes(`after ${index}`))).toEqual([]);
  });

  it("adds nothing of one person to another person's event", async () => {
    const tab = await shop.visit({ attributes: 'data-page="manual"' });

    await tab.run(`(async () => {
      _df.identify('u1', { email: 'ann@example.com', firstName: 'Ann' });
      _df.track('Order', { email: 'bob@example.com' });
      _df.identify({ email: 'bob@example.com' });
      await _df.flush();
    })()`);

    const [, order, bob] = shop.collector.events();
    expect([order?.userId, order?.context.traits]).toEqual([undefined, undefined]);
    expect([bob?.userId, bob?.context.traits]).toEqual([undefined, { email: 'bob@example.com' }]);
  });
});
