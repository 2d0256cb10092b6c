import { describe, expect, it } from 'vitest';

import { payloadShape } from '../../../worker/domain/delivery/payload-shape.ts';
import { maskedPayload } from '../../../worker/domain/reports/masked-payload.ts';
import type { ConversionEvent } from '../../../worker/schema/events/conversion-event.ts';
import { MASK } from '../../../worker/schema/events/masked-payload.ts';

const ELEMENT: ConversionEvent = {
  conversion: 'urn:lla:llaPartnerConversion:1001',
  conversionHappenedAt: 1_795_000_000_000,
  conversionValue: { currencyCode: 'USD', amount: '500.00' },
  user: {
    userIds: [
      { idType: 'SHA256_EMAIL', idValue: 'a'.repeat(64) },
      { idType: 'PLAINTEXT_IP_ADDRESS', idValue: '203.0.113.7' },
    ],
    userInfo: { firstName: 'Jane', lastName: 'Doe', companyName: 'Acme' },
    externalIds: ['u-1'],
    lead: 'urn:li:leadGenFormResponse:1',
  },
  eventId: 'm-1',
};
const OF = { ruleId: '1001', eventId: 'm-1', value: ELEMENT.conversionValue };

describe('the shape of a payload', () => {
  it('is enough to draw the payload again without personal data', () => {
    expect(maskedPayload(payloadShape(ELEMENT), OF)).toEqual({
      ...ELEMENT,
      user: {
        userIds: [
          { idType: 'SHA256_EMAIL', idValue: MASK },
          { idType: 'PLAINTEXT_IP_ADDRESS', idValue: MASK },
        ],
        userInfo: { firstName: MASK, lastName: MASK, companyName: MASK },
        externalIds: [MASK],
        lead: MASK,
      },
    });
  });

  it('contains no values, and omits the fields that were left out', () => {
    const text = JSON.stringify(payloadShape(ELEMENT));
    for (const value of ['aaa', '203.', 'Jane', 'Doe', 'Acme', 'u-1', 'leadGen', 'USD'])
      expect(text).not.toContain(value);
    const least = { ...ELEMENT, user: { userIds: [] } };
    delete least.conversionValue;
    expect(maskedPayload(payloadShape(least), { ...OF, value: undefined })).toEqual({
      conversion: ELEMENT.conversion,
      conversionHappenedAt: ELEMENT.conversionHappenedAt,
      user: { userIds: [] },
      eventId: 'm-1',
    });
  });
});
