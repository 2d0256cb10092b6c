import type { LintReport } from '../../../worker/schema/events/lint.ts';
import type { Finding } from '../../../worker/schema/reports/finding.ts';
import { api } from '../app/api.ts';
import { inPart } from '../app/faults.ts';
import { shapeOf } from '../app/response-shape.ts';
import { LINT, pageOf, shapes } from '../app/response-shapes.ts';
import { needs } from '../app/session.ts';
import { integrationChips, integrationsOf, notConnected } from '../connection/integrations-of.ts';
import { remediesOf } from '../doctor/remedies.ts';
import { originsToAllow, RefusedTraffic, REFUSALS } from '../reports/refused-traffic.ts';
import { isRealEvent } from '../set-up/real-event.ts';
import { SNIPPET_STEP } from '../set-up/step-item.ts';
import { texts } from '../texts.ts';
import { facts, problemCard } from '../ui/element-of-state.ts';
import { formatCount, formatTime, utcDay } from '../ui/format.ts';
import { fill, h } from '../ui/h.ts';
import { inPlainWords } from '../ui/plain-words.ts';
import type { Place, View } from '../ui/view.ts';

const t = texts.doctor;
const LINT_DAYS = 7;

type Diagnosis = {
  checked_at: string;
  healthy: boolean;
  findings: Finding[];
  last_day: { events: number; click_id_share: number | null; email_share: number | null };
};
const DIAGNOSIS = shapeOf<Diagnosis>({
  checked_at: '',
  healthy: false,
  findings: [{ code: '', severity: '', title: '', remedy: '' }],
  last_day: { events: 0 },
});
const LINT_REPORT = shapeOf<LintReport>({
  data: [{ ...LINT, events: 0, conversion_rules: [{ integration_id: '', conversion_rule_id: '', events: 0 }] }],
});

/** The page Doctor: the problems of a set-up, the worst first, each with its remedy and a link. */
export async function doctor(place: Place, sourceId: string, id?: string): Promise<View> {
  const found = await integrationsOf(sourceId, place);
  const shown = found.find((one) => one.id === id) ?? found[0];
  if (shown === undefined) {
    // Events are received without a connection too, and Home says so when they are refused.
    const refused = new RefusedTraffic(place, sourceId, { rest: 'linked' });
    await refused.load();
    const { title, content } = notConnected(t.title, sourceId, t.notConnected);
    return { title, content: [refused.element, ...content] };
  }
  const results = h('div', { class: 'stack', role: 'status' });
  const report = await api(LINT_REPORT, `/sources/${sourceId}/lint?from=${utcDay(LINT_DAYS - 1)}`, {
    signal: place.signal,
  });
  const values = h('div', {}, report.data.length > 0 && lintCard(report, 'events'));
  const again: HTMLButtonElement = h('button', { type: 'button', onclick: () => check() }, t.again);
  const check = async (): Promise<void> => {
    again.disabled = true;
    fill(results, h('p', { class: 'loading' }, t.checking));
    try {
      const diagnosis = await api(DIAGNOSIS, `/integrations/${shown.id}/doctor`, {
        method: 'POST',
        signal: place.signal,
      });
      const isRefused = diagnosis.findings.some(({ code }) => code === 'refused_origin');
      const [arrived, origins] = await Promise.all([
        arrivedAt(sourceId, place),
        isRefused ? refusedOrigins(sourceId, place) : [],
      ]);
      const fixing = { sourceId, integrationId: shown.id, place, again: check, origins };
      fill(results, ...diagnosisParts(diagnosis, fixing, arrived));
      fill(values, lintCard(report, arrived));
    } catch (error) {
      if (place.signal.aborted) return;
      fill(results, problemCard(error));
    } finally {
      again.disabled = false;
    }
  };
  return {
    title: t.title,
    content: [
      () => integrationChips(found, shown, (one) => `#/sources/${sourceId}/doctor/${one}`),
      h('p', { class: 'lead' }, t.lead),
      results,
      h('p', {}, again),
      values,
    ],
    started() {
      inPart(results, check);
    },
  };
}

/** What has arrived from a site: its own events, only those of bots and of the console's examples, or nothing. */
type Arrived = 'events' | 'others' | 'nothing';

async function arrivedAt(sourceId: string, { signal }: Place): Promise<Arrived> {
  const { data } = await api(pageOf(shapes.event), `/sources/${sourceId}/events?limit=200`, { signal });
  return data.some(isRealEvent) ? 'events' : data.length > 0 ? 'others' : 'nothing';
}

async function refusedOrigins(sourceId: string, { signal }: Place): Promise<string[]> {
  return originsToAllow(await api(REFUSALS, `/sources/${sourceId}/refusals?hours=24`, { signal }));
}

function diagnosisParts(
  { checked_at: checkedAt, findings, last_day: lastDay }: Diagnosis,
  fixing: Fixing,
  arrived: Arrived,
): HTMLElement[] {
  // What was refused has a finding with its remedy.
  const isSilent = arrived !== 'events' && findings.every(({ code }) => !code.startsWith('refused_'));
  return [
    ...(isSilent ? [silentNotice(arrived, findings.length === 0, fixing)] : []),
    ...(findings.length === 0
      ? isSilent
        ? []
        : [h('div', { class: 'notice good' }, h('strong', {}, t.healthy), h('p', {}, t.healthyMore))]
      : [
          h('p', {}, h('strong', {}, t.count(findings.length))),
          h('ol', { class: 'findings' }, ...findings.map((finding) => () => findingItem(finding, fixing))),
        ]),
    h(
      'section',
      { class: 'card' },
      h('h2', {}, t.lastDay),
      facts([
        [t.events, String(lastDay.events)],
        [t.clickIds, share(lastDay.click_id_share)],
        [t.emails, share(lastDay.email_share)],
        [t.checkedAt, formatTime(checkedAt)],
      ]),
    ),
  ];
}

/** Without events most of what the doctor checks can't be seen, so “no problems” would promise too much. */
function silentNotice(arrived: Arrived, isHealthy: boolean, { sourceId }: Fixing): HTMLElement {
  return h(
    'div',
    { class: 'notice warn' },
    h('strong', {}, t.silent),
    arrived === 'others' && h('p', {}, texts.source.waitingOthers),
    isHealthy && h('p', {}, t.silentHealthy),
    h('p', {}, t.silentMore),
    h('p', {}, h('a', { class: 'button', href: `#/sources/${sourceId}${SNIPPET_STEP}` }, texts.remedies.toSnippet)),
  );
}

type Fixing = {
  sourceId: string;
  integrationId: string;
  place: Place;
  again: () => Promise<void>;
  origins: readonly string[];
};

function findingItem(finding: Finding, { place, again, ...where }: Fixing): HTMLElement {
  const { severity, title, detail, remedy, conversion_rule_id: ruleId } = finding;
  return h(
    'li',
    { class: `notice ${severity === 'error' ? 'bad' : severity === 'warning' ? 'warn' : ''}` },
    h('span', { class: 'severity' }, t.severities[severity]),
    h('strong', {}, title),
    detail !== null && h('p', {}, inPlainWords(detail)),
    ruleId !== undefined && h('p', {}, `${texts.live.story.rule}: `, h('code', {}, ruleId)),
    h('p', {}, `${t.remedy}: ${inPlainWords(remedy)}`),
    h(
      'div',
      { class: 'actions' },
      ...remediesOf(finding, where).map((one) =>
        'href' in one
          ? h('a', { class: 'button', href: one.href }, one.label)
          : h(
              'button',
              {
                type: 'button',
                ...needs('editor'),
                onclick: () =>
                  place.act(async () => {
                    if (!(await one.run())) return;
                    place.say(texts.remedies.done);
                    await again();
                  }),
              },
              one.label,
            ),
      ),
    ),
  );
}

/** Lists odd values in events. LinkedIn accepts bad values with 201, but cannot match a person by them. */
function lintCard({ data }: LintReport, arrived: Arrived): HTMLElement {
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, t.values(LINT_DAYS)),
    data.length === 0
      ? h('p', {}, arrived === 'events' ? t.valuesFine : t.valuesNone)
      : h(
          'ul',
          { class: 'causes lint-counts' },
          ...data.map(({ events, field, action, sentence, remedy }) =>
            h(
              'li',
              {},
              h('strong', {}, formatCount(events)),
              h('span', {}, h('code', {}, field), ' ', sentence, ' ', h('span', { class: 'hint' }, remedy)),
              h('span', { class: 'badge' }, texts.lint.actions[action]),
            ),
          ),
        ),
  );
}

function share(part: number | null): string {
  return part === null ? texts.never : texts.percent(part);
}
