import type { OverviewPeriod } from '../../../worker/schema/reports/overview.ts';
import { texts } from '../texts.ts';
import { checkbox } from '../ui/form.ts';
import { formatCount, moneyLines } from '../ui/format.ts';
import { h } from '../ui/h.ts';
import { inPlainWords } from '../ui/plain-words.ts';
import { tableRegion } from '../ui/table-region.ts';
import { fromOf } from './period-choice.ts';
import { remedyPlace } from './remedy-place.ts';
import { sparkline } from './sparkline.ts';
import type { JudgedRow } from './without-campaigns.ts';

const t = texts.home;

/** The sites that are chosen for an action, and the function that is called when the choice changes. */
type Choice = { chosen: ReadonlySet<string>; onChoose: (ids: readonly string[], isChosen: boolean) => void };

/**
 * Makes the table of sites: each row a link, with the verdict, the cause and its remedy, the money and the counts.
 *
 * @param period Its counts link to the deliveries of these days.
 */
export function siteTable(
  rows: readonly JudgedRow[],
  { chosen, onChoose, period }: Choice & { period: OverviewPeriod },
): HTMLElement {
  const every = checkbox(rows.every(({ source_id: id }) => chosen.has(id)));
  every.setAttribute('aria-label', t.chooseAll);
  every.addEventListener('change', () => {
    onChoose(
      rows.map(({ source_id: id }) => id),
      every.checked,
    );
    for (const box of boxes.values()) box.checked = every.checked;
  });
  const boxes = new Map<string, HTMLInputElement>();
  const titles = [t.site, t.verdict, t.delivered, t.heldNow, t.dead, t.valueDelivered, t.valueAtRisk, t.trend];
  return tableRegion(
    t.sites,
    h(
      'table',
      { class: 'cards sites' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, every),
          ...titles.map((title, index) =>
            h('th', { scope: 'col', class: index >= 2 && index <= 6 ? 'number' : '' }, title),
          ),
        ),
      ),
      h('tbody', {}, ...rows.map((row) => () => siteRow(row, { chosen, onChoose, boxes, from: fromOf(period) }))),
    ),
  );
}

function siteRow(
  row: JudgedRow,
  { chosen, onChoose, boxes, from }: Choice & { boxes: Map<string, HTMLInputElement>; from: string },
): HTMLElement {
  const { source_id: id, name, verdict, cause, sentence, delivered, held, failed, history } = row;
  const source = `#/sources/${id}`;
  const fix = remedyPlace(row);
  const box = checkbox(chosen.has(id));
  box.setAttribute('aria-label', t.chooseSite(name));
  boxes.set(id, box);
  box.addEventListener('change', () => onChoose([id], box.checked));
  // On a phone the titles of the columns are not shown, so each cell has its own.
  const count = (label: string, value: number, mood: string, to: string): HTMLElement =>
    h(
      'td',
      { class: `number ${value === 0 ? 'zero' : mood}`, 'data-label': label },
      value === 0 ? '0' : h('a', { href: to }, formatCount(value)),
    );
  return h(
    'tr',
    {},
    h('td', {}, box),
    h(
      'th',
      { scope: 'row' },
      h('a', { href: `${source}/overview` }, name),
      ...row.labels.flatMap((label) => [' ', h('span', { class: 'badge label' }, label)]),
    ),
    h(
      'td',
      { class: 'wide', 'data-label': '' },
      h('span', { class: `badge verdict ${verdict}` }, t.verdictName(verdict, cause)),
      ' ',
      inPlainWords(sentence),
      ' ',
      fix !== undefined &&
        h(
          'a',
          { class: 'fix', href: fix, 'aria-label': `${t.fixOf(verdict, cause)}: ${name}` },
          t.fixOf(verdict, cause),
        ),
    ),
    count(t.delivered, delivered, '', `${source}/deliveries?state=delivered&${from}`),
    count(t.heldNow, held, 'held', `${source}/deliveries?state=held`),
    count(t.dead, failed, 'failed', `${source}/deliveries?state=dead&${from}`),
    money(t.valueDelivered, row.value_delivered),
    money(t.valueAtRisk, row.value_at_risk, row.refused > 0),
    h('td', { 'data-label': '' }, sparkline(history)),
  );
}

/** Each currency has a line of its own, so that several don't push the last column out of view. */
function money(label: string, value: Readonly<Record<string, string>>, hasUnknown = false): HTMLElement {
  const lines = moneyLines(value).map((line) => h('div', {}, line));
  const unknown = hasUnknown && h('div', { class: 'hint', title: t.unknownValueMore }, t.unknownValue);
  return h('td', { class: 'number money', 'data-label': label }, ...lines, unknown);
}
