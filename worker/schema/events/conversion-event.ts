/**
 * LinkedIn's conversion event: one element of `POST /rest/conversionEvents`.
 *
 * https://learn.microsoft.com/linkedin/marketing/integrations/ads-reporting/conversions-api (read 2026-09). The server
 * refuses unknown fields but accepts nonsense in the known ones. So the types are narrow, and we check the values.
 */
export type IdType =
  | 'SHA256_EMAIL'
  | 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID'
  | 'ACXIOM_ID'
  | 'ORACLE_MOAT_ID'
  | 'PLAINTEXT_IP_ADDRESS'
  /** Since 202607, in all active versions. */
  | 'SHA256_IP_ADDRESS'
  | 'GOOGLE_AID';

export type UserId = { idType: IdType; idValue: string };

/** Names in clear text or hashed. The hashed fields exist since version 202609. */
export type UserInfo = {
  firstName?: string;
  lastName?: string;
  hashedFirstName?: string;
  hashedLastName?: string;
  companyName?: string;
  title?: string;
  countryCode?: string;
};

export type ConversionValue = {
  currencyCode: string;
  /** A decimal string: LinkedIn refuses a JSON number (measured). */
  amount: string;
};

export type ConversionEvent = {
  /** `urn:lla:llaPartnerConversion:<id>` */
  conversion: string;
  /** Epoch milliseconds, within the past 90 days. */
  conversionHappenedAt: number;
  conversionValue?: ConversionValue;
  /** `userIds` is always present, even when empty: LinkedIn refuses an event without it. */
  user: { userIds: UserId[]; userInfo?: UserInfo; externalIds?: string[]; lead?: string };
  eventId: string;
};
