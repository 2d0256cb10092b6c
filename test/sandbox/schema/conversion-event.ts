import { listOf, LONG, oneOf, optional, record, required, STRING, urn } from './shape.ts';

const userInfo = record({
  // Until 202608 both plain names are required; from 202609 each may be hashed instead.
  firstName: { shape: STRING, required: { unless: 'hashedFirstName' } },
  lastName: { shape: STRING, required: { unless: 'hashedLastName' } },
  hashedFirstName: { shape: STRING, since: '202609' },
  hashedLastName: { shape: STRING, since: '202609' },
  companyName: optional(STRING),
  title: optional(STRING),
  countryCode: optional(STRING),
});

const userId = record({
  idType: required(
    oneOf(
      'SHA256_EMAIL',
      'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID',
      'ACXIOM_ID',
      'PLAINTEXT_IP_ADDRESS',
      'SHA256_IP_ADDRESS',
      'GOOGLE_AID',
      // Removed from LinkedIn's list in May 2026; the state's `refused_id_types` decides.
      'ORACLE_MOAT_ID',
    ),
  ),
  idValue: required(STRING),
});

/**
 * The schema from https://learn.microsoft.com/linkedin/marketing/integrations/ads-reporting/conversions-api-schema
 * (read 2026-09).
 */
export const CONVERSION_EVENT = record({
  conversion: required(urn('urn:lla:llaPartnerConversion:', /^\d+$/)),
  conversionHappenedAt: required(LONG),
  conversionValue: optional(record({ currencyCode: required(STRING), amount: required(STRING) })),
  eventId: optional(STRING),
  user: required(
    record({
      userIds: required(listOf(userId)),
      userInfo: optional(userInfo),
      lead: optional(urn('urn:li:leadGenFormResponse:', /^.+$/)),
      externalIds: optional(listOf(STRING)),
    }),
  ),
});
