import type { IncidentView } from '../../../worker/schema/alerts/incident.ts';
import type { OverviewPeriod, OverviewRow } from '../../../worker/schema/reports/overview.ts';
import { incidentSummary, type SitesBeside } from '../alerts/incident-summary.ts';
import { hasAlertChannel } from '../alerts/incidents.ts';
import { replaceQuery } from '../app/address.ts';
import { all } from '../app/api.ts';
import { inPart } from '../app/faults.ts';
import { shapes } from '../app/response-shapes.ts';
import { knownRules } from '../connection/rule-picker.ts';
import { askSlowly } from '../overview/ask-slowly.ts';
import { bulkBar } from '../overview/bulk-actions.ts';
import { meanings } from '../overview/meanings.ts';
import { periodChoice, periodIn } from '../overview/period-choice.ts';
import { chosenSites, sitesInNeed, sortIn, SORTS, valueOfAll } from '../overview/site-rows.ts';
import { siteTable } from '../overview/site-table.ts';
import { sourceCard } from '../overview/source-card.ts';
import {
  areFew,
  connectionsOf,
  judgedByMemory,
  judgedIfFew,
  notAskedYet,
  rulesReader,
  type JudgedRow,
} from '../overview/without-campaigns.ts';
import { texts } from '../texts.ts';
import { emptyState } from '../ui/element-of-state.ts';
import { fillAgain } from '../ui/fill-again.ts';
import { input, select } from '../ui/form.ts';
import { formatMoney } from '../ui/format.ts';
import { fill, h, type Child } from '../ui/h.ts';
import type { Place, View } from '../ui/view.ts';
import { newSourceForm } from './new-source.ts';

const t = texts.home;

/** The page Home: whether each site works, the worst first. If there is only one site, everything about it. */
export async function home(place: Place): Promise<View> {
  const [only, ...others] = place.sources;
  if (only === undefined)
    return {
      title: t.emptyTitle,
      content: [
        h('p', { class: 'lead' }, t.emptyLead),
        h('ol', { class: 'steps' }, ...t.steps.map((step) => h('li', {}, step))),
        h('div', { class: 'card' }, newSourceForm(place)),
      ],
    };
  if (others.length === 0) {
    const [incidents, health] = await Promise.all([incidentSummary(place, ''), sourceCard(place, only)]);
    return { title: t.title, content: [incidents.element, h('p', {}, another()), health] };
  }
  const list = siteList(place, () => incidents.load());
  const incidents = await incidentSummary(place, list.beside);
  return { title: t.title, content: [incidents.element, list.element] };
}

function another(): HTMLElement {
  return h('a', { class: 'button primary', href: '#/new-source' }, texts.nav.newSource);
}

/** Shows the counts of one site, at an address of its own. */
export async function sourceOverview(place: Place, sourceId: string): Promise<View> {
  const source = place.sources.find(({ id }) => id === sourceId);
  const content =
    source === undefined
      ? [emptyState(texts.problems.noPage.title, texts.problems.noPage.detail)]
      : await Promise.all([incidentSummary(place, sourceId).then(({ element }) => element), sourceCard(place, source)]);
  return { title: texts.nav.overview, content };
}

/** Says about how many of the sites that need attention somebody is alerted. */
function alerted(withIncident: number | undefined, ill: number): Child[] {
  if (withIncident === undefined) return [];
  return [
    ` ${t.summaryIncidents(withIncident, ill)} `,
    withIncident < ill && h('a', { href: '#/alerts?show=others' }, t.whyNot),
  ];
}

/** Without a channel, nobody is alerted, whether or not there is an incident. */
function noChannel(withIncident: number | undefined, ill: number): Child[] {
  if (ill === 0) return [];
  const open = withIncident === undefined ? '' : ` ${t.summaryOpen(withIncident, ill)}`;
  return [`${open} ${t.nobodyAlerted} `, h('a', { href: '#/alerts?show=channels' }, t.addChannel)];
}

/** Makes the list of all sites. @param load Reads the sites and the incidents, whose order depends on each other. */
function siteList(place: Place, load: () => Promise<void>): { element: HTMLElement; beside: SitesBeside } {
  let period = periodIn(place.query);
  /** As the overview has them. Only LinkedIn knows which of their rules have campaigns. */
  let listed: readonly OverviewRow[] = [];
  let rows: JudgedRow[] = [];
  let isAsking = false;
  let open: readonly IncidentView[] = [];
  let isChannelMissing = false;
  const chosen = new Set<string>();
  const search = input({ type: 'search', 'aria-label': t.search, placeholder: t.search });
  search.value = place.query.get('q') ?? '';
  const cause = h('select', { 'aria-label': t.cause });
  const label = h('select', { 'aria-label': t.label });
  const sort = select(
    SORTS.map((one) => [one, t.sorts[one]] as const),
    sortIn(place.query.get('sort')),
  );
  sort.setAttribute('aria-label', t.sort);
  const order = h('p', { class: 'hint' });
  const numbers = h('div', {});
  const summary = h('p', { class: 'lead', role: 'status' });
  const table = h('div', { class: 'stack' });
  const bulk = bulkBar({
    place,
    chosen: () => rows.filter(({ source_id: id }) => chosen.has(id)),
    onDone: load,
  });
  const drawCauses = (wanted: string): void => {
    const known = Map.groupBy(rows, (row) => row.cause ?? 'none');
    const missing = wanted !== '' && !known.has(wanted) ? [[wanted, []] as const] : [];
    fill(
      cause,
      h('option', { value: '' }, t.anyCause),
      ...[...known, ...missing].map(([code, same]) =>
        h('option', { value: code }, `${t.causeName(code)} (${same.length})`),
      ),
    );
    cause.value = wanted;
  };
  /** Sites without labels need no filter for them. */
  const drawLabels = (wanted: string): void => {
    const known = [...new Set([...rows.flatMap(({ labels }) => labels), ...(wanted === '' ? [] : [wanted])])];
    fill(
      label,
      h('option', { value: '' }, t.anyLabel),
      ...known.toSorted((one, other) => one.localeCompare(other)).map((one) => h('option', { value: one }, one)),
    );
    label.value = wanted;
    label.hidden = known.length === 0;
  };
  const draw = (): void => {
    const filter = { search: search.value, cause: cause.value, label: label.value, sort: sortIn(sort.value) };
    const shown = chosenSites(rows, filter, open);
    const { all: ill, withIncident } = sitesInNeed(rows, open);
    const money = formatMoney(valueOfAll(rows, 'value_delivered'));
    const risk = formatMoney(valueOfAll(rows, 'value_at_risk'));
    const hasUnknown = rows.some(({ refused }) => refused > 0);
    fill(
      summary,
      t.summary(ill, rows.length),
      ...(isChannelMissing ? noChannel(withIncident, ill) : alerted(withIncident, ill)),
      (money !== '' || risk !== '' || hasUnknown) && h('br'),
      money !== '' && `${t.summaryValue(money)} `,
      (risk !== '' || hasUnknown) && t.summaryRisk(risk, hasUnknown),
    );
    fillAgain(
      table,
      shown.length === 0
        ? emptyState(t.noMatch, t.noMatchMore)
        : siteTable(shown, {
            chosen,
            period,
            onChoose: (ids, isChosen) => {
              for (const id of ids) {
                if (isChosen) chosen.add(id);
                else chosen.delete(id);
              }
              bulk.refresh();
            },
          }),
    );
    fill(
      numbers,
      meanings({
        broken: shown.some(({ verdict }) => verdict === 'broken'),
        attention: shown.some(({ verdict }) => verdict === 'attention'),
        // The list has no column for it.
        waiting: false,
        held: shown.some(({ held }) => held > 0),
        failed: shown.some(({ failed }) => failed > 0),
        risk: risk !== '',
        incident: open.length > 0,
      }),
    );
    const working = connectionsOf(listed);
    const unknown = areFew(listed) ? 0 : notAskedYet(listed).length;
    fill(
      order,
      unknown > 0 && `${t.campaignsNotAsked(working - unknown, working)} `,
      filter.sort === 'worst' && `${t.sortHint} `,
      t.trendHint,
    );
    bulk.refresh();
  };
  const read = async (): Promise<readonly OverviewRow[]> => {
    const names = new Map(place.sources.map(({ id, name }) => [id, name]));
    const [found, hasChannel] = await Promise.all([
      all(shapes.overviewRow, `/overview?period=${period}`, place.signal),
      hasAlertChannel(place.signal),
    ]);
    isChannelMissing = hasChannel === false;
    listed = found.map((row) => ({
      ...row,
      name: names.get(row.source_id) ?? row.name,
    }));
    rows = areFew(listed) ? [...listed] : judgedByMemory(listed);
    return listed;
  };
  const changed = (): void => {
    replaceQuery({
      period: period === '7d' ? undefined : period,
      q: search.value,
      cause: cause.value,
      label: label.value,
      sort: sort.value === 'worst' ? undefined : sort.value,
    });
  };
  for (const control of [search, cause, label, sort])
    control.addEventListener('input', () => {
      changed();
      draw();
    });
  drawCauses(place.query.get('cause') ?? '');
  drawLabels(place.query.get('label') ?? '');
  const element = h(
    'div',
    { class: 'stack' },
    h('div', { class: 'summary-line' }, summary, another()),
    h(
      'div',
      { class: 'toolbar' },
      periodChoice(place, period, async (next: OverviewPeriod) => {
        period = next;
        changed();
        await load();
      }),
      search,
      cause,
      label,
      sort,
    ),
    h('div', {}, order, numbers),
    bulk.element,
    table,
  );
  const redraw = (): void => {
    drawCauses(cause.value);
    drawLabels(label.value);
    draw();
  };
  /** Asks LinkedIn about campaigns, and shows what is missing. */
  const judge = async (): Promise<void> => {
    const before = listed;
    const judged = await judgedIfFew(before, rulesReader(place.signal));
    // Another period was chosen since.
    if (listed !== before || judged.every((row, index) => row.verdict === rows[index]?.verdict)) return;
    rows = judged;
    redraw();
  };
  /** Of many sites, asks about one connection after the other. */
  const judgeSlowly = async (): Promise<void> => {
    if (isAsking || areFew(listed)) return;
    isAsking = true;
    await askSlowly(
      (tried) => notAskedYet(listed).find((id) => !tried.has(id)),
      async (id) => {
        await knownRules(id, place.signal);
        rows = judgedByMemory(listed);
        redraw();
      },
      place.signal,
    );
    isAsking = false;
  };
  const show = (found: readonly IncidentView[]): void => {
    open = found;
    redraw();
    inPart(table, judge);
    inPart(table, judgeSlowly);
  };
  return { element, beside: { read, show } };
}
