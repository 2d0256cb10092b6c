import { resourceError } from '../error-response.ts';
import { asRecord, asRecords } from '../json-value.ts';

type Event = Readonly<Record<string, unknown>>;

/**
 * LinkedIn accepts events of the past 90 days. https://learn.microsoft.com/linkedin/…/conversions-api (read 2026-09)
 */
const MAX_AGE_MS = 90 * 86_400_000;

const IDENTITY_MESSAGE =
  'The request must contain one of these fields: SHA256_EMAIL or LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID or ACXIOM_ID ' +
  'or PLAINTEXT_IP_ADDRESS or GOOGLE_AID or (firstName and lastName) or externalIds or lead, ' +
  "and the input shouldn't be empty string";

/** Refuses events whose fields have the right type but invalid values. */
export function checkBusiness(events: readonly Event[], now: number): void {
  const untimely = indicesWhere(events, ({ conversionHappenedAt: at }) => !isTimely(Number(at), now));
  if (untimely.length > 0) {
    const indices = `indices [${untimely.join(', ')}] (0-indexed).`;
    throw resourceError(400, `Conversion time should be within 90 days and not exceed current time, ${indices}`);
  }
  const nobody = indicesWhere(events, (event) => !hasIdentity(asRecord(event['user'])));
  if (nobody.length > 0) {
    const failures = nobody.map(
      (index) =>
        `{field=Invalid User Identification, batchIndex=${index}, ` +
        `type=INVALID_USER_IDENTIFICATION_FIELD_VALUE, message=${IDENTITY_MESSAGE}}`,
    );
    throw resourceError(400, `Validation failed because [${failures.join(', ')}]`);
  }
}

function indicesWhere(events: readonly Event[], isAtFault: (event: Event) => boolean): number[] {
  return events.flatMap((event, index) => (isAtFault(event) ? [index] : []));
}

const isTimely = (at: number, now: number): boolean => at <= now && at >= now - MAX_AGE_MS;

/** Checks for at least one identifier, with none empty: "the input shouldn't be empty string". */
function hasIdentity(user: Readonly<Record<string, unknown>>): boolean {
  const { userInfo, externalIds, lead } = user;
  const names = nameParts(asRecord(userInfo));
  const values = [
    ...asRecords(user['userIds']).map(({ idValue }) => idValue),
    ...names,
    ...(Array.isArray(externalIds) ? externalIds.map(String) : []),
    ...(lead === undefined ? [] : [lead]),
  ];
  return values.length > 0 && !values.includes('');
}

function nameParts(userInfo: Readonly<Record<string, unknown>>): unknown[] {
  const { firstName, hashedFirstName, lastName, hashedLastName } = userInfo;
  return [firstName, hashedFirstName, lastName, hashedLastName].filter((name) => name !== undefined);
}
