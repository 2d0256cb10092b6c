/**
 * The formats of the IDs that people and other programs use.
 *
 * They are checked before they become part of a KV key, a URL or SQL. KV throws on keys such as ".." (measured), and an
 * ID in another format costs no look-up.
 */
import * as v from 'valibot';

const idOf = (prefix: string) =>
  v.pipe(
    v.string(),
    v.regex(
      new RegExp(`^${prefix}_[A-Za-z0-9_-]{1,60}$`),
      `expected "${prefix}_" and 1 to 60 letters, digits, "_" or "-"`,
    ),
  );

export const SourceId = idOf('src');
export const IntegrationId = idOf('int');
export const MappingId = idOf('map');
export const WriteKey = idOf('wk');
export const ServerKey = idOf('sk');

/** LinkedIn's conversion rule, by its number or URN. Both are accepted everywhere. */
export const ConversionRuleRef = v.pipe(
  v.string(),
  v.regex(
    /^(urn:lla:llaPartnerConversion:)?\d{1,19}$/,
    'expected the number of a conversion rule, or "urn:lla:llaPartnerConversion:" and that number',
  ),
);

/** LinkedIn's ad account, by its number. The URN is accepted too, because Campaign Manager's API shows it. */
export const AdAccountRef = v.pipe(
  v.string(),
  v.regex(
    /^(urn:li:sponsoredAccount:)?\d{1,19}$/,
    'expected the number of a LinkedIn ad account, as Campaign Manager shows it under Account Settings',
  ),
);
