import type { FieldProblem } from '../../schema/problem.ts';
import { SHORT_WINDOWS } from '../../schema/settings/linkedin-objects.ts';

/**
 * The API versions that introduced these types.
 * https://learn.microsoft.com/linkedin/marketing/integrations/recent-changes (read 2026-09)
 */
const KNOWN_SINCE: ReadonlyMap<string, string> = new Map([
  ['MARKETING_QUALIFIED_LEAD', '202608'],
  ['SALES_QUALIFIED_LEAD', '202608'],
]);

/** The types for which LinkedIn also allows attribution windows of 180 and 365 days (read 2026-09). */
const LONG_TYPES: ReadonlySet<string> = new Set([
  'SUBMIT_APPLICATION',
  'PURCHASE',
  'ADD_TO_CART',
  'QUALIFIED_LEAD',
  'LEAD',
  'MARKETING_QUALIFIED_LEAD',
  'SALES_QUALIFIED_LEAD',
]);

const WINDOWS = ['post_click_attribution_window_size', 'view_through_attribution_window_size'] as const;

type RuleSettings = {
  type?: string | null;
  post_click_attribution_window_size?: number | null;
  view_through_attribution_window_size?: number | null;
};

/**
 * Returns the combinations of settings that LinkedIn would refuse: a type that the API version doesn't know, or a
 * window too long for the type.
 */
export function ruleLimits(rule: RuleSettings, { version }: { version: string }): FieldProblem[] {
  const { type } = rule;
  const since = KNOWN_SINCE.get(type ?? '');
  const problems: FieldProblem[] = [];
  if (since !== undefined && version < since)
    problems.push({
      pointer: '/type',
      detail: `expected a type that LinkedIn's API version ${version} knows: ${type} is new in ${since}. Set a newer linkedin_version`,
    });
  for (const name of WINDOWS) {
    const days = rule[name];
    if (days === undefined || days === null || type === undefined || type === null || LONG_TYPES.has(type)) continue;
    if (!SHORT_WINDOWS.some((short) => short === days))
      problems.push({
        pointer: `/${name}`,
        detail: `expected 1, 7, 30 or 90 days: ${days} is for ${[...LONG_TYPES].join(', ')} only`,
      });
  }
  return problems;
}
