/** T8: with the write key, nobody can add an e-mail to another person's conversion, or change who is in an audience. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ABank, CUSTOMERS, opened } from './a-bank.ts';

let bank: ABank;
beforeAll(async () => {
  bank = await ABank.start();
}, 240_000);
afterAll(() => bank.product.stop());

const STRANGER = { email: 'stranger@elsewhere-mail.com', firstName: 'Sly', lastName: 'Stranger' };
const identify = (over: object, traits: object = STRANGER): object => ({ type: 'identify', traits, ...over });

describe('a stranger with the write key', () => {
  it.each<[string, (customer: number) => object, (customer: number) => Promise<unknown>]>([
    [
      'by user ID',
      (customer) => ({ userId: `cust-${customer}` }),
      (customer) => bank.visitor().send([identify({ userId: `cust-${customer}` })]),
    ],
    [
      'by a short anonymous ID',
      (customer) => ({ anonymousId: `anon-${customer}` }),
      (customer) => bank.visitor().send([identify({ anonymousId: `anon-${customer}` })]),
    ],
    [
      'by user ID and their own anonymous ID',
      (customer) => ({ userId: `both-${customer}` }),
      (customer) => bank.visitor().send([identify({ userId: `both-${customer}`, anonymousId: crypto.randomUUID() })]),
    ],
    [
      'by user ID, before the conversion arrives',
      (customer) => ({ userId: `early-${customer}` }),
      () => Promise.resolve(),
    ],
  ])('gives an e-mail to 0 of 40 conversions from the server, %s', async (name, who, attack) => {
    const prefix = `t8-${name.replaceAll(/\W/g, '-')}`;
    if (name.includes('before')) for (const customer of CUSTOMERS) await bank.visitor().send([identify(who(customer))]);
    await bank.server(CUSTOMERS.map((customer) => opened(`${prefix}:${customer}`, who(customer))));

    for (const customer of CUSTOMERS) await attack(customer);

    expect(await bank.states(`${prefix}:`)).toEqual({ waiting_for_identity: 40 });
    expect(bank.product.sandbox.events).toEqual([]);
  });

  it('neither ends nor starts a membership from a server', async () => {
    const vip = (messageId: string, customer: number, isVip: boolean): object =>
      identify({ userId: `vip-${customer}`, messageId }, { vip: isVip, email: `vip-${customer}@bank-customers.com` });
    const [begun, ended] = [CUSTOMERS.slice(0, 20), CUSTOMERS.slice(20)];
    await bank.server(ended.map((customer) => vip(`vip-first:${customer}`, customer, true)));

    for (const customer of begun) await bank.visitor().send([vip(`stranger:${customer}`, customer, true)]);
    for (const customer of ended) await bank.visitor().send([vip(`stranger:${customer}`, customer, false)]);
    await bank.server(begun.map((customer) => vip(`vip-begun:${customer}`, customer, true)));
    await bank.server(ended.map((customer) => vip(`vip-again:${customer}`, customer, true)));

    // People whom the stranger named first still make their conversion, and the others make no second one.
    await expect.poll(() => bank.states('vip-begun:'), { timeout: 30_000 }).toEqual({ delivered: 20 });
    expect(await bank.states('vip-again:')).toEqual({ skipped: 20 });
  });
});

describe('an identify', () => {
  it("completes its own browser's conversions, by the cookie and by a random anonymous ID", async () => {
    const visitor = bank.visitor();
    await visitor.send([opened('own:1')]);
    await visitor.send([identify({ userId: 'cust-1' }, { email: 'own-1@bank-customers.com' })]);
    const anonymousId = crypto.randomUUID();
    await bank.visitor().send([opened('own:2', { anonymousId })]);
    await bank.visitor().send([identify({ anonymousId }, { email: 'own-2@bank-customers.com' })]);

    await expect.poll(() => bank.states('own:'), { timeout: 30_000 }).toEqual({ delivered: 2 });
  });

  it('with the server key completes conversions from servers and browsers by user ID', async () => {
    await bank.server([opened('server:1', { userId: 'known-1' })]);
    await bank.visitor().send([opened('server:2', { userId: 'known-1' })]);

    await bank.server([identify({ userId: 'known-1' }, { email: 'known-1@bank-customers.com' })]);

    await expect.poll(() => bank.states('server:'), { timeout: 30_000 }).toEqual({ delivered: 2 });
  });

  it('of another person in the same browser completes nothing of the first (P1)', async () => {
    const visitor = bank.visitor();
    await visitor.send([identify({ userId: 'ann' }, { firstName: 'Ann', lastName: 'Lee' })]);
    await visitor.send([opened('ann:1', { userId: 'ann' })]);

    await visitor.send([identify({ userId: 'bob' }, { email: 'bob@bank-customers.com' })]);

    expect(await bank.states('ann:')).toEqual({ waiting_for_identity: 1 });
  });
});
