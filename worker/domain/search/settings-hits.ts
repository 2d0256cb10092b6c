import { SEARCH_KINDS } from '../../schema/reports/search.ts';
import type { SearchHit } from '../../schema/reports/search.ts';
import type { Integration } from '../../schema/settings/integration.ts';
import type { Source } from '../../schema/settings/source.ts';
import { comparedName } from '../privacy/compared-name.ts';
import { beginningWith } from './beginning-with.ts';
import { namedLike } from './named-like.ts';
import { searchForm } from './search-form.ts';

/** The parts of a source and its connections that are searched. */
export type SearchedSite = {
  source: Pick<Source, 'id' | 'name'>;
  integrations: readonly Pick<Integration, 'id' | 'name' | 'config'>[];
};

/**
 * Returns the sources, connections, mappings and conversion rules whose names contain a text, or whose ID it is, in any
 * spelling. The numbers of conversion rules match from their beginning.
 */
export function settingsHits(text: string, { source, integrations }: SearchedSite): SearchHit[] {
  const wanted = searchForm(text);
  const isNamed = namedLike(text);
  const isWanted = (id: string): boolean => id !== '' && searchForm(id) === wanted;
  const isOfRule = beginningWith(ruleNumber(text));
  return [
    ...(isNamed(source.name) || isWanted(source.id)
      ? [hit(source, { kind: 'source', id: source.id, title: source.name })]
      : []),
    ...integrations.flatMap((integration) => {
      const { id, name, config } = integration;
      const of = { integration_id: id };
      const isConnection = isNamed(name) || [id, config.account_id].some(isWanted);
      return [
        ...(isConnection ? [hit(source, { ...of, kind: 'connection', id, title: name })] : []),
        ...(config.mappings ?? []).flatMap((mapping) =>
          isNamed(mapping.name) || isWanted(mapping.id)
            ? [hit(source, { ...of, kind: 'mapping', id: mapping.id, title: mapping.name })]
            : [],
        ),
        ...rulesOf(integration)
          // An entry by event name has no page of its own, so its rule is found instead.
          .filter(({ rule, byName }) => isOfRule(rule) || byName.some(isNamed))
          .map(({ rule, names }) => hit(source, { ...of, kind: 'conversion_rule', id: rule, title: names.join(', ') })),
      ];
    }),
  ];
}

/**
 * Sorts hits by kind. Sites whose names begin with the text come first, with the exact name at the top, because a
 * person who types a site's name wants to go there.
 */
export function inSearchOrder(hits: readonly SearchHit[], text: string): SearchHit[] {
  const wanted = comparedName(text);
  const rank = ({ kind, title }: SearchHit): number => {
    if (kind !== 'source') return 2;
    const name = comparedName(title);
    return wanted === '' ? 2 : name === wanted ? 0 : name.startsWith(wanted) ? 1 : 2;
  };
  const ranked = hits.toSorted((one, other) => rank(one) - rank(other));
  const kinds = ranked.slice(0, 1).some((one) => rank(one) < 2) ? (['source', ...SEARCH_KINDS] as const) : SEARCH_KINDS;
  return [...new Set(kinds)].flatMap((kind) => ranked.filter((one) => one.kind === kind));
}

/** Returns a hit with the given fields, and nothing in the others. */
export function hit(
  { id, name }: Pick<Source, 'id' | 'name'>,
  given: Pick<SearchHit, 'kind' | 'id' | 'title'> & Partial<SearchHit>,
): SearchHit {
  return {
    source_id: id,
    source_name: name,
    integration_id: null,
    is_of_order: false,
    seq: null,
    state: null,
    sentence: null,
    received_at: null,
    ...given,
  };
}

/** Returns the number of a conversion rule, which may be written as LinkedIn’s URN. */
export function ruleNumber(ref: string): string {
  return ref.replace(/^urn:lla:llaPartnerConversion:/i, '');
}

/** Returns the conversion rules of a connection, each with the names of what is mapped to it. */
function rulesOf({ config }: Pick<Integration, 'config'>): { rule: string; names: string[]; byName: string[] }[] {
  const mapped = [
    ...Object.entries(config.conversion_rule_id ?? {}).flatMap(([name, refs]) =>
      [refs].flat().map((ref) => ({ name, ref, isByName: true })),
    ),
    ...(config.mappings ?? []).map(({ name, conversion_rule_id: ref }) => ({ name, ref, isByName: false })),
  ];
  return [...Map.groupBy(mapped, ({ ref }) => ruleNumber(ref))].map(([rule, users]) => ({
    rule,
    names: [...new Set(users.map(({ name }) => name))],
    byName: users.flatMap(({ name, isByName }) => (isByName ? [name] : [])),
  }));
}
