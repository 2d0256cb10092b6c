import type { OverviewRow } from '../../../worker/schema/reports/overview.ts';
import { inPart } from '../app/faults.ts';
import { ruleName } from '../connection/rule-picker.ts';
import { texts } from '../texts.ts';
import { formatCount } from '../ui/format.ts';
import { fill, h } from '../ui/h.ts';
import type { RulesOf } from './without-campaigns.ts';

const t = texts.home;
const KINDS = ['click_id', 'email', 'names'] as const;
type Kind = (typeof KINDS)[number];
type RuleMatch = OverviewRow['match_by_rule'][number];

/** The identifiers in the order of how much they help matching. Below the given share, advice is shown. */
const ADVISED = [
  ['email', 0.5],
  ['click_id', 0.2],
  ['names', 0.5],
] as const satisfies readonly (readonly [Kind, number])[];

/**
 * Shows for each conversion rule how many of the newest events had each identifier, and which further one would help
 * most.
 */
export function matchRates({ match_by_rule: rules }: OverviewRow, rulesOf: RulesOf): HTMLElement | false {
  if (rules.length === 0) return false;
  const names = new Map(rules.map((rule) => [rule, h('span', {}, t.ruleNumber(rule.conversion_rule_id))]));
  const hint = h(
    'p',
    { class: 'hint' },
    adviceFor(rules, (rule) => t.ruleNumber(rule.conversion_rule_id)),
  );
  const element = h(
    'div',
    { class: 'readiness' },
    h('h3', {}, t.readiness),
    h(
      'table',
      { class: 'matches' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, texts.rule.label),
          h('th', { scope: 'col', class: 'number' }, t.events),
          ...KINDS.map((kind) => h('th', { scope: 'col' }, texts.live.story[kind])),
        ),
      ),
      h(
        'tbody',
        {},
        ...rules.map((rule) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, names.get(rule)),
            h('td', { class: 'number', 'data-label': t.events }, formatCount(rule.events)),
            ...KINDS.map((kind) => shareCell(rule, kind)),
          ),
        ),
      ),
    ),
    hint,
  );
  // The names come from LinkedIn. Until it answers, or if it doesn't, the rules' numbers are shown.
  inPart(element, async () => {
    const ids = [...new Set(rules.map(({ integration_id: id }) => id))];
    const known = new Map(await Promise.all(ids.map(async (id) => [id, await rulesOf(id)] as const)));
    const nameOf = ({ integration_id: id, conversion_rule_id: rule }: RuleMatch): string =>
      ruleName(known.get(id) ?? [], rule) ?? t.ruleNumber(rule);
    for (const [rule, place] of names) fill(place, nameOf(rule));
    fill(hint, adviceFor(rules, nameOf));
  });
  return element;
}

function shareCell(rule: RuleMatch, kind: Kind): HTMLElement {
  const share = rule[kind] / rule.events;
  const label = texts.live.story[kind];
  return h(
    'td',
    { 'data-label': label },
    h('meter', { min: 0, max: 1, value: share, 'aria-label': label }),
    ' ',
    texts.percent(share),
  );
}

/** Returns the advice for the rule and identifier that would help the most events. */
function adviceFor(rules: readonly RuleMatch[], nameOf: (rule: RuleMatch) => string): string {
  const worth = rules.flatMap((rule) => {
    const lacking = ADVISED.find(([kind, least]) => rule[kind] / rule.events < least);
    return lacking === undefined ? [] : [{ rule, kind: lacking[0], events: rule.events - rule[lacking[0]] }];
  });
  const [most] = worth.toSorted((one, other) => other.events - one.events);
  if (most === undefined) return t.advice.none;
  return rules.length === 1 ? t.advice[most.kind] : t.adviceFor(nameOf(most.rule), t.advice[most.kind]);
}
