const URN_PREFIX = 'urn:lla:llaPartnerConversion:';

/** The number of a conversion rule, given as that number or as its URN. Leading zeros go, so that one rule has one id. */
export function conversionRuleId(ref: string): string {
  const digits = ref.startsWith(URN_PREFIX) ? ref.slice(URN_PREFIX.length) : ref;
  return digits.replace(/^0+(?=\d)/, '');
}

export function conversionRuleUrn(ruleId: string): string {
  return `${URN_PREFIX}${ruleId}`;
}
