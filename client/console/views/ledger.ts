import type { Ledger } from '../../../worker/schema/ledger.ts';
import { api } from '../api.ts';
import { toCsv } from '../csv.ts';
import { emptyState } from '../element-of-state.ts';
import { Form, input } from '../form.ts';
import { formatCount, utcDay } from '../format.ts';
import { fill, h } from '../h.ts';
import { saveFile } from '../save-file.ts';
import { texts } from '../texts.ts';
import type { Place, View } from '../view.ts';
import { skippedOf } from './home.ts';

const t = texts.ledger;
type Counts = Ledger['totals'];
const STATES = ['received', 'delivered', 'pending', 'held', 'dead', 'expired', 'erased', 'rejected'] as const;

/** The conservation table: what came in is what went somewhere. */
export async function ledger({ signal, query: asked }: Place, sourceId: string): Promise<View> {
  const from = input({ type: 'date', value: asked.get('from') ?? utcDay(29) });
  const to = input({ type: 'date', value: asked.get('to') ?? utcDay() });
  const results = h('div', {});
  let shown: Ledger | undefined;
  const load = async (): Promise<void> => {
    const query = new URLSearchParams([
      ...(from.value === '' ? [] : [['from', from.value]]),
      ...(to.value === '' ? [] : [['to', to.value]]),
    ]);
    shown = await api<Ledger>(`/sources/${sourceId}/ledger?${query.toString()}`, { signal });
    download.disabled = shown.data.length === 0;
    fill(results, ...(shown.data.length === 0 ? [emptyState(t.empty, t.emptyMore)] : table(shown)));
  };
  const download = h(
    'button',
    {
      type: 'button',
      onclick: () => {
        if (shown !== undefined) saveFile(`ledger-${sourceId}.csv`, ledgerCsv(shown));
      },
    },
    t.csv,
  );
  const form = new Form({ submit: t.show, isSearch: true, onSubmit: load, extra: [download] });
  form.element.classList.add('filters');
  form.add(form.field(t.from, from, { pointer: '/from' }), form.field(t.to, to, { pointer: '/to' }));
  await load();
  return {
    title: t.title,
    content: [h('p', { class: 'lead' }, t.lead), h('div', { class: 'card' }, form.element), results],
  };
}

function table({ data, totals, balanced }: Ledger): HTMLElement[] {
  const numbers = (counts: Counts) => [...STATES.map((state) => counts[state]), skippedOf(counts)];
  const cells = (counts: Counts) =>
    numbers(counts).map((count) => h('td', { class: count === 0 ? 'number zero' : 'number' }, formatCount(count)));
  return [
    h(
      'div',
      { class: 'table-holder', role: 'region', 'aria-label': t.title, tabindex: 0 },
      h(
        'table',
        { class: 'ledger' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'col' }, t.day),
            h('th', { scope: 'col' }, t.event),
            ...[...STATES, 'skipped' as const].map((state) => h('th', { scope: 'col', class: 'number' }, t[state])),
            h('th', { scope: 'col' }, t.reasons),
          ),
        ),
        h(
          'tbody',
          {},
          ...data
            .toReversed()
            .map((row) =>
              h(
                'tr',
                {},
                h('td', { class: 'time' }, row.day),
                h('th', { scope: 'row', class: 'wide' }, row.event),
                ...cells(row),
                h('td', { class: 'wide hint' }, reasonsOf(row)),
              ),
            ),
        ),
        h(
          'tfoot',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, t.totals),
            h('td', {}),
            ...cells(totals),
            h('td', { class: 'wide hint' }, reasonsOf(totals)),
          ),
        ),
      ),
    ),
    h('p', { class: `balance ${balanced ? '' : 'off'}` }, balanced ? texts.home.balanced : texts.home.notBalanced),
  ];
}

function reasonsOf({ skipped }: Pick<Counts, 'skipped'>): string {
  return Object.entries(skipped)
    .map(([reason, count]) => `${formatCount(count)} ${texts.skipReason(reason)}`)
    .join(', ');
}

function ledgerCsv({ data }: Ledger): string {
  const reasons = [...new Set(data.flatMap(({ skipped }) => Object.keys(skipped)))].toSorted();
  return toCsv([
    ['day', 'event', ...STATES, 'skipped', ...reasons.map((reason) => `skipped_${reason}`)],
    ...data.map((row) => [
      row.day,
      row.event,
      ...STATES.map((state) => row[state]),
      skippedOf(row),
      ...reasons.map((reason) => row.skipped[reason] ?? 0),
    ]),
  ]);
}
