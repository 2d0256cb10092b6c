import { assert, bigInt, property } from 'fast-check';
import { expect, it } from 'vitest';

import { conversionRuleId, conversionRuleUrn } from '../../../worker/domain/rules/conversion-rule.ts';

it.each([
  ['987654', '987654'],
  ['urn:lla:llaPartnerConversion:987654', '987654'],
  ['000987654', '987654'],
  ['urn:lla:llaPartnerConversion:007', '7'],
  ['0', '0'],
])('reads the rule %s as %s', (ref, id) => {
  expect(conversionRuleId(ref)).toBe(id);
});

it("reads a rule's number and its URN as the same rule", () => {
  assert(
    property(bigInt({ min: 0n, max: 10n ** 19n - 1n }), (number) => {
      expect(conversionRuleId(conversionRuleUrn(String(number)))).toBe(String(number));
    }),
  );
});
