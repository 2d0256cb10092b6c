import type { IncidentView } from '../../../worker/schema/alerts/incident.ts';
import type { OverviewRow } from '../../../worker/schema/reports/overview.ts';
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

/** The list of sites beside the incidents: both have the same order, and change together. */
export type SitesBeside = {
  /** Reads the sites again. */
  read: () => Promise<readonly OverviewRow[]>;
  show: (open: readonly IncidentView[]) => void;
};

/**
 * Shows the worst open incidents, with a link to all of them. Shows nothing when nothing is wrong.
 *
 * @param about Only the incidents of one source, of all if it is empty, or of all with their list beside them.
 * @returns `load` reads and shows both again.
 */
export async function incidentSummary(
  place: Place,
  about: string | SitesBeside,
): Promise<{ element: HTMLElement; load: () => Promise<void> }> {
  const holder = h('div', { class: 'incident-summary' });
  const load = async (): Promise<void> => fill(holder, await summaryNow(place, about));
  whenIncidentsChange(place.signal, () => inPart(holder, load));
  await load();
  return { element: holder, load };
}

async function summaryNow(place: Place, about: string | SitesBeside): Promise<Child> {
  const sourceId = typeof about === 'string' ? about : '';
  const reading = typeof about === 'string' ? Promise.resolve([]) : about.read();
  const showSites = (open: readonly IncidentView[]): void => {
    if (typeof about !== 'string') about.show(open);
  };
  try {
    const open = await openIncidents(sourceId, place.signal, reading);
    if (sourceId === '') tellBell(open);
    showSites(open);
    const order = typeof about === 'string' ? t.orderOfOne : t.order;
    return open.length === 0 ? undefined : () => summary(open, place, { sourceId, order });
  } catch (error) {
    if (place.signal.aborted) throw error;
    // If only this fails, the sites are still worth showing.
    await reading;
    showSites([]);
    return problemCard(error, () => place.go(location.hash));
  }
}

function summary(
  open: readonly IncidentView[],
  { sources }: Place,
  { sourceId, order }: { sourceId: string; order: string },
): HTMLElement {
  const all = sourceId === '' ? '#/alerts' : `#/alerts?site=${encodeURIComponent(sourceId)}`;
  return h(
    'section',
    { class: 'card', 'aria-label': t.open },
    h(
      'header',
      { class: 'card-head' },
      h('h2', {}, t.openCount(open.length)),
      h('a', { href: all, class: 'see-all' }, t.seeAll(open.length)),
    ),
    open.length > 1 && h('p', { class: 'hint' }, order),
    h(
      'ul',
      { class: 'incidents short-list' },
      ...open.slice(0, MAX_SHOWN).map((incident) => () => line(incident, sources)),
    ),
  );
}

function line(incident: IncidentView, sources: Place['sources']): HTMLElement {
  const { cause, title, held, value_at_risk: value, opened_at: at } = incident;
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
    fix !== undefined &&
      h('a', { class: 'button small', href: fix, 'aria-label': `${t.fix(cause)}: ${title}` }, t.fix(cause)),
  );
}
