/** What LinkedIn gets or got for a delivery, with a mask in place of everything that is somebody's. */
import * as v from 'valibot';

/** Stands where a value was. */
export const MASK = '•••';

const Masked = v.literal(MASK);

const USER_INFO_KEYS = [
  'firstName',
  'lastName',
  'hashedFirstName',
  'hashedLastName',
  'companyName',
  'title',
  'countryCode',
] as const;

/** The same fields in the same order as `ConversionEvent`. */
export const MaskedPayload = v.object({
  conversion: v.string(),
  conversionHappenedAt: v.number(),
  conversionValue: v.exactOptional(v.object({ currencyCode: v.string(), amount: v.string() })),
  user: v.object({
    userIds: v.array(v.object({ idType: v.string(), idValue: Masked })),
    userInfo: v.exactOptional(v.record(v.picklist(USER_INFO_KEYS), Masked)),
    externalIds: v.exactOptional(v.array(Masked)),
    lead: v.exactOptional(Masked),
  }),
  eventId: v.string(),
});
export type MaskedPayload = v.InferOutput<typeof MaskedPayload>;
