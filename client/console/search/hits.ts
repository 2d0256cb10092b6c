import type { SKIP_REASONS } from '../../../worker/schema/events/outcome.ts';
import type { SearchAnswer, SearchHit, SearchKind } from '../../../worker/schema/reports/search.ts';
import { api } from '../app/api.ts';
import { ApiProblem } from '../app/api.ts';
import { shapeOf } from '../app/response-shape.ts';
import { integrationsOf } from '../connection/integrations-of.ts';
import { knownRules } from '../connection/rule-picker.ts';
import { nameForm } from './name-form.ts';

const ANSWER = shapeOf<SearchAnswer>({
  data: [{ kind: '', source_id: '', source_name: '', id: '', title: '', is_of_order: false }],
  more: [''],
  sources: 0,
  has_more_sources: false,
});

/** The site of the page. Its conversion rules are found by the names that they have at LinkedIn. */
export type SearchSite = { id: string; name: string } | undefined;

/** The shortest time between two requests to LinkedIn for the names of rules. */
const NAMES_LAST_MS = 300_000;
const MOST_RULES = 6;

/** The API's sentence. Its type keeps both the same. */
const NO_MAPPING: (typeof SKIP_REASONS)['no_mapping'] = 'No mapping matches this event.';

type NamedRule = { integrationId: string; id: string; name: string };
let known: { sourceId: string; atMs: number; rules: Promise<NamedRule[]> } | undefined;

/**
 * Searches in the Worker. For the site of the page, it also asks LinkedIn, because only LinkedIn knows the names of
 * conversion rules.
 */
export async function searchFor(text: string, site: SearchSite, signal: AbortSignal): Promise<SearchAnswer> {
  const [answer, rules] = await Promise.all([
    api(ANSWER, `/search?${new URLSearchParams({ q: text }).toString()}`, { signal }),
    site === undefined ? [] : rulesOf(site),
  ]);
  const hits = await withNearMisses(answer.data, signal);
  return { ...answer, data: site === undefined ? hits : withNames(hits, { text, site, rules }) };
}

/** Names the mappings that the events among the hits miss only by the spelling of their names, as Live events does. */
async function withNearMisses(hits: readonly SearchHit[], signal: AbortSignal): Promise<SearchHit[]> {
  const isMissed = ({ kind, sentence }: SearchHit): boolean => kind === 'event' && sentence === NO_MAPPING;
  const sites = [...new Set(hits.filter(isMissed).map(({ source_id: id }) => id))];
  if (sites.length === 0) return [...hits];
  try {
    // Few searches need it, so it isn't loaded with the console.
    const [{ askedTriggers }, { missInWords }] = await Promise.all([
      import('../mapping/missed-name.ts'),
      import('../story/outcome-in-words.ts'),
    ]);
    const asked = new Map(await Promise.all(sites.map(async (id) => [id, await askedTriggers(id, signal)] as const)));
    return hits.map((hit) =>
      isMissed(hit)
        ? { ...hit, sentence: missInWords(hit.title, asked.get(hit.source_id) ?? []) ?? hit.sentence }
        : hit,
    );
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status === 401) throw error;
    return [...hits];
  }
}

/** Returns the address of the page that shows a hit. */
export function placeOf({ kind, source_id: source, integration_id: integration, id, seq }: SearchHit): string {
  const at = `#/sources/${source}`;
  const query = (given: Record<string, string | null>): string =>
    new URLSearchParams(
      Object.entries(given).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
    ).toString();
  switch (kind) {
    case 'event':
      return `${at}/live?${query({ event: id, seq: seq === null ? null : String(seq) })}`;
    case 'delivery':
      return `${at}/deliveries?${query({ integration, delivery: id })}`;
    case 'event_name':
      return `${at}/live?${query({ name: id })}`;
    case 'mapping':
      return `${at}/mappings/${encodeURIComponent(id)}?${query({ integration })}`;
    case 'conversion_rule':
      return `${at}/rules?${query({ integration, rule: id })}`;
    case 'connection':
      return `${at}/linkedin/${encodeURIComponent(id)}`;
    case 'source':
      return `${at}/overview`;
  }
}

/** The kinds in the order in which the API returns them. */
export function groupsOf(hits: readonly SearchHit[]): [SearchKind, SearchHit[]][] {
  return [...Map.groupBy(hits, ({ kind }) => kind)];
}

function rulesOf({ id }: { id: string }): Promise<NamedRule[]> {
  const now = performance.now();
  if (known?.sourceId !== id || now - known.atMs > NAMES_LAST_MS)
    known = { sourceId: id, atMs: now, rules: readRules(id) };
  return known.rules;
}

/** Without LinkedIn’s answer, rules are found by their numbers and mappings. */
async function readRules(sourceId: string): Promise<NamedRule[]> {
  const { signal } = new AbortController();
  try {
    const integrations = await integrationsOf(sourceId, { signal });
    const lists = await Promise.all(
      integrations.map(async ({ id: integrationId }) => {
        const rules = await knownRules(integrationId, signal);
        return rules instanceof ApiProblem ? [] : rules.map(({ id, name }) => ({ integrationId, id, name }));
      }),
    );
    return lists.flat();
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    known = undefined;
    return [];
  }
}

/** Adds names to the rules that were found, and adds rules that were found by their names. */
function withNames(
  hits: readonly SearchHit[],
  { text, site, rules }: { text: string; site: NonNullable<SearchSite>; rules: readonly NamedRule[] },
): SearchHit[] {
  const isRule = (hit: SearchHit, rule: NamedRule): boolean =>
    hit.kind === 'conversion_rule' && hit.id === rule.id && hit.integration_id === rule.integrationId;
  const named = hits.map((hit) => {
    const rule = rules.find((one) => isRule(hit, one));
    return rule === undefined ? hit : { ...hit, title: rule.name };
  });
  const wanted = nameForm(text);
  const added = rules
    .filter((rule) => nameForm(rule.name).includes(wanted) && !hits.some((hit) => isRule(hit, rule)))
    .slice(0, MOST_RULES)
    .map(({ integrationId, id, name }): SearchHit => ({
      kind: 'conversion_rule',
      source_id: site.id,
      source_name: site.name,
      integration_id: integrationId,
      id,
      title: name,
      is_of_order: false,
      seq: null,
      state: null,
      sentence: null,
      received_at: null,
    }));
  // Sites whose names begin with the text come first.
  const other = named.findIndex(({ kind, title }) => kind !== 'source' || !nameForm(title).startsWith(wanted));
  const sites = other === -1 ? named.length : other;
  const after = Math.max(
    sites,
    named.findLastIndex(({ kind }) => ['event', 'delivery', 'conversion_rule'].includes(kind)) + 1,
  );
  return [...named.slice(0, after), ...added, ...named.slice(after)];
}
