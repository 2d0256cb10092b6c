import * as v from 'valibot';
import { describe, expect, it } from 'vitest';

import { associateCampaigns } from '../../../worker/linkedin/associate-campaigns.ts';
import { changeConversionRule, createConversionRule } from '../../../worker/linkedin/conversion-rules.ts';
import type { CallLinkedIn, RestRequest } from '../../../worker/linkedin/rest-call.ts';
import {
  CampaignsToAdd,
  CONVERSION_TYPES,
  ConversionRuleCreate,
  ConversionRulePatch,
  FIXED_FOR_EVER,
} from '../../../worker/schema/settings/linkedin-objects.ts';

/** A LinkedIn that accepts everything, and the requests that it got. */
const aLinkedIn = () => {
  const asked: RestRequest[] = [];
  const call: CallLinkedIn = async (request) => {
    asked.push(request);
    return { kind: 'ok', value: { status: 201, fields: { id: 104012 }, headers: new Headers(), dateMs: undefined } };
  };
  return { asked, call };
};

const bodyOfNew = async (rule: Record<string, unknown>) => {
  const { asked, call } = aLinkedIn();
  await createConversionRule(call, { accountId: '512', rule: v.parse(ConversionRuleCreate, rule) });
  return asked[0]?.body;
};

const isTaken = (rule: Record<string, unknown>) =>
  v.safeParse(ConversionRuleCreate, { name: 'Purchases', type: 'PURCHASE', ...rule }).success;

describe('the rule fields of Segment\'s "Stream Conversion Event", under Segment\'s names', () => {
  it("Ad Account is where the rule is created, and can't be changed afterwards", async () => {
    expect(await bodyOfNew({ name: 'Purchases', type: 'PURCHASE' })).toMatchObject({
      account: 'urn:li:sponsoredAccount:512',
    });
    expect(v.safeParse(ConversionRulePatch, { account_id: '513' }).success).toBe(false);
    expect(FIXED_FOR_EVER['account_id']).toContain('cannot be changed');
  });

  it('Add Campaigns to Conversion adds the named campaigns, and removes none', async () => {
    const { asked, call } = aLinkedIn();
    const { campaign_ids: campaignIds } = v.parse(CampaignsToAdd, { campaign_ids: ['201', '202'] });

    await associateCampaigns(call, { ruleId: '104012', campaignIds });

    expect(asked.map(({ method }) => method)).toEqual(['PUT']);
    expect(Object.values(Object(asked[0]?.body?.['entities']))).toEqual([
      { campaign: 'urn:li:sponsoredCampaign:201', conversion: 'urn:lla:llaPartnerConversion:104012' },
      { campaign: 'urn:li:sponsoredCampaign:202', conversion: 'urn:lla:llaPartnerConversion:104012' },
    ]);
  });

  it('Name is required, and can be changed', async () => {
    const { asked, call } = aLinkedIn();

    await changeConversionRule(call, { accountId: '512', ruleId: '104012' }, { name: 'Orders' });

    expect(isTaken({ name: ' ' })).toBe(false);
    expect(asked[0]?.body).toEqual({ patch: { $set: { name: 'Orders' } } });
  });

  it.each(CONVERSION_TYPES)('Conversion Type %s', async (type) => {
    expect(await bodyOfNew({ name: 'Any', type })).toMatchObject({ type });
  });

  it("Conversion Type is one of LinkedIn's", () => {
    expect(isTaken({ type: 'BUY' })).toBe(false);
  });

  it.each(['LAST_TOUCH_BY_CAMPAIGN', 'LAST_TOUCH_BY_CONVERSION'])('Attribution Type %s', async (attribution_type) => {
    expect(await bodyOfNew({ name: 'Any', type: 'LEAD', attribution_type })).toMatchObject({
      attributionType: attribution_type,
    });
  });

  it.each([
    ['Post-Click Attribution Window Size', 'post_click_attribution_window_size', 'postClickAttributionWindowSize'],
    [
      'View-Through Attribution Window Size',
      'view_through_attribution_window_size',
      'viewThroughAttributionWindowSize',
    ],
  ])("%s is 1, 7, 30 or 90, and LinkedIn's default when it is left out", async (_, ours, theirs) => {
    for (const days of [1, 7, 30, 90])
      expect(await bodyOfNew({ name: 'Any', type: 'LEAD', [ours]: days })).toMatchObject({ [theirs]: days });

    expect(isTaken({ [ours]: 14 })).toBe(false);
    expect(isTaken({ [ours]: '30' })).toBe(false);
    expect(await bodyOfNew({ name: 'Any', type: 'LEAD' })).not.toHaveProperty(theirs);
  });

  it('Create a Conversion Rule makes one for the Conversions API', async () => {
    const { asked, call } = aLinkedIn();

    const made = await createConversionRule(call, { accountId: '512', rule: { name: 'Purchases', type: 'PURCHASE' } });

    expect(made).toEqual({ kind: 'ok', value: { ruleId: '104012' } });
    expect(asked).toEqual([
      {
        method: 'POST',
        path: '/rest/conversions',
        body: {
          name: 'Purchases',
          type: 'PURCHASE',
          account: 'urn:li:sponsoredAccount:512',
          conversionMethod: 'CONVERSIONS_API',
        },
      },
    ]);
  });
});
