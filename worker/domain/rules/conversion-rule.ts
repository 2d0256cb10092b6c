const URN_PREFIX = 'urn:lla:llaPartnerConversion:';

/**
 * Returns the ID of a conversion rule, given as a number or a URN. Leading zeros are removed, so that each rule has
 * exactly one ID.
 */
export function conversionRuleId(ref: string): string {
  const digits = ref.startsWith(URN_PREFIX) ? ref.slice(URN_PREFIX.length) : ref;
  return digits.replace(/^0+(?=\d)/, '');
}

export function conversionRuleUrn(ruleId: string): string {
  return `${URN_PREFIX}${ruleId}`;
}
