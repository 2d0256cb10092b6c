/** T7: with the write key, a refusal affects what the same browser sent, and no other data. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ABank, aRefusal, CUSTOMERS, opened } from './a-bank.ts';

let bank: ABank;
beforeAll(async () => {
  bank = await ABank.start();
}, 240_000);
afterAll(() => bank.product.stop());

const NO = { advertising: false };
const mailOf = (customer: number): string => `customer-${customer}@bank-customers.com`;
/** A counter in the form of a random UUID. */
const counted = (customer: number): string => `00000000-0000-4000-8000-${String(customer).padStart(12, '0')}`;

describe('a stranger with the write key who counts up', () => {
  it.each<[string, (customer: number) => object, (customer: number) => Promise<unknown>]>([
    [
      'user IDs',
      (customer) => ({ userId: `cust-${customer}` }),
      (customer) => bank.visitor().send([aRefusal({ userId: `cust-${customer}` })], {}),
    ],
    [
      'user IDs, sealed into their own cookie first',
      (customer) => ({ userId: `seal-${customer}` }),
      async (customer) => {
        const stranger = bank.visitor();
        await stranger.send([{ type: 'identify', userId: `seal-${customer}`, traits: { email: mailOf(customer) } }]);
        await stranger.send([], NO);
      },
    ],
    [
      'user IDs, all in one request',
      (customer) => ({ userId: `batch-${customer}` }),
      (customer) =>
        customer > 2
          ? Promise.resolve()
          : bank.visitor().send(
              CUSTOMERS.slice((customer - 1) * 20, customer * 20).map((one) => aRefusal({ userId: `batch-${one}` })),
              {},
            ),
    ],
    [
      'short anonymous IDs',
      (customer) => ({ anonymousId: `anon-${customer}` }),
      (customer) => bank.visitor().send([aRefusal({ anonymousId: `anon-${customer}` })], {}),
    ],
    [
      'anonymous IDs that look like UUIDs',
      (customer) => ({ anonymousId: counted(customer) }),
      (customer) => bank.visitor().send([aRefusal({ anonymousId: counted(customer) })], {}),
    ],
    [
      'browser IDs, as a cookie',
      (customer) => ({ anonymousId: counted(100 + customer) }),
      (customer) =>
        bank
          .visitor()
          .withCookie('_dfid', counted(100 + customer))
          .send([], NO),
    ],
    [
      'IDs together with an anonymous ID of their own',
      (customer) => ({ userId: `both-${customer}` }),
      (customer) =>
        bank.visitor().send([aRefusal({ userId: `both-${customer}`, anonymousId: crypto.randomUUID() })], {}),
    ],
  ])('through %s erases 0 of 40 conversions from the server', async (name, who, attack) => {
    const prefix = `t7-${name.replaceAll(/\W/g, '-')}`;
    await bank.server(CUSTOMERS.map((customer) => opened(`${prefix}:${customer}`, who(customer))));

    for (const customer of CUSTOMERS) await attack(customer);

    expect(await bank.states(`${prefix}:`)).toEqual({ waiting_for_identity: 40 });
  });

  it('through user IDs erases 0 of 40 conversions from other browsers', async () => {
    for (const customer of CUSTOMERS)
      await bank.visitor().send([opened(`t7-pages:${customer}`, { userId: `page-${customer}` })]);

    for (const customer of CUSTOMERS) await bank.visitor().send([aRefusal({ userId: `page-${customer}` })], {});

    expect(await bank.states('t7-pages:')).toEqual({ waiting_for_identity: 40 });
  });
});

describe('a refusal', () => {
  it('erases 40 of 40 conversions of the browser that says no, whatever its SDK calls the visitor', async () => {
    for (const customer of CUSTOMERS) {
      const visitor = bank.visitor();
      await visitor.send([opened(`own:${customer}`, { anonymousId: `shop-${customer}`, userId: `own-${customer}` })]);
      await visitor.send([], NO);
    }

    expect(await bank.states('own:')).toEqual({ erased: 40 });
  });

  it('erases by a random anonymous ID when no cookie is sent', async () => {
    for (const customer of CUSTOMERS) {
      const anonymousId = crypto.randomUUID();
      await bank.visitor().send([opened(`sdk:${customer}`, { anonymousId })]);
      await bank.visitor().send([aRefusal({ anonymousId })], {});
    }

    expect(await bank.states('sdk:')).toEqual({ erased: 40 });
  });

  it('with the server key erases by user ID, both from servers and from browsers', async () => {
    await bank.server([opened('by-server:1', { userId: 'known-1' })]);
    await bank.visitor().send([opened('by-server:2', { userId: 'known-1' })]);

    await bank.server([aRefusal({ userId: 'known-1' })]);

    expect(await bank.states('by-server:')).toEqual({ erased: 2 });
  });

  it("isn't needed for an owner, who erases any event by user ID", async () => {
    await bank.server([opened('by-owner:1', { userId: 'known-2' })]);
    await bank.visitor().send([opened('by-owner:2', { userId: 'known-2' })]);

    await bank.product.admin('/people/erase', { body: { user_id: 'known-2' } });

    expect(await bank.states('by-owner:')).toEqual({ erased: 2 });
  });
});
