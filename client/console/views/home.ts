import type { EventView } from '../../../worker/schema/events/event-view.ts';
import type { Ledger } from '../../../worker/schema/reports/ledger.ts';
import type { StatusView } from '../../../worker/schema/reports/status.ts';
import type { SourceView } from '../../../worker/schema/settings/source.ts';
import { all, api } from '../app/api.ts';
import { shapes, pageOf } from '../app/response-shapes.ts';
import { RefusedTraffic } from '../reports/refused-traffic.ts';
import { texts } from '../texts.ts';
import { facts, problemCard } from '../ui/element-of-state.ts';
import { formatCount, utcDay } from '../ui/format.ts';
import { fill, h, type Child } from '../ui/h.ts';
import { historyChart } from '../ui/history-chart.ts';
import type { Place, ShownIntegration, View } from '../ui/view.ts';
import { newSourceForm } from './new-source.ts';

const t = texts.home;
/** The periods in days, where 1 means the last 24 hours. */
const PERIODS = [1, 7, 90] as const;
type Period = (typeof PERIODS)[number];
/** How many of the newest events are read for their identifiers. */
const READ_EVENTS = 200;

type Connected = { integration: ShownIntegration; status: StatusView };
type Health = { source: SourceView; ledger: Ledger; connected: Connected[]; latest: EventView[]; refused: HTMLElement };

/** The page Home: one card per source, which says whether it works. */
export async function home(place: Place): Promise<View> {
  if (place.sources.length === 0)
    return {
      title: t.emptyTitle,
      content: [
        h('p', { class: 'lead' }, t.emptyLead),
        h('ol', { class: 'steps' }, ...t.steps.map((step) => h('li', {}, step))),
        h('div', { class: 'card' }, newSourceForm(place)),
      ],
    };
  const cards = h('div', { class: 'stack' });
  let shown: Period = 7;
  const show = async (period: Period): Promise<void> => {
    shown = period;
    const parts = await Promise.all(
      place.sources.map((source) =>
        healthOf(source, period, place).catch((error: unknown) => {
          if (place.signal.aborted) throw error;
          return { source, error };
        }),
      ),
    );
    // The person has chosen another period since.
    if (shown !== period) return;
    fill(
      cards,
      ...parts.map((health) =>
        'error' in health
          ? h('section', { class: 'card' }, h('h2', {}, health.source.name), problemCard(health.error))
          : () => sourceCard(health, period, place.signal),
      ),
    );
  };
  await show(periodIn(place.query));
  return {
    title: t.title,
    content: [
      h('div', { class: 'toolbar' }, periodChoice(place, shown, show), h('p', { class: 'hint' }, t.utc)),
      cards,
      h('p', {}, h('a', { class: 'button', href: '#/new-source' }, texts.nav.newSource)),
    ],
  };
}

function periodIn(query: URLSearchParams): Period {
  return PERIODS.find((days) => String(days) === query.get('days')) ?? 7;
}

/** Returns the days of a period. The last 24 hours began yesterday. */
function fromOf(period: Period): string {
  return `from=${utcDay(period === 1 ? 1 : period - 1)}`;
}

async function healthOf(source: SourceView, period: Period, place: Place): Promise<Health> {
  const { signal } = place;
  const refused = new RefusedTraffic(place, source.id, { rest: 'linked' });
  const [ledger, integrations, latest] = await Promise.all([
    api(shapes.ledger, `/sources/${source.id}/ledger?${period === 1 ? 'hours=24' : fromOf(period)}`, { signal }),
    all(shapes.integration, `/integrations?source_id=${source.id}`, signal),
    api(pageOf(shapes.event), `/sources/${source.id}/events?limit=${READ_EVENTS}`, { signal }),
    refused.load(),
  ]);
  const connected = await Promise.all(
    integrations.map(async (integration) => ({
      integration,
      status: await api(shapes.status, `/integrations/${integration.id}/status`, { signal }),
    })),
  );
  return { source, ledger, connected, latest: latest.data, refused: refused.element };
}

function periodChoice({ act }: Place, chosen: Period, show: (period: Period) => Promise<void>): HTMLElement {
  return h(
    'fieldset',
    { class: 'segments' },
    h('legend', { class: 'unseen' }, t.period),
    ...PERIODS.map((days) => {
      const radio = h('input', {
        type: 'radio',
        name: 'period',
        id: `period-${days}`,
        onchange: () => {
          // Puts the period into the address, so that Back returns to it.
          history.replaceState(null, '', `#/?days=${days}`);
          return act(() => show(days));
        },
      });
      radio.checked = days === chosen;
      return h('span', {}, radio, h('label', { for: `period-${days}` }, t.periods[days]));
    }),
  );
}

export function skippedOf({ skipped }: Pick<Ledger['totals'], 'skipped'>): number {
  return Object.values(skipped).reduce((total, count) => total + count, 0);
}

function sourceCard(health: Health, period: Period, signal: AbortSignal): HTMLElement {
  const { source, ledger, connected, latest, refused } = health;
  const { totals: counts } = ledger;
  const href = `#/sources/${source.id}`;
  const from = fromOf(period);
  const stat = (label: string, count: number, mood = '', to?: string) =>
    h(
      'div',
      { class: `stat ${count > 0 ? mood : ''}` },
      h('dt', {}, label),
      h('dd', {}, to === undefined || count === 0 ? formatCount(count) : h('a', { href: to }, formatCount(count))),
    );
  const skips = Object.entries(counts.skipped).toSorted(([, one], [, other]) => other - one);
  const rest = counts.rejected + counts.expired + counts.erased;
  return h(
    'section',
    { class: 'card', 'aria-label': source.name },
    h('header', { class: 'card-head' }, h('h2', {}, h('a', { href }, source.name)), h('code', {}, source.id)),
    verdict(health, period),
    refused,
    h(
      'dl',
      { class: 'stats' },
      stat(t.received, counts.received, '', `${href}/ledger?${from}`),
      stat(t.delivered, counts.delivered, 'good', `${href}/deliveries?state=delivered&${from}`),
      stat(t.waiting, counts.pending, '', `${href}/deliveries?state=pending&${from}`),
      stat(t.held, counts.held, 'warn', `${href}/deliveries?state=held&${from}`),
      stat(t.dead, counts.dead, 'bad', `${href}/deliveries?state=dead&${from}`),
      stat(t.skipped, skippedOf(counts), '', `${href}/ledger?${from}`),
      rest > 0 && stat(t.other, rest, '', `${href}/ledger?${from}`),
    ),
    counts.received > 0 && (() => historyChart(ledger.data, period, signal)),
    skips.length > 0 &&
      h(
        'div',
        { class: 'skips' },
        h('h3', {}, t.whySkipped),
        h(
          'ul',
          {},
          ...skips.map(([reason, count]) =>
            h('li', {}, h('strong', {}, formatCount(count)), ' ', texts.skipReason(reason)),
          ),
        ),
      ),
    () => readiness(latest),
    ...connected.map((one) => () => connection(source, one, connected.length > 1)),
    h('p', { class: `balance ${ledger.balanced ? '' : 'off'}` }, ledger.balanced ? t.balanced : t.notBalanced),
  );
}

/** Returns the most important fact about a source, and its remedy. */
function verdict({ source, ledger, connected, latest }: Omit<Health, 'refused'>, period: Period): HTMLElement {
  const { totals: counts } = ledger;
  const href = `#/sources/${source.id}`;
  const say = (mood: string, title: string, text: Child[], to?: readonly [hash: string, label: string]) =>
    h(
      'div',
      { class: `notice ${mood}` },
      h('strong', {}, title),
      ...text.map((line) => h('p', {}, line)),
      to !== undefined && h('a', { class: 'button', href: to[0] }, to[1]),
    );
  // Held deliveries count whenever they arrived. Failed ones count only if they arrived in this period.
  const held = connected.reduce((total, { status }) => total + status.backlog.held, 0);
  const sentences = new Set(
    connected.flatMap(({ status: { backlog } }) => [
      ...(backlog.hold ? [backlog.hold.sentence] : []),
      ...backlog.rules.flatMap(({ hold, waiting, conversion_rule_id: rule }) =>
        hold && waiting > 0 ? [`${texts.integration.ruleHeld(rule)}: ${hold.sentence}`] : [],
      ),
    ]),
  );
  const ending = connected.flatMap(({ status }) => status.warnings.map(({ sentence }) => sentence));
  if (connected.length === 0) return say('warn', t.noIntegration, [t.noIntegrationMore], [href, t.connect]);
  if (held > 0 || sentences.size > 0)
    return say('warn', t.isHeld(held), [...sentences, t.isHeldMore], [`${href}/linkedin`, t.fix]);
  if (counts.dead > 0)
    return say(
      'bad',
      t.isDead(counts.dead),
      [t.periodsSaid[period], t.isDeadMore],
      [`${href}/deliveries?state=dead&${fromOf(period)}`, t.see],
    );
  if (connected.every(({ status }) => !status.enabled))
    return say('warn', t.isDisabled, [t.isDisabledMore], [`${href}/linkedin`, t.fix]);
  if (ending.length > 0) return say('warn', t.attention, ending, [`${href}/linkedin`, t.fix]);
  if (latest.length === 0) return say('', t.noEvents, [t.noEventsMore], [href, t.toSetup]);
  if (counts.delivered === 0) return say('', t.quiet, [t.quietMore], [`${href}/live`, texts.nav.live]);
  return say('good', t.flowing, [t.flowingMore]);
}

const IDENTIFIERS = ['click_id', 'email', 'names'] as const;

/** Shows how many of the newest events had each identifier, and which one would help most. */
function readiness(latest: readonly EventView[]): HTMLElement | false {
  if (latest.length === 0) return false;
  const share = (kind: (typeof IDENTIFIERS)[number]): number =>
    latest.filter((event) => event[kind]).length / latest.length;
  return h(
    'div',
    { class: 'readiness' },
    h('h3', {}, t.readiness(latest.length)),
    h(
      'dl',
      { class: 'meters' },
      ...IDENTIFIERS.map((kind) => {
        const part = share(kind);
        return h(
          'div',
          {},
          h('dt', {}, texts.live.story[kind]),
          h(
            'dd',
            {},
            h('meter', { min: 0, max: 1, value: part, 'aria-label': texts.live.story[kind] }),
            ' ',
            texts.percent(part),
          ),
        );
      }),
    ),
    h('p', { class: 'hint' }, advice({ email: share('email'), clickId: share('click_id'), names: share('names') })),
  );
}

/** Returns the identifier that would help matching most: first the e-mail, then the click, then the names. */
function advice({ email, clickId, names }: { email: number; clickId: number; names: number }): string {
  if (email < 0.5) return t.advice.email;
  if (clickId < 0.2) return t.advice.clickId;
  return names < 0.5 ? t.advice.names : t.advice.none;
}

function connection(source: SourceView, { integration, status }: Connected, isNamed: boolean): HTMLElement {
  return h(
    'div',
    { class: 'connection' },
    isNamed && h('h3', {}, h('a', { href: `#/sources/${source.id}/linkedin/${integration.id}` }, integration.name)),
    statusFacts(status),
  );
}

/** Shows the time left for the token and version, and the remaining quota. */
export function statusFacts({ token, version, limiter }: StatusView): HTMLElement {
  const tokenText = !token.set
    ? t.noToken
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
