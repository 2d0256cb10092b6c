import { describe, expect, it } from 'vitest';

import { withoutIdTypes } from '../../../worker/domain/delivery/without-id-types.ts';

const EMAIL = { idType: 'SHA256_EMAIL', idValue: 'x' };
const MOAT = { idType: 'ORACLE_MOAT_ID', idValue: 'y' };
const REFUSED = new Set(['ORACLE_MOAT_ID']);

const payload = (user: Record<string, unknown>) => JSON.stringify({ conversion: 'urn', user, eventId: '1' });

describe('a payload without the identifiers that LinkedIn refuses', () => {
  it('keeps the other identifiers, and everything else unchanged', () => {
    expect(withoutIdTypes(payload({ userIds: [MOAT, EMAIL] }), REFUSED)).toBe(payload({ userIds: [EMAIL] }));
  });

  it.each([{ userIds: [EMAIL] }, { userIds: [] }, {}, { userIds: 'x' }])(
    'is unchanged when it has none of them: %j',
    (user) => {
      expect(withoutIdTypes(payload(user), REFUSED)).toBe(payload(user));
    },
  );

  it.each([
    { userInfo: { firstName: 'John', lastName: 'Doe' } },
    { externalIds: ['crm-42'] },
    { lead: 'urn:li:leadGenFormResponse:1' },
  ])('is sent with the remaining data: %j', (rest) => {
    expect(withoutIdTypes(payload({ userIds: [MOAT], ...rest }), REFUSED)).toBe(payload({ userIds: [], ...rest }));
  });

  it("isn't sent when nothing identifies the person any more", () => {
    expect(withoutIdTypes(payload({ userIds: [MOAT] }), REFUSED)).toBeUndefined();
  });
});
