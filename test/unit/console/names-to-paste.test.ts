/** A developer pastes every line that the set-up lists, so it has one line for a conversion that has several spellings. */
import { describe, expect, it } from 'vitest';

import { namesToPaste } from '../../../client/console/set-up/names-to-paste.ts';
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
