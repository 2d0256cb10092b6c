import type { ImportView } from '../../../worker/schema/imports/import-view.ts';
import { productUrl } from '../app/api.ts';
import { shapeOf } from '../app/response-shape.ts';
import { texts } from '../texts.ts';
import { formatCount, formatTime } from '../ui/format.ts';
import { h, type Child } from '../ui/h.ts';
import { tableRegion } from '../ui/table-region.ts';
import { deliveriesOfImport } from './deliveries-of-import.ts';

const t = texts.imports;

export const IMPORT = shapeOf<ImportView>({
  id: '',
  state: '',
  created_at: '',
  rows: 0,
  checked: 0,
  sendable: 0,
  accepted: 0,
  duplicates: 0,
  too_old: 0,
  without_identity: 0,
  refused: 0,
  erased: 0,
  cancelled: 0,
  skipped: {},
  problems: [{ row: 0, code: '', detail: '' }],
  problem_counts: {},
  value: {},
  samples: [{ row: 0, outcome: '', identifiers: [''] }],
  withdrawals: 0,
  ignored_columns: [{ column: '', field: '', is_used: false }],
  header: [''],
  columns: {},
});

/** A link that downloads the outcome of each row. */
export function importReport(path: string, { id, name }: Pick<ImportView, 'id' | 'name'>): HTMLElement {
  return h(
    'a',
    {
      class: 'button',
      href: productUrl(`v1/admin${path}/${id}/report`).href,
      download: 'import-report.csv',
      'aria-label': name === null ? t.report : `${t.report}: ${name}`,
    },
    t.report,
  );
}

/** Lists the imports of a source that were started, the newest first, each with its report. */
export function earlierImports(all: readonly ImportView[], sourceId: string): Child {
  // A file that was refused, and a preview, have no lawful basis.
  const started = all.filter(({ state, lawful_basis: basis }) => state !== 'reading' && basis !== null);
  if (started.length === 0) return false;
  const titles = [t.file, t.started, t.state, t.rows, t.accepted, t.refused, texts.source.action];
  return h(
    'section',
    { class: 'stack' },
    h('h2', {}, t.earlier),
    h('p', { class: 'hint' }, t.earlierLead),
    tableRegion(
      t.earlier,
      h(
        'table',
        { class: 'cards' },
        h('thead', {}, h('tr', {}, ...titles.map((title) => h('th', { scope: 'col' }, title)))),
        h('tbody', {}, ...started.map((one) => row(one, sourceId))),
      ),
    ),
  );
}

function row(one: ImportView, sourceId: string): HTMLElement {
  return h(
    'tr',
    {},
    h('th', { scope: 'row', class: 'wide' }, one.name ?? texts.never),
    h('td', { class: 'time' }, formatTime(one.created_at)),
    h('td', {}, t.states[one.state]),
    ...[one.rows, one.accepted, one.refused].map((count) => h('td', { class: 'number' }, formatCount(count))),
    h(
      'td',
      { class: 'row-actions' },
      one.accepted > 0 && deliveriesOfImport(sourceId, one),
      ' ',
      importReport(`/sources/${sourceId}/imports`, one),
    ),
  );
}
