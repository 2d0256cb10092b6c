import * as v from 'valibot';

import type { ConversionEvent } from '../../schema/events/conversion-event.ts';

/** The names of a payload's fields, and the time of its conversion. Stored after the payload itself is deleted. */
export const PayloadShape = v.object({
  at: v.number(),
  /** The kinds of identifier, in order. */
  ids: v.array(v.string()),
  /** The names of the fields in `userInfo`. */
  info: v.exactOptional(v.array(v.string())),
  external: v.exactOptional(v.number()),
  lead: v.exactOptional(v.literal(true)),
});
export type PayloadShape = v.InferOutput<typeof PayloadShape>;

/** Returns a payload's shape, without any personal data. */
export function payloadShape({ conversionHappenedAt: at, user }: ConversionEvent): PayloadShape {
  return {
    at,
    ids: user.userIds.map(({ idType }) => idType),
    ...(user.userInfo && { info: Object.keys(user.userInfo) }),
    ...(user.externalIds && { external: user.externalIds.length }),
    ...(user.lead !== undefined && { lead: true }),
  };
}
