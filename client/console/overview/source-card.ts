import type { Ledger } from '../../../worker/schema/reports/ledger.ts';
import type { OverviewPeriod, OverviewRow } from '../../../worker/schema/reports/overview.ts';
import type { StatusView } from '../../../worker/schema/reports/status.ts';
import type { SourceView } from '../../../worker/schema/settings/source.ts';
import { replaceQuery } from '../app/address.ts';
import { api } from '../app/api.ts';
import { whenIncidentsChange } from '../app/bell.ts';
import { inPart } from '../app/faults.ts';
import { pageOf, shapes } from '../app/response-shapes.ts';
import { connectionNames, integrationsOf } from '../connection/integrations-of.ts';
import { RefusedTraffic } from '../reports/refused-traffic.ts';
import { texts } from '../texts.ts';
import { facts, problemCard } from '../ui/element-of-state.ts';
import { fillAgain } from '../ui/fill-again.ts';
import { formatCount, formatMoney } from '../ui/format.ts';
import { fill, h } from '../ui/h.ts';
import { historyChart } from '../ui/history-chart.ts';
import { inPlainWords } from '../ui/plain-words.ts';
import type { Place } from '../ui/view.ts';
import { matchRates } from './match-rates.ts';
import { meanings } from './meanings.ts';
import { DAYS, fromOf, periodChoice, periodIn } from './period-choice.ts';
import { remedyPlace } from './remedy-place.ts';
import { judgedByCampaigns, rulesReader, type JudgedRow, type RulesOf } from './without-campaigns.ts';

const t = texts.home;

type Connected = { connection: OverviewRow['connections'][number]; status: StatusView };
type Health = { row: OverviewRow; ledger: Ledger; connected: Connected[]; refused: RefusedTraffic };

/**
 * Shows everything about one site: verdict, counts, value, a chart, why events were skipped, and when tokens and
 * versions end.
 */
export async function sourceCard(place: Place, source: SourceView): Promise<HTMLElement> {
  let shown = periodIn(place.query);
  const holder = h('div', { class: 'stack' });
  const show = async (period: OverviewPeriod): Promise<void> => {
    shown = period;
    const health = await healthOf(source, period, place);
    // The person has chosen another period since.
    if (shown !== period) return;
    fill(
      holder,
      health === undefined
        ? h('section', { class: 'card' }, problemCard(new Error(t.noRow)))
        : () => card(source, health, { period, signal: place.signal }),
    );
  };
  await show(shown);
  // The verdict follows the end of an incident, as the incidents above it do.
  whenIncidentsChange(place.signal, () => inPart(holder, () => show(shown)));
  return h(
    'div',
    { class: 'stack' },
    h(
      'div',
      { class: 'toolbar' },
      periodChoice(place, shown, (period) => {
        replaceQuery({ period: period === '7d' ? undefined : period });
        return show(period);
      }),
    ),
    holder,
  );
}

async function healthOf(source: SourceView, period: OverviewPeriod, place: Place): Promise<Health | undefined> {
  const { signal } = place;
  const refused = new RefusedTraffic(place, source.id, { rest: 'linked' });
  const [overview, ledger] = await Promise.all([
    api(pageOf(shapes.overviewRow), `/overview?source_id=${source.id}&period=${period}`, { signal }),
    api(shapes.ledger, `/sources/${source.id}/ledger?${period === '24h' ? 'hours=24' : fromOf(period)}`, { signal }),
    refused.load(),
  ]);
  const [row] = overview.data;
  if (row === undefined) return undefined;
  // Only with several, each is named.
  const names = row.connections.length > 1 ? connectionNames(await integrationsOf(source.id, place)) : undefined;
  const connected = await Promise.all(
    row.connections.map(async (connection) => ({
      connection: { ...connection, name: names?.get(connection.id) ?? connection.name },
      status: await api(shapes.status, `/integrations/${connection.id}/status`, { signal }),
    })),
  );
  return { row, ledger, connected, refused };
}

export function skippedOf({ skipped }: Pick<Ledger['totals'], 'skipped'>): number {
  return Object.values(skipped).reduce((total, count) => total + count, 0);
}

function card(
  source: SourceView,
  { row, ledger, connected, refused }: Health,
  { period, signal }: { period: OverviewPeriod; signal: AbortSignal },
): HTMLElement {
  const { totals: counts } = ledger;
  const rulesOf = rulesReader(signal);
  const href = `#/sources/${source.id}`;
  const from = fromOf(period);
  const stat = (label: string, shown: string, { mood = '', to }: { mood?: string; to?: string | undefined } = {}) =>
    h(
      'div',
      { class: `stat ${mood}` },
      h('dt', {}, label),
      h('dd', {}, to === undefined ? shown : h('a', { href: to }, shown)),
    );
  const count = (label: string, events: number, mood: string, to: string) =>
    stat(label, formatCount(events), events > 0 ? { mood, to } : {});
  const skips = Object.entries(counts.skipped).toSorted(([, one], [, other]) => other - one);
  const rest = counts.rejected + counts.expired + counts.erased;
  const delivered = formatMoney(row.value_delivered);
  const known = formatMoney(row.value_at_risk);
  const risk = [known, row.refused > 0 ? t.unknownValue : ''].filter((part) => part !== '').join(' + ');
  return h(
    'section',
    { class: 'card', 'aria-label': source.name },
    h('header', { class: 'card-head' }, h('h2', {}, h('a', { href }, source.name)), h('code', {}, source.id)),
    verdictOf(row, rulesOf),
    refused.element,
    h(
      'dl',
      { class: 'stats' },
      count(t.received, counts.received, '', `${href}/ledger?${from}`),
      count(t.delivered, counts.delivered, 'good', `${href}/deliveries?state=delivered&${from}`),
      count(t.waiting, counts.pending, '', `${href}/deliveries?state=pending&${from}`),
      count(t.held, counts.held, 'warn', `${href}/deliveries?state=held&${from}`),
      count(t.dead, counts.dead, 'bad', `${href}/deliveries?state=dead&${from}`),
      count(t.skipped, skippedOf(counts), '', `${href}/ledger?${from}`),
      rest > 0 && count(t.other, rest, '', `${href}/ledger?${from}`),
      delivered !== '' && stat(t.valueDelivered, delivered, { mood: 'money' }),
      risk !== '' && stat(t.valueAtRisk, risk, { mood: 'money warn' }),
    ),
    meanings({
      broken: row.verdict === 'broken',
      attention: row.verdict === 'attention',
      waiting: counts.pending > 0,
      held: counts.held > 0 || row.held > counts.held,
      failed: counts.dead > 0,
      risk: known !== '',
      incident: false,
    }),
    row.held > counts.held && h('p', { class: 'hint' }, t.heldBefore(row.held - counts.held)),
    counts.received > 0 && (() => historyChart(ledger.data, period === '24h' ? 1 : DAYS[period], signal)),
    skips.length > 0 &&
      h(
        'div',
        { class: 'skips' },
        h('h3', {}, t.whySkipped),
        h(
          'ul',
          {},
          ...skips.map(([reason, events]) =>
            h(
              'li',
              {},
              h('strong', {}, formatCount(events)),
              ' ',
              h('a', { href: `${href}/live?state=skipped&reason=${reason}` }, texts.skipReason(reason)),
            ),
          ),
        ),
      ),
    () => matchRates(row, rulesOf),
    ...connected.map((one) => () => connectionPart(source, one, connected.length > 1)),
    (counts.received > 0 || !ledger.balanced) &&
      h('p', { class: `balance ${ledger.balanced ? '' : 'off'}` }, ledger.balanced ? t.balanced : t.notBalanced),
    counts.received > 0 && refused.count > 0 && h('p', { class: 'hint' }, t.balancedBut),
  );
}

const MOODS = { broken: 'bad', attention: 'warn', quiet: '', working: 'good' } as const;

/** Shows the verdict. LinkedIn is asked about campaigns, so its answer follows. */
function verdictOf(row: OverviewRow, rulesOf: RulesOf): HTMLElement {
  const element = h('div', { role: 'status' }, verdict(row));
  inPart(element, async () => {
    const known = await judgedByCampaigns(row, rulesOf);
    if (known !== row) fillAgain(element, verdict(known));
  });
  return element;
}

/** Shows the most important fact about a site, with a link to where it can be fixed. */
function verdict(row: JudgedRow): HTMLElement {
  const { verdict: how, cause, sentence } = row;
  const to = remedyPlace(row);
  return h(
    'div',
    { class: `notice ${MOODS[how]}` },
    h('strong', {}, t.verdictName(how, cause)),
    h('p', {}, inPlainWords(sentence)),
    to !== undefined && h('a', { class: 'button', href: to }, t.fixOf(how, cause)),
  );
}

function connectionPart(source: SourceView, { connection, status }: Connected, isNamed: boolean): HTMLElement {
  return h(
    'div',
    { class: 'connection' },
    isNamed && h('h3', {}, h('a', { href: `#/sources/${source.id}/linkedin/${connection.id}` }, connection.name)),
    statusFacts(status),
  );
}

/** Shows the time left for the token and version, and the remaining quota. */
export function statusFacts({ token, version, limiter, backlog }: StatusView): HTMLElement {
  const isRefused =
    backlog.hold?.reason === 'token_refused' || backlog.rules.some(({ hold }) => hold?.reason === 'token_refused');
  const tokenText =
    !token.set && !token.renewable
      ? t.noToken
      : isRefused
        ? t.tokenRefused
        : token.renewable
          ? t.tokenRenews
          : token.access_days_left === null
            ? t.tokenSet
            : t.days(token.access_days_left);
  return facts([
    [t.token, tokenText],
    ...(token.reconnect_days_left === null ? [] : [[t.reconnect, t.days(token.reconnect_days_left)] as const]),
    [t.version, t.versionDays(version.configured, version.days_left)],
    [t.quota, limiter === null ? t.none : t.quotaUsed(limiter.used_today, limiter.quota_per_day)],
  ]);
}
