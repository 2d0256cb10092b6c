import type { AuditEntry } from '../../../worker/schema/reports/audit.ts';
import type { AccessTokenView } from '../../../worker/schema/settings/access-token.ts';
import { replaceQuery, type Query } from '../app/address.ts';
import { all, api, ApiProblem } from '../app/api.ts';
import { shapeOf } from '../app/response-shape.ts';
import { pageOf, shapes, type Page } from '../app/response-shapes.ts';
import { texts } from '../texts.ts';
import { emptyState, problemCard } from '../ui/element-of-state.ts';
import { Form, input, range, select } from '../ui/form.ts';
import { formatTime } from '../ui/format.ts';
import { fill, h, type Child } from '../ui/h.ts';
import { tableRegion } from '../ui/table-region.ts';
import type { Place } from '../ui/view.ts';
import { nameThen, otherChanges, outcomeInWords } from './change-in-words.ts';
import { deedInWords } from './deed-in-words.ts';
import { valuesInWords } from './values-in-words.ts';

const t = texts.access;
/** The ID of whoever signed in with the secret ADMIN_TOKEN. */
export const ADMIN_TOKEN = 'admin_token';
const LOG = pageOf(
  shapeOf<AuditEntry>({ id: '', at: '', actor: { id: '', role: '' }, method: '', path: '', fields: [''] }),
);

/** With more sites, reading all connections takes several requests. */
const FEW_SITES = 20;

/** What has an ID and a name now: sites, tokens and connections. */
type Named = readonly { id: string; name: string }[];

/**
 * The name of what was changed, or its ID, to distinguish two changes. The words before it say what it is. Something that
 * was made in a connection comes with the connection's name in brackets. A site has a column of its own.
 */
function idIn(path: string, named: Named): readonly Child[] {
  const parts = path.split('/').slice(1);
  const at = parts.findLastIndex((part) => /^[a-z]+_\w+$|^wk_|^\d+$/.test(part));
  const id = parts[at];
  if (id === undefined) return [];
  const isItself = at === parts.length - 1;
  if (!isItself && at === 1 && parts[0] === 'sources') return [];
  const known = named.find((one) => one.id === id);
  if (known === undefined) return [' ', h('code', {}, id)];
  return [isItself ? ` “${known.name}”` : ` (“${known.name}”)`];
}

/** What was done, and to what. */
function whatIn(entry: AuditEntry, named: Named): readonly Child[] {
  const { words, names, isMapping } = deedInWords(entry);
  if (names) return [words];
  const name = nameThen(entry);
  // What is mapped is named, and the connection is only where.
  const path = isMapping ? `${entry.path}/mapped` : entry.path;
  const which = name === undefined ? idIn(path, named) : [` “${name}”`];
  const isKnown = which.length > 0 && (entry.method === 'PATCH' || entry.method === 'DELETE');
  return [isKnown ? words.replace(/ an? /, ' the ') : words, ...which];
}

/** What was changed, a line for each setting, or what happened. */
function detailsOf(entry: AuditEntry, sources: Place['sources']): readonly Child[] {
  if (deedInWords(entry).isWhole) return [texts.never];
  const others = otherChanges(entry);
  if (others.length > 0)
    return others.map((change) => h('div', {}, valuesInWords(change, sources, entry.method === 'POST')));
  return [outcomeInWords(entry)];
}

/**
 * Shows the audit log: who changed what, by person, site and day.
 *
 * @param tokens The tokens that exist. Entries of revoked ones are found by the name of their token.
 */
export async function auditCard(tokens: readonly AccessTokenView[], place: Place): Promise<HTMLElement> {
  const { sources, query, signal, act } = place;
  const source = select(
    [['', t.allSources], ...sources.map(({ id, name }) => [id, name] as const)],
    query.get('source_id') ?? '',
  );
  const connections = await connectionsOf(place);
  const actor = select(peopleOf(tokens), query.get('actor_id') ?? '');
  const text = input({ type: 'search', value: query.get('text') ?? '', maxlength: 100, placeholder: t.containsHint });
  const from = input({ type: 'date', value: query.get('from') ?? '' });
  const to = input({ type: 'date', value: query.get('to') ?? '' });
  const results = h('div', {});
  const filter = (): Query => ({
    source_id: source.value,
    actor_id: actor.value,
    text: text.value.trim(),
    from: from.value,
    to: to.value,
  });
  const pageAfter = (cursor?: string): Promise<Page<AuditEntry>> => {
    const given = Object.entries({ ...filter(), limit: '50', cursor }).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value]],
    );
    return api(LOG, `/audit-log?${new URLSearchParams(given).toString()}`, { signal });
  };
  const load = async (): Promise<void> => {
    const body = h('tbody', {});
    const more = h('p', {});
    const draw = ({ data, next_cursor: next }: Page<AuditEntry>): void => {
      body.append(...data.map((entry) => row(entry, place, [...tokens, ...connections])));
      fill(
        more,
        typeof next === 'string' &&
          h('button', { type: 'button', onclick: () => act(async () => draw(await pageAfter(next))) }, texts.more),
      );
    };
    const first = await pageAfter();
    draw(first);
    const isFiltered = Object.values(filter()).some((value) => value !== '');
    fill(
      results,
      first.data.length === 0
        ? emptyState(isFiltered ? t.logNone : t.logEmpty, isFiltered ? t.logNoneMore : t.logEmptyMore)
        : table(body),
      more,
    );
  };
  const form = new Form({
    submit: texts.deliveries.filter,
    isSearch: true,
    onSubmit: () => {
      replaceQuery(filter());
      return load();
    },
  });
  form.element.classList.add('filters');
  form.add(
    form.field(t.contains, text, { pointer: '/text' }),
    form.field(t.who, actor, { pointer: '/actor_id' }),
    form.field(t.source, source, { pointer: '/source_id' }),
    range(
      form.field(texts.deliveries.from, from, { pointer: '/from' }),
      form.field(texts.deliveries.to, to, { pointer: '/to' }),
    ),
  );
  for (const control of [actor, source]) control.addEventListener('change', () => form.element.requestSubmit());
  try {
    await load();
  } catch (error) {
    if (signal.aborted) throw error;
    fill(
      results,
      problemCard(error, () => form.element.requestSubmit()),
    );
  }
  return h('section', { class: 'card' }, h('p', { class: 'hint' }, t.logLead), form.element, results);
}

/** The connections by their names, if the sites are few. Otherwise, and without an answer, their IDs are shown. */
async function connectionsOf({ sources, signal }: Place): Promise<Named> {
  if (sources.length > FEW_SITES) return [];
  try {
    return await all(shapes.integration, '/integrations', signal);
  } catch (error) {
    if (error instanceof ApiProblem && error.status !== 401) return [];
    throw error;
  }
}

/** The choices of the filter by person. */
function peopleOf(tokens: readonly AccessTokenView[]): (readonly [id: string, name: string])[] {
  const people = tokens.map(({ id, name, last4 }) => [id, `${name} (…${last4})`] as const);
  return [['', t.anyone], [ADMIN_TOKEN, t.adminToken], ...people];
}

function table(body: HTMLElement): HTMLElement {
  return tableRegion(
    t.log,
    h(
      'table',
      { class: 'rows audit' },
      h(
        'thead',
        {},
        h('tr', {}, ...[t.at, t.who, t.what, t.source, t.details].map((title) => h('th', { scope: 'col' }, title))),
      ),
      body,
    ),
  );
}

function row(entry: AuditEntry, { sources }: Place, tokens: Named): HTMLElement {
  const { at, actor, source_id: sourceId } = entry;
  return h(
    'tr',
    {},
    h('td', { class: 'time' }, formatTime(at)),
    h('td', {}, actor.name ?? (actor.id === ADMIN_TOKEN ? t.adminToken : actor.id)),
    h('td', { class: 'wide' }, ...whatIn(entry, [...sources, ...tokens])),
    h('td', {}, sources.find(({ id }) => id === sourceId)?.name ?? sourceId ?? ''),
    h('td', { class: 'wide hint' }, ...detailsOf(entry, sources)),
  );
}
