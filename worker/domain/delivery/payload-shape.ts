import * as v from 'valibot';

import type { ConversionEvent } from '../../schema/events/conversion-event.ts';
import { MASK } from '../../schema/events/masked-payload.ts';
import type { MaskedPayload } from '../../schema/events/masked-payload.ts';
import { conversionRuleUrn } from '../rules/conversion-rule.ts';

/** Which fields a payload has, and when its conversion happened: kept when the payload is gone. */
export const PayloadShape = v.object({
  at: v.number(),
  /** Kinds of identifier, in their order. */
  ids: v.array(v.string()),
  /** Fields of `userInfo`. */
  info: v.exactOptional(v.array(v.string())),
  external: v.exactOptional(v.number()),
  lead: v.exactOptional(v.literal(true)),
});
export type PayloadShape = v.InferOutput<typeof PayloadShape>;

/** Says what a payload is made of, with nothing of anybody in it. */
export function payloadShape({ conversionHappenedAt: at, user }: ConversionEvent): PayloadShape {
  return {
    at,
    ids: user.userIds.map(({ idType }) => idType),
    ...(user.userInfo && { info: Object.keys(user.userInfo) }),
    ...(user.externalIds && { external: user.externalIds.length }),
    ...(user.lead !== undefined && { lead: true }),
  };
}

/** Draws the payload of a shape, as LinkedIn gets it but for the masks. */
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
