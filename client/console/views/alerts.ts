import type { IncidentView } from '../../../worker/schema/alerts/incident.ts';
import { ChannelsCard, readChannels } from '../alerts/channels-card.ts';
import { closedIncidents, closedTable } from '../alerts/closed-incidents.ts';
import { incidentCard } from '../alerts/incident-card.ts';
import { openIncidents } from '../alerts/incidents.ts';
import { noIncidents, sitesFor } from '../alerts/no-incidents.ts';
import { replaceQuery } from '../app/address.ts';
import { tellBell, whenIncidentsChange } from '../app/bell.ts';
import { inPart } from '../app/faults.ts';
import { may } from '../app/session.ts';
import { judgedIfFew, rulesReader } from '../overview/without-campaigns.ts';
import { texts } from '../texts.ts';
import { emptyState } from '../ui/element-of-state.ts';
import { fillAgain } from '../ui/fill-again.ts';
import { select } from '../ui/form.ts';
import { fill, h } from '../ui/h.ts';
import type { Place, View } from '../ui/view.ts';

const t = texts.alerts;

/** The parts of the page that a link can lead to, with `?show=`. */
const PARTS = ['others', 'channels'] as const;

/** The page Alerts: open and closed incidents, who was told about them, and the channels. */
export async function alerts(place: Place): Promise<View> {
  const site = select([['', t.allSites], ...place.sources.map(({ id, name }) => [id, name] as const)], '');
  site.setAttribute('aria-label', t.site);
  site.value = place.sources.find(({ id }) => id === place.query.get('site'))?.id ?? '';
  const openHolder = h('div', { class: 'stack' });
  const closedHolder = h('div', { class: 'stack' });
  const otherHolder = h('div', { id: 'others' });
  const load = async (): Promise<void> => {
    const wanted = site.value;
    const reading = sitesFor(wanted, place.signal);
    const [open, closed, rows] = await Promise.all([
      openIncidents(wanted, place.signal, reading),
      closedIncidents(wanted, place.signal),
      reading,
    ]);
    // The person has chosen another site since.
    if (site.value !== wanted) return;
    if (wanted === '') tellBell(open);
    fill(openHolder, () => openList(open, place));
    fill(closedHolder, () => closedTable(closed, wanted, place));
    fill(otherHolder, () => noIncidents(open, rows, place));
    // As on Home, LinkedIn's answer about campaigns follows.
    inPart(otherHolder, async () => {
      const judged = await judgedIfFew(rows, rulesReader(place.signal));
      if (judged.some((row) => row.ofRule !== undefined) && site.value === wanted)
        fillAgain(otherHolder, () => noIncidents(open, judged, place));
    });
  };
  site.addEventListener('change', () => {
    replaceQuery({ site: site.value });
    inPart(site, () => place.act(load));
  });
  const [channels] = await Promise.all([may('owner') ? readChannels(place.signal) : undefined, load()]);
  whenIncidentsChange(place.signal, () => inPart(openHolder, load));
  return {
    title: t.title,
    content: [
      h('p', { class: 'lead' }, t.lead),
      place.sources.length > 1 && h('div', { class: 'toolbar' }, site),
      h('section', { class: 'stack', 'aria-label': t.open }, h('h2', {}, t.open), openHolder),
      otherHolder,
      h('div', { id: 'channels' }, () =>
        channels === undefined ? emptyState(t.ownerOnly, t.ownerOnlyMore) : new ChannelsCard(channels, place).element,
      ),
      h('section', { class: 'stack' }, h('h2', {}, t.closed), closedHolder),
    ],
    started() {
      const wanted = PARTS.find((part) => part === place.query.get('show'));
      const part = wanted && document.querySelector(`#${wanted}`);
      part?.scrollIntoView();
      part?.querySelector<HTMLElement>('a, button')?.focus({ preventScroll: true });
    },
  };
}

function openList(open: readonly IncidentView[], { sources }: Place): HTMLElement {
  if (open.length === 0) return emptyState(t.openEmpty, t.openEmptyMore);
  return h(
    'div',
    { class: 'stack' },
    open.length > 1 && h('p', { class: 'hint' }, t.order),
    h('ul', { class: 'incidents' }, ...open.map((incident) => () => incidentCard(incident, sources))),
  );
}
