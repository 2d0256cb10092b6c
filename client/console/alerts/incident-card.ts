import type { IncidentView } from '../../../worker/schema/alerts/incident.ts';
import type { SourceView } from '../../../worker/schema/settings/source.ts';
import { texts } from '../texts.ts';
import { facts } from '../ui/element-of-state.ts';
import { formatMoney, formatTime } from '../ui/format.ts';
import { h, type Child } from '../ui/h.ts';
import { inPlainWords } from '../ui/plain-words.ts';

const t = texts.alerts;

type Sources = readonly SourceView[];

const MOODS = { critical: 'broken', warning: 'attention', info: '' } as const;

/** Shows a severity in words, and also by its colour. */
export function severityBadge({ severity }: Pick<IncidentView, 'severity'>): HTMLElement {
  return h('span', { class: `badge ${MOODS[severity]}` }, t.severities[severity]);
}

/**
 * Shows everything about an open incident: the site, since when, what is waiting, the deadline, what to do, and who was
 * told.
 */
export function incidentCard(incident: IncidentView, sources: Sources): HTMLElement {
  const { cause, title, held, value_at_risk: value, deadline, days_left: days, remedy, parts } = incident;
  const [first] = parts;
  const isOfOne = incident.source_id !== null;
  const fix = fixPlace(incident);
  return h(
    'li',
    { class: 'card incident' },
    h(
      'header',
      {},
      severityBadge(incident),
      h('h3', {}, title),
      h('p', { class: 'hint' }, placeOf(incident, sources), ' · ', t.since(formatTime(incident.opened_at))),
    ),
    facts([
      ...(held > 0 ? [[t.waiting, t.waitingOf(held, formatMoney(value))] as const] : []),
      ...(deadline === null ? [] : [[t.deadline, t.deadlineOf(formatTime(deadline), days)] as const]),
      ...(isOfOne && first !== undefined ? [[t.seen, details(parts)] as const] : []),
      [t.todo, inPlainWords(remedy)],
    ]),
    !isOfOne && partList(incident, sources),
    toldList(incident),
    fix !== undefined &&
      h('p', {}, h('a', { class: 'button', href: fix, 'aria-label': `${t.fix(cause)}: ${title}` }, t.fix(cause))),
  );
}

/** Names the site of an incident, as a link, or says how many there are. */
export function placeOf({ source_id: id, sources: count }: IncidentView, sources: Sources): Child {
  return id === null ? t.sites(count) : siteLink(id, sources);
}

/**
 * Returns the page of the console where an incident can be fixed. If it is about several sites, they are listed
 * instead.
 */
export function fixPlace({ link, source_id: id }: IncidentView): string | undefined {
  const at = link.indexOf('#');
  return id === null || at < 0 ? undefined : link.slice(at);
}

/** Lists who was told, the newest first. */
export function toldList({ alerts, state }: IncidentView): HTMLElement {
  const none = state === 'open' ? t.toldNobodyYet : t.toldNobody;
  return h(
    'details',
    { class: 'told' },
    h('summary', {}, `${t.told} (${new Set(alerts.map(({ channel }) => channel)).size})`),
    alerts.length === 0
      ? h('p', { class: 'hint' }, none)
      : h(
          'ul',
          {},
          ...alerts.map((alert) =>
            h(
              'li',
              {},
              h('strong', {}, alert.channel),
              ': ',
              t.toldLine(alert, formatTime(alert.at)),
              alert.note !== null && h('span', { class: 'hint' }, ' ', inPlainWords(alert.note)),
            ),
          ),
        ),
  );
}

function siteLink(id: string, sources: Sources): HTMLElement {
  return h('a', { href: `#/sources/${id}/overview` }, sources.find((source) => source.id === id)?.name ?? id);
}

/** The observations, each once, because several rules of a site often have the same. */
function details(parts: IncidentView['parts']): string {
  return [...new Set(parts.map(({ detail }) => inPlainWords(detail)))].join(' ');
}

function partList({ parts, sources: count }: IncidentView, sources: Sources): HTMLElement {
  const bySource = [...Map.groupBy(parts, ({ source_id: id }) => id)];
  return h(
    'details',
    { class: 'told' },
    h('summary', {}, t.partsOf(count)),
    h(
      'ul',
      {},
      ...bySource.map(([id, ofSource]) => h('li', {}, siteLink(id, sources), ' ', details(ofSource))),
      count > bySource.length && h('li', { class: 'hint' }, t.moreParts(count - bySource.length)),
    ),
  );
}
