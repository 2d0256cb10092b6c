/** P1: two people who use one browser, or whose events come in one request, are two people at LinkedIn. */
import { createHash } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { startLocalProduct } from '../../support/local-product.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { AVisitor } from './a-visitor.ts';

let product: LocalProduct;
beforeAll(async () => {
  product = await startLocalProduct();
}, 120_000);
afterAll(() => product.stop());
beforeEach(() => product.sandbox.clear());

const A = 'ann.lee@acme-shop.com';
const B = 'bob.ray@other-shop.com';
const ANN = { email: A, firstName: 'Ann', lastName: 'Lee', companyName: 'Acme' };
const hash = (email: string): string => createHash('sha256').update(email).digest('hex');
const byEmail = (email: string): object => ({ userIds: [{ idType: 'SHA256_EMAIL', idValue: hash(email) }] });
const annWhole = { ...byEmail(A), userInfo: { firstName: 'Ann', lastName: 'Lee', companyName: 'Acme' } };

const order = (messageId: string, over: object = {}): object => ({
  type: 'track',
  event: 'Order Completed',
  messageId,
  ...over,
});
const identify = (traits: object, over: object = {}): object => ({ type: 'identify', traits, ...over });

/** Returns the people that LinkedIn got, by event ID. */
async function told(count: number): Promise<Record<string, unknown>> {
  const events = await product.sandbox.waitForEvents(count, 60_000);
  return Object.fromEntries(events.map(({ element }) => [String(element['eventId']), element['user']]));
}

const aVisitor = (): AVisitor => new AVisitor(product.url, 'wk_demo');

describe('after Ann Lee of Acme was identified in a browser', () => {
  it.each([
    ['a track with another e-mail', [order('o', { properties: { email: B } })]],
    ['an identify with another e-mail, and a track after it', [identify({ email: B }), order('o')]],
    ['a track with another e-mail among context.traits', [order('o', { context: { traits: { email: B } } })]],
  ])('%s is sent with the new hash alone', async (_, events) => {
    const visitor = aVisitor();
    await visitor.send([identify(ANN, { userId: 'ann-7' })]);

    await visitor.send(events.map((event) => ({ ...event, messageId: `p1-${crypto.randomUUID()}` })));

    expect(Object.values(await told(1))).toEqual([byEmail(B)]);
  });

  it("a track with another e-mail leaves the browser's identity to Ann", async () => {
    const visitor = aVisitor();
    await visitor.send([identify(ANN)]);
    await visitor.send([order('gift-1', { properties: { email: B } })]);

    await visitor.send([order('own-1')]);

    expect(await told(2)).toEqual({ 'gift-1': byEmail(B), 'own-1': annWhole });
  });
});

describe('events of two people in one request', () => {
  it("aren't mixed, even when they alternate", async () => {
    await aVisitor().send([
      identify(ANN),
      order('ann-1'),
      order('bob-1', { properties: { email: B } }),
      order('ann-2', { properties: { email: A } }),
      identify({ email: B }),
      order('bob-2'),
      order('ann-3', { properties: { email: A } }),
    ]);

    expect(await told(5)).toEqual({
      'ann-1': annWhole,
      'bob-1': byEmail(B),
      'ann-2': annWhole,
      'bob-2': byEmail(B),
      'ann-3': annWhole,
    });
  });
});
