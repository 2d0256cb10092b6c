import type { IncidentView } from '../../../worker/schema/alerts/incident.ts';
import { tellBell, whenIncidentsChange } from '../app/bell.ts';
import { inPart } from '../app/faults.ts';
import { texts } from '../texts.ts';
import { problemCard } from '../ui/element-of-state.ts';
import { formatMoney, formatTime } from '../ui/format.ts';
import { fill, h, type Child } from '../ui/h.ts';
import type { Place } from '../ui/view.ts';
import { fixPlace, placeOf, severityBadge } from './incident-card.ts';
import { openIncidents } from './incidents.ts';

const t = texts.alerts;

/** The most incidents that are shown: as many as fit above the list of sites. */
const MAX_SHOWN = 3;

/**
 * Shows the worst open incidents on Home, with a link to all of them. Shows nothing when nothing is wrong.
 *
 * @param sourceId Only those of one source. Empty means all.
 */
export async function incidentSummary(place: Place, sourceId = ''): Promise<HTMLElement> {
  const holder = h('div', { class: 'incident-summary' });
  const load = async (): Promise<void> => fill(holder, await summaryNow(place, sourceId));
  whenIncidentsChange(place.signal, () => inPart(holder, load));
  await load();
  return holder;
}

async function summaryNow(place: Place, sourceId: string): Promise<Child> {
  try {
    const open = await openIncidents(sourceId, place.signal);
    if (sourceId === '') tellBell(open);
    return open.length === 0 ? undefined : () => summary(open, place, sourceId);
  } catch (error) {
    if (place.signal.aborted) throw error;
    // If this fails, the sites are still worth showing.
    return problemCard(error, () => place.go(location.hash));
  }
}

function summary(open: readonly IncidentView[], { sources }: Place, sourceId: string): HTMLElement {
  const all = sourceId === '' ? '#/alerts' : `#/alerts?site=${encodeURIComponent(sourceId)}`;
  return h(
    'section',
    { class: 'card', 'aria-label': t.open },
    h(
      'header',
      { class: 'card-head' },
      h('h2', {}, t.open),
      h('a', { href: all, class: 'see-all' }, t.seeAll(open.length)),
    ),
    h(
      'ul',
      { class: 'incidents short-list' },
      ...open.slice(0, MAX_SHOWN).map((incident) => () => line(incident, sources)),
    ),
  );
}

function line(incident: IncidentView, sources: Place['sources']): HTMLElement {
  const { title, held, value_at_risk: value, opened_at: at } = incident;
  const fix = fixPlace(incident);
  return h(
    'li',
    {},
    severityBadge(incident),
    h(
      'div',
      {},
      h('strong', {}, title),
      h(
        'p',
        { class: 'hint' },
        placeOf(incident, sources),
        ` · ${t.since(formatTime(at))}`,
        held > 0 && ` · ${t.waiting}: ${t.waitingOf(held, formatMoney(value))}`,
      ),
    ),
    fix !== undefined && h('a', { class: 'button small', href: fix, 'aria-label': t.fixOf(title) }, t.fix),
  );
}
