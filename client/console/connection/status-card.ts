import type { StatusView } from '../../../worker/schema/reports/status.ts';
import { api, ApiProblem, send } from '../app/api.ts';
import { inPart } from '../app/faults.ts';
import { shapes } from '../app/response-shapes.ts';
import { may, needs } from '../app/session.ts';
import { statusFacts } from '../overview/source-card.ts';
import { texts } from '../texts.ts';
import { fill, h, type Child } from '../ui/h.ts';
import type { Place, ShownIntegration } from '../ui/view.ts';
import { hasApp } from './connect-form.ts';
import { keepSent } from './sent-now.ts';

const t = texts.integration;

/** How long to wait before the status is read again. The wait grows, because what is held may wait for days. */
const FIRST_WAIT_MS = 1_000;
const WAIT_GROWTH = 1.5;
const LONGEST_WAIT_MS = 30_000;

/**
 * Makes the card with a connection's status. It follows what waits until nothing does.
 *
 * @param onEnabled Called after a disabled connection was enabled here.
 */
export function followedStatus(
  shown: ShownIntegration,
  status: StatusView,
  { place, onEnabled }: { place: Place; onEnabled: () => Promise<void> },
): { element: HTMLElement; follow: () => void } {
  const partsOf = (latest: StatusView): Child[] =>
    statusParts(shown, latest, !shown.enabled && enabling(shown, latest, { place, onEnabled }));
  const element = h('section', { class: 'card' }, ...partsOf(status));
  const followed = async (): Promise<void> => {
    let latest = status;
    let waitMs = FIRST_WAIT_MS;
    while (latest.backlog.pending + latest.backlog.held > 0) {
      await sleep(waitMs);
      waitMs = Math.min(waitMs * WAIT_GROWTH, LONGEST_WAIT_MS);
      if (place.signal.aborted) return;
      if (document.hidden) continue;
      const next = await statusOf(shown, place).catch((error: unknown) => {
        // The next attempt may work, and the page shows the problem where it matters.
        if (error instanceof ApiProblem) return latest;
        throw error;
      });
      if (JSON.stringify(next) !== JSON.stringify(latest)) fill(element, ...partsOf(next));
      latest = next;
    }
  };
  return { element, follow: () => inPart(element, followed) };
}

function statusOf({ id }: ShownIntegration, { signal }: Place): Promise<StatusView> {
  return api(shapes.status, `/integrations/${id}/status`, { signal });
}

/** The remedy for a connection that a person has disabled, and who it was. */
function enabling(
  { id, source_id: sourceId }: ShownIntegration,
  { backlog }: StatusView,
  { place, onEnabled }: { place: Place; onEnabled: () => Promise<void> },
): HTMLElement {
  const enable = async (): Promise<void> => {
    await send(`/integrations/${id}`, { method: 'PATCH', body: { enabled: true } });
    const isOnlyDisabled = backlog.hold?.reason === 'integration_disabled';
    keepSent({ integrationId: id, held: isOnlyDisabled ? backlog.held : 0 });
    await onEnabled();
  };
  return h(
    'div',
    { class: 'actions' },
    h(
      'button',
      { type: 'button', class: 'primary', ...needs('editor'), onclick: () => place.act(enable) },
      texts.remedies.enableConnection,
    ),
    may('owner') && h('a', { class: 'button', href: `#/audit-log?source_id=${sourceId}` }, t.whoDisabled),
  );
}

function statusParts(shown: ShownIntegration, status: StatusView, remedy: Child): Child[] {
  const { backlog, warnings } = status;
  const holds = [
    ...(backlog.hold ? [backlog.hold.sentence] : []),
    ...backlog.rules.flatMap(({ hold, conversion_rule_id: rule }) =>
      hold ? [`${t.ruleHeld(rule)}: ${hold.sentence}`] : [],
    ),
  ];
  return [
    h('h2', {}, t.status),
    ...(holds.length > 0
      ? [
          h(
            'div',
            { class: 'notice warn' },
            h('strong', {}, t.isHeld(backlog.held)),
            ...holds.map((sentence) => h('p', {}, sentence)),
            remedy,
          ),
        ]
      : [h('p', {}, backlog.pending > 0 ? t.waits(backlog.pending) : t.flows), remedy]),
    backlog.dead > 0 && failedNotice(shown, backlog.dead),
    backlog.waiting_for_identity > 0 && h('p', { class: 'hint' }, t.waitsForEmail(backlog.waiting_for_identity)),
    ...warnings.map(({ sentence }) => h('div', { class: 'notice warn' }, h('p', {}, sentence))),
    statusFacts(status),
    h(
      'div',
      { class: 'actions' },
      h('a', { class: 'button', href: `#/sources/${shown.source_id}/doctor/${shown.id}` }, t.check),
      // The card below has both ways to connect. This only leads there, so that each way has one place and one name.
      h(
        'a',
        { class: 'button', href: `${connectionPage(shown)}?connect=${hasApp(shown) ? 'consent' : 'token'}` },
        t.reconnect,
      ),
    ),
  ];
}

function connectionPage({ id, source_id: sourceId }: ShownIntegration): string {
  return `#/sources/${sourceId}/linkedin/${id}`;
}

/** Failed conversions neither wait nor are held, so nothing else here counts them. */
function failedNotice({ id, source_id: sourceId }: ShownIntegration, count: number): HTMLElement {
  const query = new URLSearchParams({ state: 'dead', integration: id }).toString();
  return h(
    'div',
    { class: 'notice bad' },
    h('p', {}, t.failed(count)),
    h('a', { class: 'button', href: `#/sources/${sourceId}/deliveries?${query}` }, texts.remedies.seeFailed),
  );
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
