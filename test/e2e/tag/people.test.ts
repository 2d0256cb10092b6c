/**
 * P1 in the tag's memory: another e-mail or user ID is another person, and nothing of the previous one is sent with it.
 */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import { openShop, type Shop } from '../../support/shop.ts';

let shop: Shop;
beforeAll(async () => (shop = await openShop()));
afterEach(async () => shop.clear());
afterAll(async () => shop.close());

const ANN = `{ email: 'ann@example.com', firstName: 'Ann', lastName: 'Lee', companyName: 'Acme' }`;

/** The identity of the last event, after Ann with the user ID u1 and then this script. */
async function lastAfterAnn(script: string): Promise<{ userId: unknown; traits: unknown }> {
  const page = await shop.visit({ attributes: 'data-page="manual"' });
  await page.evaluate(`(async () => { _df.identify('u1', ${ANN}); ${script}; await _df.flush(); })()`);
  const last = shop.collector.events().at(-1);
  return { userId: last?.userId, traits: last?.context.traits };
}

const ann = { email: 'ann@example.com', firstName: 'Ann', lastName: 'Lee', companyName: 'Acme' };

it.each([
  ['another e-mail', `_df.identify({ email: 'bob@example.com' })`, undefined, { email: 'bob@example.com' }],
  ['another user ID', `_df.identify('u2')`, 'u2', {}],
  [
    'another user ID with the same e-mail',
    `_df.identify('u2', { email: 'ann@example.com' })`,
    'u2',
    { email: 'ann@example.com' },
  ],
  [
    'the same user ID with another e-mail',
    `_df.identify('u1', { email: 'new@example.com' })`,
    'u1',
    { email: 'new@example.com' },
  ],
  [
    'another e-mail, then an event',
    `_df.identify({ email: 'bob@example.com' }); _df.track('Order')`,
    undefined,
    { email: 'bob@example.com' },
  ],
  ['an event with another e-mail', `_df.track('Order', { email: 'bob@example.com' })`, undefined, undefined],
  ['a page with another e-mail', `_df.page('Thanks', { email: ' BOB@example.com' })`, undefined, undefined],
])('forgets the person after %s', async (_, script, userId, traits) => {
  expect(await lastAfterAnn(script)).toEqual({ userId, traits });
});

it.each([
  [
    'the same e-mail in another case',
    `_df.identify({ email: ' ANN@Example.com ' })`,
    { ...ann, email: ' ANN@Example.com ' },
  ],
  ['more traits', `_df.identify({ title: 'CTO' })`, { ...ann, title: 'CTO' }],
  ['an event with the same e-mail', `_df.track('Order', { email: 'Ann@example.com' })`, ann],
  ['an event without one', `_df.track('Order', { email: '' })`, ann],
  [
    'an event after one with another e-mail',
    `_df.track('Gift', { email: 'bob@example.com' }); _df.track('Order')`,
    ann,
  ],
  ['properties that throw', `_df.track('Order', { get email() { throw new Error() } })`, ann],
])('remembers the person after %s', async (_, script, traits) => {
  expect(await lastAfterAnn(script)).toEqual({ userId: 'u1', traits });
});
