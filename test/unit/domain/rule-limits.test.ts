import { describe, expect, it } from 'vitest';

import { ruleLimits } from '../../../worker/domain/rules/rule-limits.ts';

describe('the limits of a conversion rule', () => {
  it.each([
    [
      'a short window is allowed for every type',
      { type: 'SIGN_UP', post_click_attribution_window_size: 90 },
      '202601',
      [],
    ],
    ['a year for a lead', { type: 'LEAD', post_click_attribution_window_size: 365 }, '202601', []],
    [
      'a year for a page view',
      { type: 'KEY_PAGE_VIEW', post_click_attribution_window_size: 365, view_through_attribution_window_size: 180 },
      '202609',
      ['/post_click_attribution_window_size', '/view_through_attribution_window_size'],
    ],
    ['a type before LinkedIn supports it', { type: 'SALES_QUALIFIED_LEAD' }, '202607', ['/type']],
    ['a type once LinkedIn supports it', { type: 'SALES_QUALIFIED_LEAD' }, '202608', []],
    ['a window without a type', { post_click_attribution_window_size: 365 }, '202609', []],
  ])('%s', (_what, rule, version, pointers) => {
    expect(ruleLimits(rule, { version }).map(({ pointer }) => pointer)).toEqual(pointers);
  });
});
