import { asRecord, asRecords } from './json-value.ts';

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));
const SHA256 = /^[0-9a-f]{64}$/;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

const ID_SHAPES: Readonly<Record<string, { shape: RegExp; expected: string }>> = {
  SHA256_EMAIL: { shape: SHA256, expected: '64 lower-case hexadecimal digits' },
  SHA256_IP_ADDRESS: { shape: SHA256, expected: '64 lower-case hexadecimal digits' },
  PLAINTEXT_IP_ADDRESS: { shape: IPV4, expected: 'an IPv4 address' },
  LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID: { shape: /^[A-Za-z0-9._~-]{1,200}$/, expected: 'a li_fat_id, as it came' },
};

/**
 * Returns warnings about values that LinkedIn accepts without an error but can hardly match.
 *
 * LinkedIn checks the format of no identifier (measured 2026-09: `999.999.999.999` as an address gives 201), so only
 * the sandbox's reader can notice. The warnings don't contain the values, which are personal.
 */
export function lintEvent(event: Readonly<Record<string, unknown>>): string[] {
  const user = asRecord(event['user']);
  const value = asRecord(event['conversionValue']);
  const userInfo = asRecord(user['userInfo']);
  const warnings = asRecords(user['userIds']).flatMap(({ idType, idValue }, index) => {
    const rule = ID_SHAPES[String(idType)];
    const isFine = rule === undefined || (typeof idValue === 'string' && rule.shape.test(idValue));
    return isFine ? [] : [`/user/userIds/${index}/idValue is not ${rule.expected}`];
  });
  for (const name of ['hashedFirstName', 'hashedLastName'])
    if (name in userInfo && !SHA256.test(String(userInfo[name])))
      warnings.push(`/user/userInfo/${name} is not 64 lower-case hexadecimal digits`);
  if ('countryCode' in userInfo && !/^[A-Z]{2}$/.test(String(userInfo['countryCode'])))
    warnings.push('/user/userInfo/countryCode is not an ISO 3166-1 alpha-2 code');
  if ('amount' in value && !/^\d+(?:\.\d+)?$/.test(String(value['amount'])))
    warnings.push('/conversionValue/amount is not a decimal number');
  if ('currencyCode' in value && !CURRENCIES.has(String(value['currencyCode'])))
    warnings.push('/conversionValue/currencyCode is not an ISO 4217 code');
  if (event['eventId'] === '') warnings.push('/eventId is empty');
  if (Array.isArray(user['externalIds']) && user['externalIds'].length > 1)
    warnings.push('/user/externalIds has more than one value: LinkedIn uses the first');
  return warnings;
}
