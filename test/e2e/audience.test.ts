/**
 * A whole audience as Segment Engage sends it: an identify for each member when the audience is created, and again at
 * each manual sync, through `/v1/batch` with a server key. The Worker is killed in the middle of it.
 *
 * `npm run test:audience` has 100,000 members; `npm test` has fewer.
 */
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type LocalProduct, startLocalProduct } from '../support/local-product.ts';

const MEMBERS = Number(process.env['MEMBERS'] ?? 6_000);
/** The most events that a server key may send at once. */
const BATCH = 5_000;
/** One in a hundred leaves between the syncs, and as many join. */
const CHANGED = MEMBERS / 100;
const ARRIVES_WITHIN_MS = 120_000 + MEMBERS * 2;

let product: LocalProduct;
let serverKey: string;

beforeAll(async () => {
  product = await startLocalProduct();
  await product.admin('/sources', { body: { id: 'src_audience' } });
  await product.admin('/integrations', {
    body: {
      source_id: 'src_audience',
      vendor: 'linkedin',
      name: 'Audiences',
      config: {
        account_id: '100',
        access_token: 'tok-ok',
        conversion_rule_id: {},
        mappings: [
          {
            trigger: 'type = "identify" and traits.order_completed_last_30days = true',
            conversion_rule_id: '1001',
          },
        ],
      },
    },
  });
  const { body } = await product.admin('/sources/src_audience/server-keys', { method: 'POST' });
  serverKey = v.parse(v.object({ key: v.string() }), body).key;
}, 60_000);
afterAll(() => product.stop());

const identify = (member: number, sync: string, isMember: boolean) => ({
  type: 'identify',
  userId: `member-${member}`,
  messageId: `${sync}-${member}`,
  traits: { email: `member-${member}@example.com`, order_completed_last_30days: isMember },
});

async function send(batch: readonly object[]): Promise<void> {
  // A new key may take a moment to work, and so may a Worker that was just killed.
  await expect
    .poll(
      async () => {
        const { status } = await product.collect({ batch }, { writeKey: serverKey }).catch(() => ({ status: 0 }));
        return status;
      },
      { timeout: 60_000, interval: 500 },
    )
    .toBe(200);
}

const chunks = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) =>
    items.slice(index * BATCH, (index + 1) * BATCH),
  );

const conversionRequests = () => product.sandbox.requests.filter(({ elements }) => elements > 0);
const accepted = () => product.sandbox.events.map(({ element }) => String(element['eventId']));

describe(`an audience of ${MEMBERS}`, () => {
  it(
    'makes one conversion for each member, even across kill -9, in requests of up to a thousand',
    async () => {
      const members = Array.from({ length: MEMBERS }, (_, index) => identify(index, 'first', true));
      const startedAtMs = Date.now();

      for (const [index, batch] of chunks(members).entries()) {
        if (index === 1) {
          await product.kill();
          await product.restart();
        }
        await send(batch);
      }
      await product.sandbox.waitForEvents(MEMBERS, ARRIVES_WITHIN_MS);

      const seconds = Math.round((Date.now() - startedAtMs) / 1000);
      console.log(`${MEMBERS} members: ${conversionRequests().length} requests to LinkedIn, ${seconds} s, with a kill`);
      expect(new Set(accepted()).size).toBe(MEMBERS);
      expect(product.sandbox.events).toHaveLength(MEMBERS);
      expect(conversionRequests().length).toBeLessThanOrEqual(MEMBERS / 1_000);
    },
    ARRIVES_WITHIN_MS * 2,
  );

  it(
    'makes conversions only for changes when the whole audience is synced again',
    async () => {
      await fetch(`${product.sandbox.url}/_sandbox/events`, { method: 'DELETE' });
      const again = Array.from({ length: MEMBERS + CHANGED }, (_, index) =>
        identify(index, 'second', index >= CHANGED),
      );

      for (const batch of chunks(again)) await send(batch);
      await product.sandbox.waitForEvents(CHANGED, ARRIVES_WITHIN_MS);
      const { body } = await product.admin('/sources/src_audience/ledger');

      const joined = Array.from({ length: CHANGED }, (_, index) => `second-${MEMBERS + index}`);
      expect(accepted().toSorted()).toEqual(joined.toSorted());
      expect(body).toMatchObject({
        balanced: true,
        totals: {
          received: 2 * MEMBERS + CHANGED,
          skipped: { membership_ended: CHANGED, membership_unchanged: MEMBERS - CHANGED },
        },
      });
    },
    ARRIVES_WITHIN_MS * 2,
  );
});
