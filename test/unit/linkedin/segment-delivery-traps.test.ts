/**
 * The traps of Segment's destination about delivery and rules. Those about events are in
 * test/unit/domain/segment-traps.test.ts.
 */
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';

import { nextStep } from '../../../worker/domain/delivery/next-step.ts';
import { readBatchResponse } from '../../../worker/linkedin/batch/read-batch-response.ts';
import { sendConversions } from '../../../worker/linkedin/batch/send-conversions.ts';
import { changesOf, conversionRules } from '../../../worker/linkedin/conversion-rules.ts';
import type { CallLinkedIn } from '../../../worker/linkedin/rest-call.ts';
import { ConversionRuleCreate } from '../../../worker/schema/settings/linkedin-objects.ts';
import { NOW } from '../support/an-event.ts';

const answer = (status: number, body: object, batchSize = 3) =>
  readBatchResponse({ status, headers: new Headers(), text: JSON.stringify(body) }, { batchSize, nowMs: NOW });

const SITUATION = { batchSize: 3, failures: 1, isNewestVersion: true, random: 0.5 };

describe("this trap of Segment's delivery doesn't exist here:", () => {
  it('a 200 with a refused element counts as success for all', () => {
    const given = answer(200, {
      elements: [{ status: 201 }, { status: 400, error: { message: 'no' } }, { status: 201 }],
    });

    expect(given).toMatchObject({ kind: 'accepted', refused: new Map([[1, 'no']]) });
  });

  it('a 400 with indices fails the whole batch', () => {
    const given = answer(400, {
      message: 'Conversion time should be within 90 days, indices [0, 2] (0-indexed).',
      status: 400,
    });

    expect(given).toMatchObject({ kind: 'elements_refused' });
    expect(given.kind === 'elements_refused' ? [...given.elements.keys()] : []).toEqual([0, 2]);
  });

  it("an exception hides LinkedIn's refusal", async () => {
    const { response: read } = await sendConversions(
      { apiUrl: 'https://api.linkedin.example', token: 't', version: '202609', elements: ['{}'] },
      { fetch: () => Promise.reject(new TypeError('socket hang up')), now: () => NOW },
    );

    expect(read).toMatchObject({ kind: 'unavailable' });
  });

  it('a retired version loses the waiting events', () => {
    const given = answer(426, {
      status: 426,
      code: 'NONEXISTENT_VERSION',
      message: 'Requested version 20251101 is not active',
    });

    expect(given.kind).toBe('version_sunset');
    expect(given.kind === 'version_sunset' ? nextStep(given, SITUATION) : undefined).toMatchObject({
      kind: 'hold',
      reason: 'version_sunset',
    });
  });

  it('updating a rule without changes sends an empty patch', () => {
    const rule = {
      id: '1001',
      urn: 'urn:lla:llaPartnerConversion:1001',
      name: 'Leads',
      type: 'LEAD',
      account_id: '100',
      enabled: true,
      conversion_method: 'CONVERSIONS_API',
      attribution_type: 'LAST_TOUCH_BY_CAMPAIGN',
      post_click_attribution_window_size: 30,
      view_through_attribution_window_size: 7,
      value_type: null,
      campaign_ids: [],
    };

    expect(changesOf(rule, { name: 'Leads', post_click_attribution_window_size: 30 })).toEqual({});
  });

  it("only the first page of an account's rules is read", async () => {
    const starts: string[] = [];
    const call: CallLinkedIn = async ({ path }) => {
      const start = Number(/start=(\d+)/.exec(path)?.[1] ?? 0);
      starts.push(path);
      const count = Math.min(100, 250 - start);
      const elements = Array.from({ length: count }, (_, index) => ({
        id: start + index + 1,
        name: 'Rule',
        type: 'LEAD',
      }));
      return { kind: 'ok', value: { status: 200, fields: { elements }, headers: new Headers(), dateMs: undefined } };
    };

    const rules = await conversionRules(call, '100');

    expect(rules.kind === 'ok' ? rules.value : []).toHaveLength(250);
    expect(starts.length).toBeGreaterThan(1);
  });

  it.each(['QUALIFIED_LEAD', 'MARKETING_QUALIFIED_LEAD', 'SALES_QUALIFIED_LEAD'])(
    'the rule type %s is missing, or offered under a version without it',
    (type) => {
      expect(v.safeParse(ConversionRuleCreate, { name: 'Any', type }).success).toBe(true);
    },
  );
});
