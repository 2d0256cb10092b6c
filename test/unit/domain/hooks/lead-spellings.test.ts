import fc from 'fast-check';
import { expect, it } from 'vitest';

import { leadSpellings } from '../../../../worker/domain/hooks/lead-spellings.ts';

const PREFIX = 'urn:li:leadGenFormResponse:';

it('a lead is remembered under one spelling, and found under those of older releases', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[\w-]{1,40}$/), (id) => {
      const as = (spelled: string) => leadSpellings(PREFIX + spelled);
      const [first, ...others] = as(id);

      expect([as(id.toLowerCase())[0], as(id.toUpperCase())[0]]).toEqual([first, first]);
      expect([first, ...others]).toEqual(
        expect.arrayContaining([id, id.toLowerCase(), id.toUpperCase()].map((each) => PREFIX + each)),
      );
      expect(new Set([first, ...others]).size).toBe(others.length + 1);
    }),
  );
});
