import { expect, it } from 'vitest';

import { foundByOrder, ORDER_FIELDS, orderTyped } from '../../../client/console/search/searched-order.ts';
import { orderOf } from '../../../worker/domain/search/order-tags.ts';

it.each(ORDER_FIELDS)('an order is found by the field %s, so the story of its event says how', (field) => {
  const name = field.replace('properties.', '');

  expect(orderOf({ type: 'track', event: 'Order', properties: { [name]: 'A-17' }, traits: {}, context: {} })).toBe(
    'a-17',
  );
});

it('the story has the number that was typed, for the event that was found and no other', () => {
  expect(orderTyped({ message_id: 'm-1', seq: 3 })).toBeUndefined();
  foundByOrder({ messageId: 'm-1', seq: 3 }, 'A-17');

  expect(orderTyped({ message_id: 'm-1', seq: 3 })).toBe('A-17');
  expect(orderTyped({ message_id: 'm-1', seq: 4 })).toBeUndefined();
  expect(orderTyped({ message_id: 'm-2', seq: 3 })).toBeUndefined();
});
