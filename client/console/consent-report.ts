import type { EventView } from '../../worker/schema/event-view.ts';
import type { Ledger } from '../../worker/schema/ledger.ts';
import { api, type Page } from './api.ts';
import { toCsv } from './csv.ts';
import { emptyState, problemCard } from './element-of-state.ts';
import { select } from './form.ts';
import { formatCount } from './format.ts';
import { fill, h } from './h.ts';
import { saveFile } from './save-file.ts';
import { texts } from './texts.ts';
import type { Place } from './view.ts';

const t = texts.privacy.report;
/** The newest events that are looked at: what each said is kept with it, and counted here. */
const PAGES = 5;
const A_PAGE = 200;

/** Events of which the same was said, by the same platform, read by the same rule. */
export type ConsentRow = { said: string; platform: string; policy: string; country: string; events: number };

/** Counts what events said about consent: a no of one category is a no. */
export function consentRows(events: readonly Pick<EventView, 'consent'>[]): ConsentRow[] {
  const rows = new Map<string, ConsentRow>();
  for (const { consent } of events) {
    const answers = Object.entries(consent.categories);
    const said =
      answers.length === 0
        ? t.nothing
        : answers.map(([category, isGiven]) => `${category}: ${isGiven ? texts.yes : texts.no}`).join(', ');
    const row = {
      said,
      platform: consent.source ?? t.noPlatform,
      // Where something was said nothing had to be read into silence.
      policy: answers.length === 0 ? consent.policy : '',
      country: consent.country ?? '',
    };
    const key = JSON.stringify(row);
    rows.set(key, { ...row, events: (rows.get(key)?.events ?? 0) + 1 });
  }
  return [...rows.values()].toSorted((one, other) => other.events - one.events);
}

/** What visitors said, source by source, to look at and to keep. */
export function consentReport({ sources, signal }: Place): HTMLElement {
  const result = h('div', { class: 'stack' });
  const which = select(
    sources.map(({ id, name }) => [id, name] as const),
    sources[0]?.id ?? '',
  );
  which.setAttribute('aria-label', texts.nav.source);
  const show = async (): Promise<void> => {
    fill(result, h('p', { class: 'loading' }, texts.loading));
    try {
      const id = which.value;
      const [events, ledger] = await Promise.all([
        newest(id, signal),
        api<Ledger>(`/sources/${id}/ledger`, { signal }),
      ]);
      fill(result, ...parts(id, events, ledger.totals.skipped['no_consent'] ?? 0));
    } catch (error) {
      if (!signal.aborted) fill(result, problemCard(error));
    }
  };
  which.addEventListener('change', () => {
    void show();
  });
  if (sources.length > 0) void show();
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, t.title),
    h('p', {}, t.lead),
    sources.length > 1 && which,
    sources.length === 0 ? emptyState(t.empty, t.emptyMore) : result,
  );
}

async function newest(sourceId: string, signal: AbortSignal): Promise<EventView[]> {
  const events: EventView[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < PAGES; page += 1) {
    const query: string = cursor === null ? '' : `&cursor=${cursor}`;
    const answer: Page<EventView> = await api(`/sources/${sourceId}/events?limit=${A_PAGE}${query}`, { signal });
    events.push(...answer.data);
    cursor = answer.next_cursor;
    if (cursor === null) break;
  }
  return events;
}

function parts(sourceId: string, events: readonly EventView[], withheld: number): HTMLElement[] {
  if (events.length === 0) return [emptyState(t.empty, t.emptyMore)];
  const rows = consentRows(events);
  return [
    h('p', {}, t.withheld(withheld), ' ', t.counted(events.length)),
    h(
      'div',
      { class: 'table-holder', role: 'region', 'aria-label': t.title, tabindex: 0 },
      h(
        'table',
        {},
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ...[t.said, t.platform, t.policy, t.country].map((title) => h('th', { scope: 'col' }, title)),
            h('th', { scope: 'col', class: 'number' }, t.events),
          ),
        ),
        h(
          'tbody',
          {},
          ...rows.map(({ said, platform, policy, country, events: count }) =>
            h(
              'tr',
              {},
              h('th', { scope: 'row' }, said),
              h('td', {}, platform),
              h('td', {}, policyName(policy)),
              h('td', {}, country),
              h('td', { class: 'number' }, formatCount(count)),
            ),
          ),
        ),
      ),
    ),
    h(
      'p',
      {},
      h(
        'button',
        {
          type: 'button',
          onclick: () =>
            saveFile(
              `consent-${sourceId}.csv`,
              toCsv([
                ['said', 'platform', 'read_by', 'country', 'events'],
                ...rows.map((row) => [row.said, row.platform, row.policy, row.country, row.events]),
              ]),
            ),
        },
        texts.ledger.csv,
      ),
    ),
  ];
}

function policyName(policy: string): string {
  return Object.entries(t.policies).find(([code]) => code === policy)?.[1] ?? policy;
}
