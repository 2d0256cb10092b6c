/** The set-up's test event is counted by LinkedIn, so its step names the rules with and without campaigns. */
import { describe, expect, it } from 'vitest';

import { campaignsInWords } from '../../../client/console/set-up/test-campaigns.ts';
import { aMapping, aRule } from './a-rule.ts';

const names = ['Lead Generated', 'Signed Up', 'Order Completed'];
const rules = [
  aRule('1', 'Leads', { campaign_ids: ['401'] }),
  aRule('2', 'Sign-ups'),
  aRule('3', 'Orders', { campaign_ids: ['401', '402'] }),
  aRule('4', 'Old leads', { enabled: false }),
];
const mapping = (event: string, ruleId: string) => aMapping(`event = "${event}"`, ruleId);
const said = (event: string, ...mappings: ReturnType<typeof mapping>[]): string =>
  campaignsInWords({ integration: undefined, mappings }, { event, names, rules });

describe('the step with the test event', () => {
  it('names the rule without campaigns, and its event', () => {
    expect(said('Lead Generated', mapping('Lead Generated', '1'), mapping('Signed Up', '2'))).toBe(
      'It counts for “Leads” (1), which has campaigns: one extra conversion may show for an ad. To avoid that, choose “Signed Up”: its rule “Sign-ups” (2) has no campaigns.',
    );
  });

  it('says that the chosen event has such a rule', () => {
    expect(said('Signed Up', mapping('Lead Generated', '1'), mapping('Signed Up', '2'))).toBe(
      'It counts for “Sign-ups” (2), which has no campaigns: no ad gets an extra conversion.',
    );
  });

  it('says that there is none', () => {
    expect(said('Order Completed', mapping('Order Completed', '3'))).toMatch(
      /^It counts for “Orders” \(3\), which has campaigns: .* All events here count for a rule with campaigns, so every test adds one conversion\.$/,
    );
  });

  it('offers no event that also counts for a rule with campaigns', () => {
    const both = [mapping('Lead Generated', '1'), mapping('Signed Up', '2'), mapping('Signed Up', '3')];

    expect(said('Lead Generated', ...both)).toContain('All events here count for a rule with campaigns');
  });

  it.each([
    ['is not listed', mapping('Signed Up', '99')],
    ['is disabled', mapping('Signed Up', '4')],
  ])('says nothing about a rule that %s', (_what, only) => {
    expect(said('Signed Up', only)).toBe('');
  });
});
