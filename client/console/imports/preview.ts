import type { ImportView } from '../../../worker/schema/imports/import-view.ts';
import { texts } from '../texts.ts';
import { formatCount, formatMoney, formatTime } from '../ui/format.ts';
import { h, type Child } from '../ui/h.ts';
import { tableRegion } from '../ui/table-region.ts';

const t = texts.imports;

/** Lists how many rows have which outcome, and their value. */
export function counts(view: ImportView, label: string, count: number): HTMLElement {
  const rows: [string, Child][] = [
    [t.rows, formatCount(view.rows)],
    [label, formatCount(count)],
    [t.duplicates, formatCount(view.duplicates)],
    ...Object.entries(view.skipped).map(([reason, skips]): [string, Child] => [
      t.skipped(texts.skipReason(reason)),
      formatCount(skips),
    ]),
    [t.refused, formatCount(view.refused)],
    ...(view.erased > 0 ? [[t.outcomes.erased, formatCount(view.erased)] satisfies [string, Child]] : []),
    ...(view.cancelled > 0 ? [[t.outcomes.cancelled, formatCount(view.cancelled)] satisfies [string, Child]] : []),
    [t.value, formatMoney(view.value) || texts.never],
  ];
  return h('dl', { class: 'facts' }, ...rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
}

/** Shows what becomes of the first rows. */
export function samplesOf({ samples }: ImportView): HTMLElement {
  return table(t.samples, [t.row, t.outcome, t.event, t.time, t.value, t.identifiers], samples.map(sample));
}

function sample({ row, outcome, event, time, value, identifiers }: ImportView['samples'][number]): Child[] {
  const money = value === null ? texts.never : formatMoney({ [value.currency]: value.amount });
  const at = time === null ? texts.never : formatTime(time);
  return [
    row,
    t.outcomes[outcome],
    event ?? texts.never,
    at,
    money,
    identifiers.map((each) => t.identifierNames[each]).join(', '),
  ];
}

/** Lists the first problems. */
export function problemsOf({ problems }: ImportView): Child {
  const rows = problems.map(({ row, column, detail }): Child[] => [row, column ?? texts.never, detail]);
  return rows.length > 0 && table(t.problems, [t.row, t.column, t.problem], rows);
}

function table(title: string, names: readonly string[], rows: readonly (readonly Child[])[]): HTMLElement {
  return h(
    'section',
    { class: 'stack' },
    h('h3', {}, title),
    tableRegion(
      title,
      h(
        'table',
        { class: 'cards' },
        h('thead', {}, h('tr', {}, ...names.map((name) => h('th', { scope: 'col' }, name)))),
        h('tbody', {}, ...rows.map((cells) => h('tr', {}, ...cells.map((cell) => h('td', {}, cell))))),
      ),
    ),
  );
}
