import type { Ledger } from '../../../worker/schema/ledger.ts';
import type { SourceView } from '../../../worker/schema/source.ts';
import { all, api } from '../api.ts';
import { facts, problemCard } from '../element-of-state.ts';
import { formatCount, utcDay } from '../format.ts';
import { fill, h, type Child } from '../h.ts';
import { skippedOf, sumSince } from '../ledger-sums.ts';
import { texts } from '../texts.ts';
import type { Place, ShownIntegration, Status, View } from '../view.ts';
import { newSourceForm } from './new-source.ts';

const t = texts.home;
const PERIODS = [1, 7, 90] as const;
type Period = (typeof PERIODS)[number];

type Connected = { integration: ShownIntegration; status: Status };
type Health = { source: SourceView; ledger: Ledger; connected: Connected[] };

/** Is it working? One card a source. */
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
  const healths = await Promise.all(
    place.sources.map((source) =>
      healthOf(source, place.signal).catch((error: unknown) => {
        if (place.signal.aborted) throw error;
        return { source, error };
      }),
    ),
  );
  const cards = h('div', { class: 'stack' });
  const show = (period: Period) =>
    fill(
      cards,
      ...healths.map((health) =>
        'error' in health
          ? h('section', { class: 'card' }, h('h2', {}, health.source.name), problemCard(health.error))
          : sourceCard(health, period),
      ),
    );
  show(7);
  return {
    title: t.title,
    content: [
      h('div', { class: 'toolbar' }, periodChoice(show), h('p', { class: 'hint' }, t.utc)),
      cards,
      h('p', {}, h('a', { class: 'button', href: '#/new-source' }, texts.nav.newSource)),
    ],
  };
}

async function healthOf(source: SourceView, signal: AbortSignal): Promise<Health> {
  const [ledger, integrations] = await Promise.all([
    api<Ledger>(`/sources/${source.id}/ledger`, { signal }),
    all<ShownIntegration>(`/integrations?source_id=${source.id}`, signal),
  ]);
  const connected = await Promise.all(
    integrations.map(async (integration) => ({
      integration,
      status: await api<Status>(`/integrations/${integration.id}/status`, { signal }),
    })),
  );
  return { source, ledger, connected };
}

function periodChoice(show: (period: Period) => void): HTMLElement {
  return h(
    'fieldset',
    { class: 'segments' },
    h('legend', { class: 'unseen' }, t.period),
    ...PERIODS.map((days) => {
      const radio = h('input', { type: 'radio', name: 'period', id: `period-${days}`, onchange: () => show(days) });
      radio.checked = days === 7;
      return h('span', {}, radio, h('label', { for: `period-${days}` }, t.periods[days]));
    }),
  );
}

function sourceCard({ source, ledger, connected }: Health, period: Period): HTMLElement {
  const counts = sumSince(ledger.data, utcDay(period - 1));
  const href = `#/sources/${source.id}`;
  const stat = (label: string, count: number, mood = '', to?: string) =>
    h(
      'div',
      { class: `stat ${count > 0 ? mood : ''}` },
      h('dt', {}, label),
      h('dd', {}, to === undefined || count === 0 ? formatCount(count) : h('a', { href: to }, formatCount(count))),
    );
  const skips = Object.entries(counts.skipped).toSorted(([, one], [, other]) => other - one);
  return h(
    'section',
    { class: 'card', 'aria-label': source.name },
    h('header', { class: 'card-head' }, h('h2', {}, h('a', { href }, source.name)), h('code', {}, source.id)),
    verdict({ source, ledger, connected }, counts),
    h(
      'dl',
      { class: 'stats' },
      stat(t.received, counts.received, '', `${href}/live`),
      stat(t.delivered, counts.delivered, 'good', `${href}/deliveries?state=delivered`),
      stat(t.waiting, counts.pending, '', `${href}/deliveries?state=pending`),
      stat(t.held, counts.held, 'warn', `${href}/deliveries?state=held`),
      stat(t.dead, counts.dead, 'bad', `${href}/deliveries?state=dead`),
      stat(t.skipped, skippedOf(counts), '', `${href}/ledger`),
      counts.rejected + counts.expired + counts.erased > 0 &&
        stat(t.other, counts.rejected + counts.expired + counts.erased, '', `${href}/ledger`),
    ),
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
    ...connected.map((one) => connection(source, one, connected.length > 1)),
    h('p', { class: `balance ${ledger.balanced ? '' : 'off'}` }, ledger.balanced ? t.balanced : t.notBalanced),
  );
}

/** The first thing that somebody should know, and what to do about it. */
function verdict({ source, ledger, connected }: Health, counts: ReturnType<typeof sumSince>): HTMLElement {
  const href = `#/sources/${source.id}`;
  const say = (mood: string, title: string, text: Child[], to?: readonly [hash: string, label: string]) =>
    h(
      'div',
      { class: `notice ${mood}` },
      h('strong', {}, title),
      ...text.map((line) => h('p', {}, line)),
      to !== undefined && h('a', { class: 'button', href: to[0] }, to[1]),
    );
  const sum = (field: 'held' | 'dead') => connected.reduce((total, { status }) => total + status.backlog[field], 0);
  const sentences = new Set(
    connected.flatMap(({ status: { backlog } }) => [
      ...(backlog.hold ? [backlog.hold.sentence] : []),
      ...backlog.rules.flatMap(({ hold, waiting, conversion_rule_id: rule }) =>
        hold && waiting > 0 ? [`${texts.integration.ruleHeld(rule)}: ${hold.sentence}`] : [],
      ),
    ]),
  );
  const ending = connected.flatMap(({ status }) => status.warnings.map(({ sentence }) => sentence));
  if (connected.length === 0)
    return say('warn', t.noIntegration, [t.noIntegrationMore], [`${href}/linkedin`, t.connect]);
  if (sum('held') > 0 || sentences.size > 0)
    return say('warn', t.isHeld(sum('held')), [...sentences, t.isHeldMore], [`${href}/linkedin`, t.mend]);
  if (sum('dead') > 0)
    return say('bad', t.isDead(sum('dead')), [t.isDeadMore], [`${href}/deliveries?state=dead`, t.see]);
  if (connected.every(({ status }) => !status.enabled))
    return say('warn', t.isDisabled, [t.isDisabledMore], [`${href}/linkedin`, t.mend]);
  if (ending.length > 0) return say('warn', t.attention, ending, [`${href}/linkedin`, t.mend]);
  if (ledger.totals.received === 0) return say('', t.noEvents, [t.noEventsMore], [href, t.toSetup]);
  if (counts.delivered === 0) return say('', t.quiet, [t.quietMore]);
  return say('good', t.flowing, [t.flowingMore]);
}

function connection(source: SourceView, { integration, status }: Connected, isNamed: boolean): HTMLElement {
  return h(
    'div',
    { class: 'connection' },
    isNamed && h('h3', {}, h('a', { href: `#/sources/${source.id}/linkedin/${integration.id}` }, integration.name)),
    statusFacts(status),
  );
}

/** What is left of token, version and quota. */
export function statusFacts({ token, version, limiter }: Status): HTMLElement {
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
