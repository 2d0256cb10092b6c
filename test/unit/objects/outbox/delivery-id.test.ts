import { assert, bigInt, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { deliveryId, parseDeliveryId } from '../../../../worker/objects/outbox/delivery-id.ts';

describe("a delivery's ID", () => {
  it('can be split into its rule and event', () => {
    const ruleId = bigInt({ min: 0n, max: 10n ** 19n - 1n }).map(String);

    assert(
      property(ruleId, string({ minLength: 1, unit: 'binary' }), (rule, eventId) => {
        expect(parseDeliveryId(deliveryId({ ruleId: rule, eventId }))).toEqual({ ruleId: rule, eventId });
      }),
    );
  });

  it.each(['', '1001', '1001:', ':event', 'rule:event', '12345678901234567890:event'])('is never %j', (text) => {
    expect(parseDeliveryId(text)).toBeUndefined();
  });
});
