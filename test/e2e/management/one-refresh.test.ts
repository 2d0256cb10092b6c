import { afterAll, beforeAll, expect, it } from 'vitest';

import { type LocalProduct, startLocalProduct } from '../../support/local-product.ts';
import { aConnection, dataOf } from './a-connection.ts';

const RULES = 200;

let product: LocalProduct;
beforeAll(async () => {
  product = await startLocalProduct();
});
afterAll(() => product.stop());

it('a token that 200 simultaneous deliveries and several people find expired is renewed once', async () => {
  // Four events with fifty rules each: each delivery has its own rule queue, so that none waits for another's batch.
  const names = ['A', 'B', 'C', 'D'];
  const rules = Array.from({ length: RULES }, (_, index) => String(500_000 + index));
  const connection = await aConnection(product, {
    source: { unknown_consent: 'granted' },
    config: {
      access_token: 'tok-expired',
      rate_limit_rps: 500,
      rate_limit_burst: 500,
      conversion_rule_id: Object.fromEntries(
        names.map((name, index) => [name, rules.slice(index * 50, index * 50 + 50)]),
      ),
    },
  });
  const batch = names.map((event) => ({ type: 'track', event, messageId: event, properties: { li_fat_id: 'abc' } }));

  const [collected, ...people] = await Promise.all([
    product.collect({ batch }, { writeKey: connection.writeKey }),
    ...Array.from({ length: 20 }, () => connection.ask('/conversion-rules')),
  ]);
  await product.sandbox.waitForEvents(RULES, 50_000);

  const asked = product.sandbox.requests;
  expect(asked.filter(({ path }) => path === '/oauth/v2/accessToken')).toHaveLength(1);
  // Several requests failed with the expired token before there was a new one.
  expect(asked.filter(({ status }) => status === 401).length).toBeGreaterThan(1);
  expect(collected.status).toBe(200);
  expect(new Set(people.map(({ status }) => status))).toEqual(new Set([200]));
  // LinkedIn has an event a moment before the outbox has recorded it.
  await expect
    .poll(async () => dataOf(await connection.ask('/deliveries?state=delivered&limit=200')), { timeout: 30_000 })
    .toHaveLength(RULES);
});
