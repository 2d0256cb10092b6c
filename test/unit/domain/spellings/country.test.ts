import { describe, expect, it } from 'vitest';

import { countryIn } from '../../../../worker/domain/reading/country.ts';

// Cases S15 and S18.
const SPELLINGS: readonly [spelling: unknown, code: string][] = [
  ['Turkey', 'TR'],
  ['TURKEY', 'TR'],
  ['Türkei', 'TR'],
  ['The Netherlands', 'NL'],
  ['the netherlands', 'NL'],
  ['Holland', 'NL'],
  ['Great Britain', 'GB'],
  ['England', 'GB'],
  ['Scotland', 'GB'],
  ['U.K.', 'GB'],
  ['UAE', 'AE'],
  ['U.A.E.', 'AE'],
  ['Emirates', 'AE'],
  ['U.S.A.', 'US'],
  ['U.S.', 'US'],
  ['America', 'US'],
  ['The United States of America', 'US'],
  ['Czech Republic', 'CZ'],
  ['Slovak Republic', 'SK'],
  ['South Korea', 'KR'],
  ['Korea, Republic of', 'KR'],
  ['Republic of Korea', 'KR'],
  ['Russia', 'RU'],
  ['Viet nam', 'VN'],
  ['Burma', 'MM'],
  ['Ivory Coast', 'CI'],
  ["Côte d'Ivoire", 'CI'],
  ['Cote dIvoire', 'CI'],
  ['Swaziland', 'SZ'],
  ['Macedonia', 'MK'],
  ['Cape Verde', 'CV'],
  ['East Timor', 'TL'],
  ['Zaire', 'CD'],
  ['Bosnia & Herzegovina', 'BA'],
  ['Bosnia and Herzegovina', 'BA'],
  ['Bosnia &amp; Herzegovina', 'BA'],
  ['Trinidad &amp; Tobago', 'TT'],
  ['Hong Kong', 'HK'],
  ['Macau', 'MO'],
  ['Curacao', 'CW'],
  ['Reunion', 'RE'],
  ['Åland Islands', 'AX'],
  ['Aland Islands', 'AX'],
  ['St Lucia', 'LC'],
  ['Deutschland', 'DE'],
  ['Österreich', 'AT'],
  ['Espana', 'ES'],
  ['Schweiz', 'CH'],
  ['Suisse', 'CH'],
  ['Polska', 'PL'],
  ['日本', 'JP'],
  ['Россия', 'RU'],
  ['🇩🇪', 'DE'],
  ['\u2068Germany\u2069', 'DE'],
  [['DE'], 'DE'],
];

describe('a country', () => {
  it('is tested in at least 50 spellings', () => {
    expect(SPELLINGS.length).toBeGreaterThanOrEqual(50);
  });

  it.each(SPELLINGS)('may be written as %j', (spelling, code) => {
    expect(countryIn(spelling)).toBe(code);
  });

  it.each(['Atlantis', 'Korea or Japan', 'Europe', 'EU', 'constructor', '__proto__', '', ['DE', 'FR']])(
    "can't be read from %j",
    (spelling) => {
      expect(countryIn(spelling)).toBeUndefined();
    },
  );
});
