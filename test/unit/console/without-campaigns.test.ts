/** Home says of a working site that conversions for rules without campaigns can't be attributed, as far as it is known. */
import { describe, expect, it } from 'vitest';

import { ApiProblem } from '../../../client/console/app/api.ts';
import { forgetRules, rememberRules } from '../../../client/console/connection/rule-memory.ts';
import type { KnownRules } from '../../../client/console/connection/rule-picker.ts';
import { remedyPlace } from '../../../client/console/overview/remedy-place.ts';
import { judgedIfFew, notAskedYet, withoutCampaigns } from '../../../client/console/overview/without-campaigns.ts';
import type { OverviewRow } from '../../../worker/schema/reports/overview.ts';
import { aRule } from './a-rule.ts';

const match = (integrationId: string, ruleId: string) => ({
  integration_id: integrationId,
  conversion_rule_id: ruleId,
  events: 1,
  click_id: 0,
  email: 1,
  names: 0,
});
const row = (over: Partial<OverviewRow> = {}): OverviewRow => ({
  source_id: 'src_1',
  name: 'Shop',
  labels: [],
  verdict: 'working',
  cause: null,
  sentence: 'LinkedIn is accepting this site’s conversions.',
  received: 1,
  delivered: 1,
  pending: 0,
  held: 0,
  failed: 0,
  skipped: 0,
  refused: 0,
  value_delivered: {},
  value_at_risk: {},
  match: { click_id: 0, email: 1, names: 0 },
  match_by_rule: [match('int_1', '1')],
  token_days_left: null,
  version_days_left: null,
  connections: ['int_1', 'int_2'].map((id) => ({ id, name: id, enabled: true })),
  history: { step: 'day', received: [1], delivered: [1], failed: [0] },
  ...over,
});
const [bare, used] = [aRule('1', 'Leads'), aRule('2', 'Orders', { campaign_ids: ['401'] })];
const known = (rules: KnownRules, id = 'int_1') => new Map([[id, rules]]);

describe('a site that works', () => {
  it('needs attention if a rule of its latest conversions has no campaigns, and its remedy is at that rule', () => {
    const judged = withoutCampaigns(row(), known([bare, used]));

    expect(judged).toMatchObject({
      verdict: 'attention',
      cause: 'rule_without_campaigns',
      sentence:
        'LinkedIn accepts this site’s conversions. It can’t attribute those for “Leads” (1) to an ad, because this rule has no campaigns.',
    });
    expect(remedyPlace(judged)).toBe('#/sources/src_1/rules?integration=int_1&rule=1');
  });

  it.each([
    ['its rule has campaigns', row({ match_by_rule: [match('int_1', '2')] }), known([bare, used])],
    ['only a rule that got no conversion has none', row({ match_by_rule: [] }), known([bare])],
    ['LinkedIn doesn’t list its rule', row(), known([used])],
    ['LinkedIn could not be asked', row(), known(new ApiProblem({ status: 502, title: 'No answer', detail: '' }))],
    ['another connection has a rule with this number', row(), known([bare], 'int_2')],
    ['something worse is wrong', row({ verdict: 'broken', cause: 'token_refused' }), known([bare])],
  ])('is shown as before if %s', (_when, given, rules) => {
    expect(withoutCampaigns(given, rules)).toBe(given);
  });
});

describe('a list of sites', () => {
  it('asks LinkedIn about at most five connections at once, and else knows what it said in the last minutes', async () => {
    const asked: string[] = [];
    const rulesOf = (id: string): Promise<KnownRules> => {
      asked.push(id);
      return Promise.resolve([bare]);
    };
    const sites = (count: number) =>
      Array.from({ length: count }, (_, index) => row({ match_by_rule: [match(`int_${index}`, '1')] }));

    const verdictsOf = async (count: number) =>
      (await judgedIfFew(sites(count), rulesOf)).map(({ verdict }) => verdict);

    expect(await verdictsOf(6)).toEqual(Array(6).fill('working'));
    rememberRules('int_2', [bare]);
    rememberRules('int_3', [bare], Date.now() - 11 * 60_000);
    rememberRules('int_4', [bare]);
    forgetRules('int_4');
    expect(await verdictsOf(6)).toEqual(['working', 'working', 'attention', 'working', 'working', 'working']);
    expect(asked).toEqual([]);
    expect(await verdictsOf(5)).toEqual(Array(5).fill('attention'));
    expect(asked).toHaveLength(5);
  });

  it('asks about the rest one after the other, the most active site first, and not about broken ones', () => {
    const active = (id: string, received: number) => row({ received, match_by_rule: [match(id, '1')] });
    rememberRules('int_known', [used]);

    expect(
      notAskedYet([
        active('int_calm', 1),
        active('int_busy', 9),
        active('int_known', 5),
        row({ verdict: 'broken', match_by_rule: [match('int_broken', '1')] }),
      ]),
    ).toEqual(['int_busy', 'int_calm']);
  });
});
