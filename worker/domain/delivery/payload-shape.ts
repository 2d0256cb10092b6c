import * as v from 'valibot';

import type { ConversionEvent } from '../../schema/events/conversion-event.ts';
import { MASK } from '../../schema/events/masked-payload.ts';
import type { MaskedPayload } from '../../schema/events/masked-payload.ts';
import { conversionRuleUrn } from '../rules/conversion-rule.ts';

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

/** Builds a payload like LinkedIn's from a shape, with masks for the values. */
export function maskedPayload(
  { at, ids, info, external, lead }: PayloadShape,
  { ruleId, eventId, value }: { ruleId: string; eventId: string; value: ConversionEvent['conversionValue'] },
): MaskedPayload {
  return {
    conversion: conversionRuleUrn(ruleId),
    conversionHappenedAt: at,
    ...(value && { conversionValue: value }),
    user: {
      userIds: ids.map((idType) => ({ idType, idValue: MASK })),
      ...(info && { userInfo: Object.fromEntries(info.map((name) => [name, MASK])) }),
      ...(external !== undefined && { externalIds: Array.from({ length: external }, () => MASK) }),
      ...(lead && { lead: MASK }),
    },
    eventId,
  };
}
