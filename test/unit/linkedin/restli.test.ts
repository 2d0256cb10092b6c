import { describe, expect, it } from 'vitest';

import { campaignKey, idIn, restliList, restliValue } from '../../../worker/linkedin/restli.ts';

describe("Rest.li's encoding", () => {
  it.each([
    ['urn:li:sponsoredAccount:100', 'urn%3Ali%3AsponsoredAccount%3A100'],
    ["a(b),c'd", 'a%28b%29%2Cc%27d'],
    ['', "''"],
    ['Größe 1', 'Gr%C3%B6%C3%9Fe%201'],
  ])('writes %j as %j', (text, expected) => {
    expect(restliValue(text)).toBe(expected);
  });

  it('keeps the punctuation around values unescaped', () => {
    expect(restliList([campaignKey({ campaignId: '201', ruleId: '1001' })])).toBe(
      'List((campaign:urn%3Ali%3AsponsoredCampaign%3A201,conversion:urn%3Alla%3AllaPartnerConversion%3A1001))',
    );
  });

  it.each([
    [201, '201'],
    ['201', '201'],
    ['urn:li:sponsoredCampaign:201', '201'],
    ['urn:li:person:abc', undefined],
    [2 ** 60, undefined],
    [null, undefined],
  ])('reads the number from %j', (value, expected) => {
    expect(idIn(value)).toBe(expected);
  });
});
