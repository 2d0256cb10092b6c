/** The rule that is preselected for an event: the one with the event's name, if it can receive events. */
import { describe, expect, it } from 'vitest';

import { ApiProblem } from '../../../client/console/app/api.ts';
import { ruleNamedAs } from '../../../client/console/mapping/rule-named-as.ts';
import { aRule } from './a-rule.ts';

describe('the rule with the name of an event', () => {
  it.each([
    ['Lead Generated', 'Lead Generated', true],
    ['lead generated', 'Lead Generated', false],
    ['lead_generated', 'Lead Generated', false],
    ['LeadGenerated ', 'Lead Generated', false],
    ['Demo-requested!', 'demo requested', false],
    ['GRÖßE GEWÄHLT', 'Größe gewählt', false],
  ])('of %j is %j', (event, name, isExact) => {
    const rules = [aRule('1', 'Order Completed'), aRule('2', name)];

    expect(ruleNamedAs(event, rules)).toMatchObject({ rule: { id: '2' }, isExact });
  });

  it('is the one with the same spelling, if others differ only in theirs', () => {
    const rules = [aRule('1', 'lead generated'), aRule('2', 'Lead Generated'), aRule('3', 'Lead_Generated')];

    expect(ruleNamedAs('Lead Generated', rules)).toMatchObject({ rule: { id: '2' }, isExact: true });
  });
});

describe('no rule is preselected', () => {
  const lead = aRule('1', 'Lead Generated');

  it.each([
    ['with another name', 'Lead', [lead]],
    ['that is disabled', 'Lead Generated', [{ ...lead, enabled: false }]],
    ['of the Insight Tag', 'Lead Generated', [{ ...lead, conversion_method: 'TAG' }]],
    ['if two have the name', 'Lead Generated', [lead, { ...lead, id: '2' }]],
    ['if two have a similar name', 'lead_generated', [lead, { ...lead, id: '2' }]],
    ['for an event without a name', null, [lead]],
    ['for a name without letters', '—', [aRule('1', '!')]],
  ])('%s', (_why, event, rules) => {
    expect(ruleNamedAs(event, rules)).toBeUndefined();
  });

  it('if LinkedIn can’t be asked', () => {
    expect(ruleNamedAs('Lead', new ApiProblem({ status: 502, title: 'x', detail: 'x' }))).toBeUndefined();
  });
});
