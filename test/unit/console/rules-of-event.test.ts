/** The page Import: the rule that is chosen gives an event that leads to it, and an event shows its rule. */
import { describe, expect, it } from 'vitest';

import { ApiProblem } from '../../../client/console/app/api.ts';
import {
  choosableRules,
  eventOfRule,
  rulesOfEvent,
  type Connection,
} from '../../../client/console/imports/rules-of-event.ts';
import { aMapping, aRule } from './a-rule.ts';

const RULES = [
  aRule('1', 'Lead Generated'),
  aRule('2', 'Deal Won'),
  aRule('3', 'Old', { enabled: false }),
  aRule('4', 'Of the Insight Tag', { conversion_method: 'TAG' }),
];

function aConnection(
  entries: Record<string, string | string[]>,
  triggers: readonly (readonly [trigger: string, rule: string, enabled?: boolean])[] = [],
  rules: Connection['rules'] = RULES,
): Connection {
  return {
    integration: { config: { conversion_rule_id: entries } },
    mappings: triggers.map(([trigger, rule, enabled = true]) => aMapping(trigger, rule, enabled)),
    rules,
  };
}

describe('the event of a chosen rule', () => {
  it.each([
    ['is the one with an entry by name', aConnection({ 'New Lead': '1' }), 'New Lead'],
    ['has an entry with several rules', aConnection({ Other: '2', Both: ['2', '1'] }), 'Both'],
    ['is the one of a mapping', aConnection({}, [['event = "Signed" and type = "track"', '1']]), 'Signed'],
    [
      'is accepted by its name alone, if there is one',
      aConnection({}, [
        ['event = "Big" and properties.value > 9', '1'],
        ['event = "Any"', '1'],
      ]),
      'Any',
    ],
    ['may depend on conditions', aConnection({}, [['event = "Big" and properties.value > 9', '1']]), 'Big'],
    ['is the rule’s name, if nothing is mapped', aConnection({}), 'Lead Generated'],
    ['is not that of a disabled mapping', aConnection({}, [['event = "Off"', '1', false]]), 'Lead Generated'],
    ['is no page view', aConnection({ page: '1' }), 'Lead Generated'],
    ['has another name, if the rule’s own leads elsewhere', aConnection({ 'Lead Generated': '2' }), 'Lead Generated 1'],
  ])('%s', (_what, connection, event) => {
    expect(eventOfRule('1', connection)).toBe(event);
    const found = rulesOfEvent(event, connection).map(({ rule }) => rule);
    // It leads to the rule, or to none yet.
    expect(found.length === 0 || found.includes('1')).toBe(true);
  });
});

describe('the rules to choose from', () => {
  it('accept events, and those with a mapping come first', () => {
    expect(choosableRules(aConnection({ Won: '2' })).map(({ id }) => id)).toEqual(['2', '1']);
  });

  it('are those with a mapping, by number, if LinkedIn can’t be asked', () => {
    const unknown = new ApiProblem({ status: 502, title: 'x', detail: 'x' });
    const connection = aConnection({ Won: 'urn:lla:llaPartnerConversion:2' }, [['event = "A"', '1']], unknown);

    expect(choosableRules(connection)).toEqual([
      { id: '2', name: '2' },
      { id: '1', name: '1' },
    ]);
  });
});
