import type { ConsentCount, ConsentReport } from '../../../worker/schema/reports/consent-report.ts';
import { api } from '../app/api.ts';
import { inPart } from '../app/faults.ts';
import { keptSource } from '../app/kept-source.ts';
import { shapeOf } from '../app/response-shape.ts';
import { texts } from '../texts.ts';
import { toCsv } from '../ui/csv.ts';
import { emptyState, problemCard } from '../ui/element-of-state.ts';
import { Form, input, range, select } from '../ui/form.ts';
import { formatCount, utcDay } from '../ui/format.ts';
import { fill, h } from '../ui/h.ts';
import { saveFile } from '../ui/save-file.ts';
import { tableRegion } from '../ui/table-region.ts';
import type { Place } from '../ui/view.ts';

const t = texts.privacy.report;
const REPORT = shapeOf<ConsentReport>({ data: [{ categories: {}, events: 0, withheld: 0 }], events: 0, withheld: 0 });

/** How long events are stored by default. */
const DAYS = 91;

/** Shows what visitors answered, for each source, with a download. */
export function consentReport({ sources, signal }: Place): HTMLElement {
  const result = h('div', { class: 'stack' });
  const which = select(
    sources.map(({ id, name }) => [id, name] as const),
    keptSource(sources)?.id ?? '',
  );
  const from = input({ type: 'date', value: utcDay(DAYS - 1) });
  const to = input({ type: 'date', value: utcDay() });
  const show = async (): Promise<void> => {
    fill(result, h('p', { class: 'loading' }, texts.loading));
    try {
      const query = new URLSearchParams([
        ...(from.value === '' ? [] : [['from', from.value]]),
        ...(to.value === '' ? [] : [['to', to.value]]),
      ]).toString();
      const report = await api(REPORT, `/sources/${which.value}/consent?${query}`, { signal });
      fill(result, ...parts(which.value, report));
    } catch (error) {
      if (!signal.aborted) fill(result, problemCard(error));
    }
  };
  const form = new Form({ submit: texts.ledger.show, isSearch: true, onSubmit: show });
  form.element.classList.add('filters');
  form.add(
    sources.length > 1 && form.field(texts.nav.source, which, { pointer: '/source' }),
    range(
      form.field(texts.ledger.from, from, { pointer: '/from' }),
      form.field(texts.ledger.to, to, { pointer: '/to' }),
    ),
  );
  which.addEventListener('change', () => form.element.requestSubmit());
  if (sources.length > 0) inPart(result, show);
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, t.title),
    h('p', {}, t.lead),
    ...(sources.length === 0 ? [emptyState(t.empty, t.emptyMore)] : [form.element, result]),
  );
}

function parts(sourceId: string, { data, events, withheld }: ConsentReport): HTMLElement[] {
  if (events === 0) return [emptyState(t.empty, t.emptyMore)];
  const rows = data.map(wordsOf);
  const shown = data.reduce((sum, row) => sum + row.events, 0);
  return [
    h('p', {}, t.counted(events), ' ', t.withheld(withheld), ' ', shown < events && t.more(events - shown)),
    tableRegion(
      t.title,
      h(
        'table',
        { class: 'cards' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ...[t.said, t.platform, t.policy, t.country].map((title) => h('th', { scope: 'col' }, title)),
            ...[t.events, t.notSent].map((title) => h('th', { scope: 'col', class: 'number' }, title)),
          ),
        ),
        h(
          'tbody',
          {},
          ...rows.map(({ answers, platform, policy, country, events: count, withheld: notSent }) =>
            h(
              'tr',
              {},
              h(
                'th',
                { scope: 'row' },
                ...(answers.length === 0 ? [t.nothing] : answers.map((one) => h('div', {}, one))),
              ),
              h('td', {}, answers.length === 0 ? '' : reporterOf(platform)),
              h('td', {}, texts.missingAnswer(policy)),
              h('td', {}, country),
              h('td', { class: 'number' }, formatCount(count)),
              h('td', { class: notSent === 0 ? 'number zero' : 'number' }, formatCount(notSent)),
            ),
          ),
        ),
      ),
    ),
    h(
      'p',
      {},
      h(
        'button',
        {
          type: 'button',
          onclick: () =>
            saveFile(
              `consent-${sourceId}.csv`,
              toCsv([
                ['said', 'platform', 'read_by', 'country', 'events', 'not_sent'],
                ...rows.map((row) => [
                  row.said,
                  row.platform === '' ? t.noPlatform : row.platform,
                  row.policy,
                  row.country,
                  row.events,
                  row.withheld,
                ]),
              ]),
            ),
        },
        texts.ledger.csv,
      ),
    ),
  ];
}

type Words = {
  /** Each answer as a phrase, for the page. */
  answers: readonly string[];
  /** All answers, for the file, whose texts stay as they were in earlier files. */
  said: string;
  platform: string;
  policy: string;
  country: string;
  events: number;
  withheld: number;
};

function wordsOf({ categories, source, policy, country, events, withheld }: ConsentCount): Words {
  const given = Object.entries(categories);
  return {
    answers: given.map(([category, isGiven]) => texts.consentAnswer(category, isGiven, given.length === 1)),
    said:
      given.length === 0
        ? 'none'
        : given
            .map(
              ([category, isGiven]) =>
                `${texts.consentCategory(category, given.length === 1)}: ${isGiven ? texts.yes : texts.no}`,
            )
            .join(', '),
    platform: source ?? '',
    policy: policy ?? '',
    country: country ?? '',
    events,
    withheld,
  };
}

function reporterOf(platform: string): string {
  return platform === '' ? t.noPlatform : texts.consentReporter(platform);
}
