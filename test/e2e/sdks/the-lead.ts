import { expect } from 'vitest';

/** SHA-256 of `john.doe@example.com`. */
const JOHNS_HASH = '836f82db99121b3481011f16b49dfa5fbc714a0d1b1b9f784a1ebbbf5b39577f';

/** What LinkedIn must get for the lead that each SDK tracks. */
export const ELEMENT = {
  conversion: 'urn:lla:llaPartnerConversion:987655',
  conversionHappenedAt: expect.any(Number),
  conversionValue: { currencyCode: 'USD', amount: '500.00' },
  eventId: expect.any(String),
  user: {
    userIds: [
      { idType: 'SHA256_EMAIL', idValue: JOHNS_HASH },
      { idType: 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', idValue: 'abc123-def456-ghi789' },
    ],
    userInfo: { firstName: 'John', lastName: 'Doe' },
  },
};
