import type { ConversionEvent } from '../../schema/events/conversion-event.ts';
import { MASK } from '../../schema/events/masked-payload.ts';
import type { MaskedPayload } from '../../schema/events/masked-payload.ts';
import type { PayloadShape } from '../delivery/payload-shape.ts';
import { conversionRuleUrn } from '../rules/conversion-rule.ts';

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
