import type { Readiness, RuleReadiness } from '../../../worker/schema/reports/readiness.ts';
import type { ConversionRule } from '../../../worker/schema/settings/linkedin-objects.ts';
import { api, ApiProblem } from '../app/api.ts';
import { shapes } from '../app/response-shapes.ts';
import { texts } from '../texts.ts';
import { problemCard } from '../ui/element-of-state.ts';
import { formatCount } from '../ui/format.ts';
import { h } from '../ui/h.ts';
import { tableRegion } from '../ui/table-region.ts';
import type { Place } from '../ui/view.ts';

const t = texts.rules.readiness;
const KINDS = ['click_id', 'email', 'lead', 'names'] as const;
/** Fewer than recommended is a fact and no problem: the number is known for one goal only. */
const BADGES = { enough: 'working', too_few: '', none: '' } as const;

/** Reads the readiness of an integration's rules. */
export async function askReadiness(integrationId: string, signal: AbortSignal): Promise<Readiness | ApiProblem> {
  try {
    return await api(shapes.readiness, `/integrations/${integrationId}/readiness`, { signal });
  } catch (error) {
    if (error instanceof ApiProblem) return error;
    throw error;
  }
}

/** Shows what LinkedIn accepted for each rule, beside the number that it recommends for one goal. */
export function readinessPart(
  answer: Readiness | ApiProblem,
  { known, place }: { known: readonly ConversionRule[]; place: Place },
): HTMLElement {
  if (answer instanceof ApiProblem) return problemCard(answer, () => place.go(location.hash));
  const { conversions, days, source } = answer.recommended;
  const names = new Map(known.map(({ id, name }) => [id, name]));
  return h(
    'section',
    { class: 'stack' },
    h('h2', {}, t.title),
    h(
      'p',
      { class: 'hint' },
      t.lead(conversions, days),
      ' ',
      h('a', { href: source, target: '_blank', rel: 'noreferrer' }, t.source),
    ),
    tableRegion(
      t.title,
      h(
        'table',
        { class: 'cards' },
        h('thead', {}, h('tr', {}, ...t.columns.map((title) => h('th', { scope: 'col' }, title)))),
        h('tbody', {}, ...answer.data.map((rule) => () => row(rule, names.get(rule.conversion_rule_id), conversions))),
      ),
    ),
  );
}

function row(rule: RuleReadiness, name: string | undefined, recommended: number): HTMLElement {
  const { conversion_rule_id: id, conversions, verdict, identifiers, lag } = rule;
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, ...(name === undefined ? [] : [name, ' ']), h('code', {}, id)),
    h(
      'td',
      {},
      `${formatCount(conversions.last_14_days)} `,
      h('span', { class: `badge ${BADGES[verdict]}` }, t.verdicts[verdict](recommended)),
    ),
    h('td', {}, formatCount(conversions.last_30_days)),
    h('td', { class: 'wide' }, sentWith(identifiers)),
    h('td', { class: 'wide' }, lagOf(lag)),
  );
}

function sentWith(identifiers: RuleReadiness['identifiers']): string {
  const parts = KINDS.flatMap((kind) => {
    const share = identifiers[kind];
    return share === null || share === 0 ? [] : [`${t.kinds[kind]} ${texts.percent(share)}`];
  });
  return parts.length === 0 ? texts.never : parts.join(' · ');
}

function lagOf({ conversions, half_within_days: half, classes }: RuleReadiness['lag']): string {
  if (conversions === 0) return texts.never;
  const late = classes.at(-1)?.conversions ?? 0;
  return t.lag(half, formatCount(conversions), late === 0 ? undefined : formatCount(late));
}
