import type { Ledger, LedgerRow, RuleLedger, RuleLedgerRow } from '../../../worker/schema/reports/ledger.ts';
import { replaceQuery } from '../app/address.ts';
import { api } from '../app/api.ts';
import { shapes } from '../app/response-shapes.ts';
import { integrationsOf } from '../connection/integrations-of.ts';
import { knownRules, ruleName, type KnownRules } from '../connection/rule-picker.ts';
import { skippedOf } from '../overview/source-card.ts';
import { RefusedTraffic } from '../reports/refused-traffic.ts';
import { texts } from '../texts.ts';
import { toCsv } from '../ui/csv.ts';
import { emptyState } from '../ui/element-of-state.ts';
import { countedName } from '../ui/event-name.ts';
import { Form, input, range, select } from '../ui/form.ts';
import { formatCount, utcDay } from '../ui/format.ts';
import { fill, h, type Child } from '../ui/h.ts';
import { saveFile } from '../ui/save-file.ts';
import { tableRegion } from '../ui/table-region.ts';
import type { Place, View } from '../ui/view.ts';

const t = texts.ledger;

const ENDS = ['delivered', 'unconfirmed', 'pending', 'held', 'dead', 'expired', 'erased'] as const;
const STATES = ['received', ...ENDS, 'rejected'] as const;
const RULE_STATES = ['deliveries', ...ENDS] as const;

/** The columns of the table and its download: text first, then counts, then skip reasons. */
type Table = {
  titles: readonly string[];
  /** The columns' names in the API. */
  names: readonly string[];
  numbers: readonly string[];
  rows: readonly { words: readonly string[]; cells: readonly Child[]; counts: readonly number[]; skipped: Skipped }[];
  totals: { counts: readonly number[]; skipped: Skipped };
};
type Skipped = Readonly<Record<string, number>>;

/** The page Ledger: reconciliation, where every event received is accounted for. */
export async function ledger(place: Place, sourceId: string): Promise<View> {
  const { signal, query: asked } = place;
  const from = input({ type: 'date', value: asked.get('from') ?? utcDay(29) });
  const to = input({ type: 'date', value: asked.get('to') ?? utcDay() });
  const by = select(Object.entries(t.views), asked.get('by') === 'rule' ? 'rule' : 'event');
  const results = h('div', { class: 'stack' });
  const refused = new RefusedTraffic(place, sourceId, { rest: 'linked' });
  let shown: Table | undefined;
  let rules: Promise<ReadonlyMap<string, KnownRules>> | undefined;
  const load = async (): Promise<void> => {
    const query = new URLSearchParams([
      ...(from.value === '' ? [] : [['from', from.value]]),
      ...(to.value === '' ? [] : [['to', to.value]]),
    ]).toString();
    if (by.value === 'rule') {
      rules ??= rulesOf(sourceId, place);
      const [made, known] = await Promise.all([
        api(shapes.ruleLedger, `/sources/${sourceId}/ledger/rules?${query}`, { signal }),
        rules,
      ]);
      shown = ruleTable(made, known);
      fill(results, h('p', { class: 'hint' }, t.leadRules), ...tableOf(shown, t.emptyRules));
    } else {
      const received = await api(shapes.ledger, `/sources/${sourceId}/ledger?${query}`, { signal });
      shown = eventTable(received);
      const { balanced } = received;
      fill(
        results,
        ...tableOf(shown, t.empty),
        shown.rows.length > 0 &&
          h(
            'p',
            { class: `balance ${balanced ? '' : 'off'}` },
            balanced ? texts.home.balanced : texts.home.notBalanced,
          ),
      );
    }
    download.disabled = shown.rows.length === 0;
  };
  const download = h(
    'button',
    {
      type: 'button',
      onclick: () => {
        if (shown !== undefined) saveFile(`ledger-${sourceId}.csv`, csvOf(shown));
      },
    },
    t.csv,
  );
  const form = new Form({
    submit: t.show,
    isSearch: true,
    onSubmit: () => {
      replaceQuery({ from: from.value, to: to.value, by: by.value === 'rule' ? 'rule' : undefined });
      return load();
    },
    extra: [download],
  });
  form.element.classList.add('filters');
  form.add(
    range(form.field(t.from, from, { pointer: '/from' }), form.field(t.to, to, { pointer: '/to' })),
    form.field(t.by, by, { pointer: '/by' }),
  );
  by.addEventListener('change', () => form.element.requestSubmit());
  await load();
  return {
    title: t.title,
    content: [h('p', { class: 'lead' }, t.lead), refused.element, h('div', { class: 'card' }, form.element), results],
    started: () => refused.reload(),
  };
}

/** Loads the names of conversion rules by integration. If LinkedIn does not answer, their numbers are shown. */
async function rulesOf(sourceId: string, place: Place): Promise<ReadonlyMap<string, KnownRules>> {
  const integrations = await integrationsOf(sourceId, place);
  return new Map(
    await Promise.all(integrations.map(async ({ id }) => [id, await knownRules(id, place.signal)] as const)),
  );
}

function eventTable({ data, totals }: Ledger): Table {
  const countsOf = (row: LedgerRow | Ledger['totals']): number[] => [
    ...STATES.map((state) => row[state]),
    skippedOf(row),
  ];
  return {
    titles: [t.day, t.event],
    names: ['day', 'event'],
    numbers: [...STATES, 'skipped'],
    rows: data.map((row) => ({
      words: [row.day, row.event],
      cells: [row.day, countedName(row.event)],
      counts: countsOf(row),
      skipped: row.skipped,
    })),
    totals: { counts: countsOf(totals), skipped: totals.skipped },
  };
}

function ruleTable({ data, totals }: RuleLedger, rules: ReadonlyMap<string, KnownRules>): Table {
  const countsOf = (row: RuleLedgerRow | RuleLedger['totals']): number[] => [
    ...RULE_STATES.map((state) => row[state]),
    skippedOf(row),
  ];
  return {
    titles: [t.day, t.event, t.rule],
    names: ['day', 'event', 'conversion_rule_id', 'integration_id'],
    numbers: [...RULE_STATES, 'skipped'],
    rows: data.map((row) => {
      const { day, event, conversion_rule_id: rule, integration_id: integration } = row;
      const known = rules.get(integration);
      const name = known === undefined ? undefined : ruleName(known, rule);
      return {
        words: [day, event, rule, integration],
        cells: [day, countedName(event), h('span', {}, name ?? '', ' ', h('code', {}, rule))],
        counts: countsOf(row),
        skipped: row.skipped,
      };
    }),
    totals: { counts: countsOf(totals), skipped: totals.skipped },
  };
}

/** Columns that are left out while all their counts are 0, so that the others fit. The download has all. */
const RARE = ['unconfirmed', 'expired', 'erased', 'rejected'];

function tableOf({ titles, numbers: all, rows, totals }: Table, empty: string): HTMLElement[] {
  if (rows.length === 0) return [emptyState(empty, t.emptyMore)];
  const isShown = (index: number): boolean => !RARE.includes(all[index] ?? '') || (totals.counts[index] ?? 0) > 0;
  const numbers = all.filter((_, index) => isShown(index));
  const cells = (counts: readonly number[]) =>
    counts
      .filter((_, index) => isShown(index))
      .map((count) => h('td', { class: count === 0 ? 'number zero' : 'number' }, formatCount(count)));
  return [
    tableRegion(
      t.title,
      h(
        'table',
        { class: 'cards ledger' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ...titles.map((title) => h('th', { scope: 'col' }, title)),
            ...numbers.map((name) => h('th', { scope: 'col', class: 'number' }, titleOf(name))),
            h('th', { scope: 'col' }, t.reasons),
          ),
        ),
        h(
          'tbody',
          {},
          ...rows.map(({ cells: [day, event, ...more], counts, skipped }) =>
            h(
              'tr',
              {},
              h('td', { class: 'time' }, day),
              h('th', { scope: 'row', class: 'wide' }, event),
              ...more.map((cell) => h('td', {}, cell)),
              ...cells(counts),
              h('td', { class: 'wide hint' }, reasonsOf(skipped)),
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
            ...titles.slice(1).map(() => h('td', {})),
            ...cells(totals.counts),
            h('td', { class: 'wide hint' }, reasonsOf(totals.skipped)),
          ),
        ),
      ),
    ),
  ];
}

function titleOf(name: string): string {
  const known = [...STATES, ...RULE_STATES, 'skipped' as const].find((one) => one === name);
  return known === undefined ? name : t[known];
}

function reasonsOf(skipped: Skipped): string {
  return Object.entries(skipped)
    .map(([reason, count]) => `${formatCount(count)} ${texts.skipReason(reason)}`)
    .join(', ');
}

function csvOf({ names, numbers, rows }: Table): string {
  const reasons = [...new Set(rows.flatMap(({ skipped }) => Object.keys(skipped)))].toSorted();
  return toCsv([
    [...names, ...numbers, ...reasons.map((reason) => `skipped_${reason}`)],
    ...rows.map(({ words, counts, skipped }) => [
      ...words,
      ...counts,
      ...reasons.map((reason) => skipped[reason] ?? 0),
    ]),
  ]);
}
