import { assert, property } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { olderOrderText } from '../../../../worker/domain/search/older-order-text.ts';
import { orderOf, orderText } from '../../../../worker/domain/search/order-tags.ts';
import { aTrack } from '../../support/an-event.ts';
import { anId, respelled, WIDER } from '../../support/other-spellings.ts';

describe('the number of an order', () => {
  it('is the same in every spelling', () => {
    assert(
      property(anId, respelled(WIDER), (order, spelled) => {
        expect(orderText(spelled(order))).toBe(orderText(order));
      }),
    );
  });

  it.each([
    ['#1001', ['1001', '# 1001', ' #1001', '#\u00a01001', '##1001', '＃１００１', '#100\u200b1']],
    ['ÄÖ-5', ['A\u0308O\u0308-5', 'äö-5', 'äö\u20115', 'ÄÖ\u20135', 'ÄÖ\u22125']],
    ['Straße 9', ['STRASSE 9', 'strasse9', 'STRAẞE\u00a09', 'Stra&#223;e 9']],
    ['INV 2026/11', ['inv\u00a02026/11', 'INV%202026/11', 'ｉｎｖ ２０２６／１１', 'inv 2026/11']],
    ['SİP-5', ['sip-5', 'SIP-5', 'sıp-5']],
    ['١٢٣', ['123']],
    ['nº7', ['no7', 'NO 7']],
    [12_345, ['12345', ' 12345 ']],
  ])('of %j is found with %j', (order, typed) => {
    const wanted = orderOf(aTrack({ properties: { order_id: order } }));

    expect(wanted).toEqual(expect.any(String));
    expect(typed.map(orderText)).toEqual(typed.map(() => wanted));
  });

  it.each([
    ['1-1', '11'],
    ['A-17', 'A17'],
    ['A-17', 'A-1'],
    ['a_1', 'a-1'],
    ['007', '7'],
    ['é-7', 'e-7'],
    ['a+b', 'ab'],
    ['5#1', '51'],
  ])('%j is another one than %j', (one, other) => {
    expect(orderText(one)).not.toBe(orderText(other));
  });

  it.each([[''], ['#'], [' # '], ['\u200b'], ['x'.repeat(201)], ['%41'.repeat(100_000)], [null], [{}]])(
    'is not %j',
    (given) => {
      expect(orderText(given)).toBeUndefined();
    },
  );

  it('is also looked for as it was tagged first', () => {
    expect([' #A 17', '##9', '', '#'].map(olderOrderText)).toEqual(['a 17', '#9', undefined, undefined]);
  });
});
