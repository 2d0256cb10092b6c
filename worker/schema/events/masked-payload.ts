/** The payload of a delivery, with a mask in place of all personal data. */
import * as v from 'valibot';

/** Replaces a value. */
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

/** Has the same fields in the same order as `ConversionEvent`. */
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
