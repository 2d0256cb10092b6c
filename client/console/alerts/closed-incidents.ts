import type { IncidentView } from '../../../worker/schema/alerts/incident.ts';
import { api } from '../app/api.ts';
import { pageOf, type Page } from '../app/response-shapes.ts';
import { texts } from '../texts.ts';
import { emptyState } from '../ui/element-of-state.ts';
import { formatTime } from '../ui/format.ts';
import { fill, h } from '../ui/h.ts';
import { tableRegion } from '../ui/table-region.ts';
import type { Place } from '../ui/view.ts';
import { placeOf, severityBadge, toldList } from './incident-card.ts';
import { INCIDENT, ofSource } from './incidents.ts';

const t = texts.alerts;
const A_PAGE = 20;
const CLOSED = pageOf(INCIDENT);

/** Reads a page of closed incidents, the newest first. @param sourceId Empty means all. */
export function closedIncidents(sourceId: string, signal: AbortSignal, cursor = ''): Promise<Page<IncidentView>> {
  const next = cursor === '' ? '' : `&cursor=${cursor}`;
  return api(CLOSED, `/incidents?state=closed&limit=${A_PAGE}${ofSource(sourceId)}${next}`, { signal });
}

/** Shows what was wrong, with who was told, and loads more on request. */
export function closedTable(first: Page<IncidentView>, sourceId: string, { act, signal, sources }: Place): HTMLElement {
  if (first.data.length === 0) return emptyState(t.closedEmpty, t.closedEmptyMore);
  const body = h('tbody', {});
  const more = h('p', {});
  const draw = ({ data, next_cursor: next }: Page<IncidentView>): void => {
    body.append(
      ...data.map((incident) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row', class: 'wide' }, incident.title, ' ', severityBadge(incident)),
          h('td', { 'data-label': t.site }, placeOf(incident, sources)),
          h('td', { class: 'time', 'data-label': t.from }, formatTime(incident.opened_at)),
          h(
            'td',
            { class: 'time', 'data-label': t.until },
            incident.closed_at === null ? texts.never : formatTime(incident.closed_at),
          ),
          // It has a title of its own.
          h('td', { class: 'wide', 'data-label': '' }, toldList(incident)),
        ),
      ),
    );
    const loadMore = async (): Promise<void> => draw(await closedIncidents(sourceId, signal, next ?? ''));
    fill(more, typeof next === 'string' && h('button', { type: 'button', onclick: () => act(loadMore) }, texts.more));
  };
  draw(first);
  return h(
    'div',
    { class: 'stack' },
    tableRegion(
      t.closed,
      h(
        'table',
        { class: 'cards' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ...[t.incident, t.site, t.from, t.until, t.told].map((title) => h('th', { scope: 'col' }, title)),
          ),
        ),
        body,
      ),
    ),
    more,
  );
}
