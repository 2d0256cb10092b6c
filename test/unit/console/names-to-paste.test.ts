/** A developer pastes every line that the set-up lists, so it has one line for a conversion that has several spellings. */
import { describe, expect, it } from 'vitest';

import { namesToPaste } from '../../../client/console/set-up/names-to-paste.ts';
import { usedCurrency } from '../../../client/console/set-up/used-currency.ts';
import { aMapping } from './a-rule.ts';

const paste =
  (...mappings: ReturnType<typeof aMapping>[]) =>
  (names: string[]) =>
    namesToPaste(names, { integration: undefined, mappings });

describe('the lines to paste', () => {
  it.each([
    ['order completed', 'Order Completed'],
    ['Order Completed', 'order completed'],
    ['order_completed', 'Order Completed'],
    ['Order Completed ', 'Order Completed'],
    ['OrderCompleted!', 'Order Completed'],
  ])('have one for %j and %j, which one mapping accepts', (...names) => {
    const mapping = aMapping(`event in ${JSON.stringify(names)}`, '1');

    expect(paste(mapping)(names)).toEqual([
      { name: 'Order Completed', others: names.filter((name) => name !== 'Order Completed') },
    ]);
  });

  it('keep the first spelling if none has capitalized words', () => {
    const mappings = ['order_completed', 'order completed'].map((name) => aMapping(`event = "${name}"`, '1'));

    expect(paste(...mappings)(['order_completed', 'order completed'])).toEqual([
      { name: 'order_completed', others: ['order completed'] },
    ]);
  });

  it('have each of two different events, also of one mapping, and each name that has its own rule', () => {
    const both = aMapping('event in ["Order Completed", "Order Paid"]', '1');

    expect(paste(both)(['Order Completed', 'Order Paid'])).toHaveLength(2);
    expect(paste(both, aMapping('event = "order paid"', '2'))(['Order Paid', 'order paid'])).toHaveLength(2);
  });
});

describe('their example of a value', () => {
  const event = (id: string, ...currencies: (string | undefined)[]): Parameters<typeof usedCurrency>[0][number] => ({
    message_id: id,
    reason: null,
    deliveries: currencies.map((currency) => ({
      integration_id: 'int_1',
      conversion_rule_id: '1',
      event_id: id,
      state: 'delivered',
      reason: null,
      sentence: '',
      attempts: 1,
      status: 201,
      delivered_at: null,
      value: currency === undefined ? null : { currency, amount: '1.00' },
    })),
  });

  it.each([
    ['EUR', [event('a', 'USD'), event('b', 'EUR'), event('c', 'EUR', undefined)]],
    ['CHF', [event('test-1', 'USD'), event('test-2', 'USD'), event('a', 'CHF')]],
    [undefined, [event('a'), event('b', undefined)]],
  ])('has the currency that the site uses most: %s', (currency, events) => {
    expect(usedCurrency(events)).toBe(currency);
  });
});
