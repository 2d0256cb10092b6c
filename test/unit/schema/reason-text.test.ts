import * as v from 'valibot';
import { describe, expect, it } from 'vitest';

import { HOLD_REASONS, SKIP_REASONS } from '../../../worker/schema/events/outcome.ts';
import { fieldProblems } from '../../../worker/schema/field-problems.ts';
import { ReasonText } from '../../../worker/schema/reports/reason-text.ts';

const detailsOf = (reason: string): string[] =>
  fieldProblems(v.safeParse(ReasonText, reason).issues ?? []).map(({ detail }) => detail);

describe('the reason in a filter', () => {
  it.each([
    ['token_refussed', 'token_refused'],
    ['rule_unknwon', 'rule_unknown'],
    ['no_mappings', 'no_mapping'],
    ['to_old', 'too_old'],
  ])('%s is refused, because %s is meant', (given, meant) => {
    expect(detailsOf(given)).toEqual([`expected a reason that exists, such as "${meant}"`]);
  });

  it.each([
    ...Object.keys({ ...HOLD_REASONS, ...SKIP_REASONS }),
    // A part of a code.
    'token_ref',
    'rule',
    // LinkedIn's words.
    'rw_conversions',
    'Something else',
    'dublicate',
    '42',
  ])('%s is accepted', (given) => {
    expect(detailsOf(given)).toEqual([]);
  });
});
