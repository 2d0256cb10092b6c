import type { EventView } from '../../../worker/schema/event-view.ts';
import type { DeliveryState } from '../../../worker/schema/outcome.ts';
import { openDrawer } from '../dialog.ts';
import { emptyState, problemCard, stateBadge } from '../element-of-state.ts';
import { select } from '../form.ts';
import { formatTime } from '../format.ts';
import { fill, h } from '../h.ts';
import { watchEvents } from '../live-stream.ts';
import { texts } from '../texts.ts';
import type { Place, View } from '../view.ts';
import { eventStory } from './story.ts';

const t = texts.live;

/** As many as one can look through; older ones are with the deliveries. */
const ROWS = 500;

/** Events as they come, each with what becomes of it. */
export function live({ signal }: Place, sourceId: string): Promise<View> {
  const events = new Map<string, EventView>();
  const rows = new Map<string, { element: HTMLTableRowElement; of: EventView }>();
  let isPaused = false;
  let isConnected = false;
  let isFirst = true;
  let isDrawn = true;
  const missed = new Set<string>();

  const body = h('tbody', {});
  const rest = h('div', {}, h('p', { class: 'loading' }, t.connecting));
  const indicator = h('span', { class: 'indicator', role: 'status' });
  const filter = select([['', t.all], ...states()], '');
  filter.setAttribute('aria-label', t.filter);
  const pause = h('button', { type: 'button' }, t.pause);

  const draw = (): void => {
    isDrawn = true;
    const shown = [...events.values()]
      .filter(({ state }) => filter.value === '' || state === filter.value)
      .toReversed();
    for (const [id, { of }] of rows) if (events.get(id) !== of) rows.delete(id);
    const elements = shown.map((event) => {
      const known = rows.get(event.message_id);
      if (known !== undefined) return known.element;
      const element = rowOf(event);
      rows.set(event.message_id, { element, of: event });
      return element;
    });
    place(body, elements);
    fill(
      rest,
      events.size === 0
        ? isFirst
          ? h('p', { class: 'loading' }, t.connecting)
          : emptyState(t.empty, t.emptyMore)
        : shown.length === 0 && emptyState(t.noMatch, t.noMatchMore),
    );
  };
  const drawSoon = (): void => {
    if (!isDrawn) return;
    isDrawn = false;
    requestAnimationFrame(draw);
  };
  const tell = (): void => {
    indicator.className = `indicator ${isPaused ? 'paused' : isConnected ? 'on' : ''}`;
    fill(indicator, isPaused ? t.paused : isConnected ? t.connected : isFirst ? t.connecting : t.lost);
    fill(pause, isPaused ? t.resume(missed.size) : t.pause);
  };
  filter.addEventListener('change', draw);
  pause.addEventListener('click', () => {
    isPaused = !isPaused;
    missed.clear();
    tell();
    if (!isPaused) draw();
  });
  tell();

  const start = (): void => {
    watchEvents(sourceId, {
      signal,
      onConnected(now) {
        isConnected = now;
        isFirst = false;
        tell();
        drawSoon();
      },
      onEvent(event) {
        if (!events.has(event.message_id)) missed.add(event.message_id);
        events.set(event.message_id, event);
        const [oldest] = events.keys();
        if (events.size > ROWS && oldest !== undefined) events.delete(oldest);
        if (isPaused) tell();
        else drawSoon();
      },
    }).catch((error: unknown) => {
      if (!signal.aborted) fill(rest, problemCard(error, start));
    });
  };

  return Promise.resolve({
    title: t.title,
    content: [
      h('div', { class: 'toolbar' }, indicator, filter, pause),
      h(
        'div',
        { class: 'table-holder', role: 'region', 'aria-label': t.title, tabindex: 0 },
        h(
          'table',
          { class: 'rows' },
          h(
            'thead',
            {},
            h('tr', {}, ...[t.event, t.state, t.what, t.received].map((title) => h('th', { scope: 'col' }, title))),
          ),
          body,
        ),
      ),
      rest,
    ],
    started: start,
  });
}

export function states(): [DeliveryState, string][] {
  const all: DeliveryState[] = ['delivered', 'pending', 'held', 'dead', 'skipped', 'expired', 'erased'];
  return all.map((state) => [state, texts.states[state]]);
}

export function nameOf({ event, type }: Pick<EventView, 'event' | 'type'>): string {
  return event ?? type;
}

function rowOf(event: EventView): HTMLTableRowElement {
  const name = nameOf(event);
  return h(
    'tr',
    {},
    h(
      'td',
      {},
      h('button', { type: 'button', class: 'link', onclick: () => openDrawer(name, eventStory(event)) }, name),
    ),
    h('td', {}, stateBadge(event.state)),
    h('td', { class: 'wide' }, event.sentence),
    h('td', { class: 'time' }, formatTime(event.received_at)),
  );
}

/** Leaves the rows where they are that need not move: one of them may have the focus. */
function place(body: HTMLElement, elements: readonly HTMLElement[]): void {
  const wanted = new Set<Element>(elements);
  for (const child of Array.from(body.children)) if (!wanted.has(child)) child.remove();
  let next = body.firstElementChild;
  for (const element of elements) {
    if (element === next) next = next.nextElementSibling;
    else body.insertBefore(element, next);
  }
}
