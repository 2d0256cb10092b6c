import type { ConversionRule } from '../../../worker/schema/settings/linkedin-objects.ts';
import type { MappingView } from '../../../worker/schema/settings/mapping.ts';

/** A conversion rule as LinkedIn lists it. It can receive events. */
export function aRule(id: string, name: string, over: Partial<ConversionRule> = {}): ConversionRule {
  return {
    id,
    urn: `urn:lla:llaPartnerConversion:${id}`,
    account_id: null,
    name,
    type: 'LEAD',
    enabled: true,
    conversion_method: 'CONVERSIONS_API',
    attribution_type: 'LAST_TOUCH_BY_CAMPAIGN',
    post_click_attribution_window_size: 30,
    view_through_attribution_window_size: 7,
    value_type: 'DYNAMIC',
    campaign_ids: [],
    ...over,
  };
}

export function aMapping(trigger: string, ruleId: string, enabled = true): MappingView {
  return {
    id: `map_${ruleId}`,
    name: trigger,
    trigger,
    conversion_rule_id: ruleId,
    enabled,
    fields: {},
    default_value: null,
    once_per_membership: false,
    warnings: [],
  };
}
