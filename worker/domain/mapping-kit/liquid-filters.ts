import { distance } from 'fastest-levenshtein';
import { toValueSync } from 'liquidjs';
import type { Template } from 'liquidjs';

/** The filters that Segment disables, over lists, and two that wait in a Worker: a template is filled at once. */
export const DISABLED_FILTERS: readonly string[] = [
  'hmac_sha256',
  'sha256',
  'array_to_sentence_string',
  'concat',
  'find',
  'find_exp',
  'find_index',
  'find_index_exp',
  'group_by',
  'group_by_exp',
  'has',
  'has_exp',
  'map',
  'newline_to_br',
  'reject',
  'reject_exp',
  'reverse',
  'sort',
  'sort_natural',
  'uniq',
  'where_exp',
  'type',
];

/**
 * Returns the names of all filters in a template, also in branches that are rarely taken. The engine's own
 * `strictFilters` doesn't see those in the tag `cycle`.
 */
export function filtersIn(templates: readonly Template[]): string[] {
  return templates.flatMap((template) => [
    ...[...(template.arguments?.() ?? [])].flatMap((value) =>
      'filters' in value ? value.filters.map(({ name }) => name).filter(isName) : [],
    ),
    ...filtersIn(childrenOf(template)),
  ]);
}

/** Returns why a template with these filters can't be saved, or undefined. */
export function filterProblem(used: readonly string[], known: readonly string[]): string | undefined {
  const disabled = used.find((name) => DISABLED_FILTERS.includes(name));
  if (disabled !== undefined) return `the filter "${disabled}" is disabled`;
  const unknown = used.find((name) => !known.includes(name));
  if (unknown === undefined) return undefined;
  const meant = nearest(
    unknown,
    known.filter((name) => !DISABLED_FILTERS.includes(name)),
  );
  return `there is no filter "${unknown}"${meant === undefined ? '' : `. Did you mean "${meant}"?`}`;
}

function childrenOf(template: Template): readonly Template[] {
  const children = template.children?.(false, true);
  return children === undefined ? [] : toValueSync(children);
}

/** The engine adds a filter of its own to each output, whose name is no word. */
function isName(name: string): boolean {
  return !name.startsWith('[');
}

/** Returns the most similar name, or undefined if none is similar. */
function nearest(name: string, names: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(name.length / 3));
  return names
    .map((other) => ({ other, edits: distance(name.toLowerCase(), other) }))
    .filter(({ edits }) => edits <= most)
    .toSorted((one, other) => one.edits - other.edits)[0]?.other;
}
