/** The hint of the set-up that a rule's type doesn't fit an event's name. It must be rare, and right. */
import { describe, expect, it } from 'vitest';

import { unlikelyRule } from '../../../client/console/mapping/unlikely-rule.ts';

describe('a rule whose type does not fit the event', () => {
  it.each([
    ['Lead Generated', 'PURCHASE', { event: 'lead', rule: 'purchase' }],
    ['demo_requested', 'PURCHASE', { event: 'lead', rule: 'purchase' }],
    ['SignedUp', 'PURCHASE', { event: 'sign_up', rule: 'purchase' }],
    ['Order Completed', 'LEAD', { event: 'purchase', rule: 'lead' }],
    ['orderPaid', 'SIGN_UP', { event: 'purchase', rule: 'sign_up' }],
  ] as const)('%s for %s is questioned', (event, type, kinds) => {
    expect(unlikelyRule(event, type)).toEqual(kinds);
  });
});

describe('nothing is said', () => {
  it.each([
    ['Lead Generated', 'LEAD'],
    ['Lead Generated', 'SIGN_UP'],
    ['Trial Started', 'LEAD'],
    ['Order Completed', 'PURCHASE'],
    ['Order Completed', 'OTHER'],
    ['Demo Ordered', 'PURCHASE_OF_THE_FUTURE'],
    ['Order of a Demo', 'PURCHASE'],
    ['Video Played', 'PURCHASE'],
    ['Leadership Test', 'PURCHASE'],
    ['Lead Generated', null],
  ])('about %s for %s', (event, type) => {
    expect(unlikelyRule(event, type)).toBeUndefined();
  });
});
