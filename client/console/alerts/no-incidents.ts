import type { IncidentView } from '../../../worker/schema/alerts/incident.ts';
import type { OverviewRow } from '../../../worker/schema/reports/overview.ts';
import { all, ApiProblem } from '../app/api.ts';
import { shapes } from '../app/response-shapes.ts';
import { remedyPlace } from '../overview/remedy-place.ts';
import type { JudgedRow } from '../overview/without-campaigns.ts';
import { texts } from '../texts.ts';
import { h, type Child } from '../ui/h.ts';
import { inPlainWords } from '../ui/plain-words.ts';
import type { Place } from '../ui/view.ts';
import { ofSource } from './incidents.ts';

const t = texts.alerts;

/**
 * Reads the sites, which order the incidents and have the problems that are none. Without them the page still has the
 * incidents, which it is for.
 *
 * @param sourceId Only this site. Empty means all.
 */
export async function sitesFor(sourceId: string, signal: AbortSignal): Promise<readonly OverviewRow[]> {
  return all(shapes.overviewRow, `/overview?period=7d${ofSource(sourceId)}`, signal).catch((error: unknown) => {
    if (error instanceof ApiProblem) return [];
    throw error;
  });
}

/**
 * Lists the problems of Home that are no incidents, and says why, so that the two pages don't seem to contradict each
 * other. Shows nothing if there are none.
 */
export function noIncidents(open: readonly IncidentView[], rows: readonly JudgedRow[], { sources }: Place): Child {
  const ofIncidents = new Set(open.flatMap(({ parts }) => parts.map(({ source_id: id }) => id)));
  const others = rows.filter(
    ({ source_id: id, verdict }) => (verdict === 'broken' || verdict === 'attention') && !ofIncidents.has(id),
  );
  if (others.length === 0) return false;
  return h(
    'section',
    { class: 'stack', 'aria-label': t.others },
    h('h2', {}, t.others),
    h('p', { class: 'hint' }, t.othersLead),
    h(
      'div',
      { class: 'card' },
      h(
        'ul',
        { class: 'incidents short-list' },
        ...others.map((row) => () => line(row, sources.find(({ id }) => id === row.source_id)?.name ?? row.name)),
      ),
    ),
  );
}

function line(row: JudgedRow, name: string): HTMLElement {
  const { source_id: id, verdict, cause, sentence } = row;
  const fix = remedyPlace(row);
  return h(
    'li',
    {},
    h('span', { class: `badge verdict ${verdict}` }, texts.home.verdictName(verdict, cause)),
    h(
      'div',
      {},
      h('strong', {}, h('a', { href: `#/sources/${id}/overview` }, name)),
      h('p', {}, inPlainWords(sentence)),
      h('p', { class: 'hint' }, t.whyNoIncident(cause)),
    ),
    fix !== undefined &&
      h(
        'a',
        { class: 'button small', href: fix, 'aria-label': `${texts.home.fixOf(verdict, cause)}: ${name}` },
        texts.home.fixOf(verdict, cause),
      ),
  );
}
