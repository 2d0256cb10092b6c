import { markedSpaces } from '../../../worker/domain/fql/marked-spaces.ts';
import type { EventView } from '../../../worker/schema/events/event-view.ts';
import type { DeliveryState } from '../../../worker/schema/events/outcome.ts';
import { replaceQuery, type Query } from '../app/address.ts';
import { api, ApiProblem } from '../app/api.ts';
import { inPart, tellFault } from '../app/faults.ts';
import { watchEvents } from '../app/live-stream.ts';
import { shapes, pageOf } from '../app/response-shapes.ts';
import { askedTriggers, type AskedTriggers } from '../mapping/missed-name.ts';
import { RefusedTraffic } from '../reports/refused-traffic.ts';
import { nameForm } from '../search/name-form.ts';
import { AddressedDrawer } from '../story/addressed-drawer.ts';
import { EventStoryView } from '../story/event-story.ts';
import { outcomeInWords } from '../story/outcome-in-words.ts';
import { texts } from '../texts.ts';
import { openDrawer } from '../ui/dialog.ts';
import { emptyState, problemCard, stateBadge } from '../ui/element-of-state.ts';
import { eventName } from '../ui/event-name.ts';
import { input, select } from '../ui/form.ts';
import { formatMoney, formatTime } from '../ui/format.ts';
import { fill, h } from '../ui/h.ts';
import { identifierIcons } from '../ui/identifier-icons.ts';
import { tableRegion } from '../ui/table-region.ts';
import type { Place, View } from '../ui/view.ts';
import { VirtualRows } from '../ui/virtual-rows.ts';
import { visibleName } from '../ui/visible-name.ts';

const t = texts.live;

/** The most events that the list holds. Older ones are on the page Deliveries. */
const MAX_EVENTS = 20_000;
const OLDER_A_PAGE = 200;

/** The page Live events: events as they arrive, with their outcomes. Scrolling loads older ones. */
export function live(place: Place, sourceId: string): Promise<View> {
  const { signal, act } = place;
  const refused = new RefusedTraffic(place, sourceId);
  /** The events shown, newest first. */
  let events: EventView[] = [];
  const known = new Map<number, string>();
  let olderCursor: string | null | undefined;
  let isLoadingOlder = false;
  let isPaused = false;
  let isConnected = false;
  let isFirst = true;
  let isDrawn = true;
  let added = 0;
  const missed = new Set<number>();
  let asked: readonly AskedTriggers[] = [];

  const body = h('tbody', {});
  const rest = h('div', {}, h('p', { class: 'loading' }, t.connecting));
  const indicator = h('span', { class: 'indicator', role: 'status' });
  const filter = select([['', t.all], ...states()], place.query.get('state') ?? '');
  filter.setAttribute('aria-label', t.filter);
  const search = input({
    type: 'search',
    placeholder: t.search,
    'aria-label': t.search,
    value: place.query.get('name') ?? '',
  });
  let reason = place.query.get('reason') ?? '';
  const reasonChip = h('span', {});
  const drawReason = (): void => {
    const clear = (): void => {
      reason = '';
      replaceQuery(shownFilter());
      drawReason();
      draw();
    };
    fill(
      reasonChip,
      reason !== '' &&
        h(
          'button',
          { type: 'button', class: 'small', title: t.reasonClear, onclick: clear },
          t.reason(texts.skipReason(reason)),
          ' ×',
        ),
    );
  };
  const pause = h('button', { type: 'button' }, t.pause);
  const count = h('span', { class: 'hint' });
  const table = h(
    'table',
    { class: 'rows live-rows' },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        ...[t.event, t.state, t.what, t.had, t.value, t.from, t.received].map((title) =>
          h('th', { scope: 'col' }, title),
        ),
      ),
    ),
    body,
  );
  const scroller = tableRegion(t.title, table);
  scroller.classList.add('live-list');
  const rows = new VirtualRows<EventView>({
    scroller,
    body,
    rowOf: (event) =>
      rowOf(event, outcomeInWords(event, asked), () =>
        drawer.visit({ event: event.message_id, seq: String(event.seq) }),
      ),
    onEnd: () => {
      inPart(scroller, loadOlder);
    },
    signal,
  });

  /** Reads what the mappings ask for, to name the one that an event misses only by its spelling. */
  const readAsked = (): void =>
    inPart(scroller, async () => {
      try {
        asked = await askedTriggers(sourceId, signal);
      } catch (error) {
        // The list is complete without it.
        if (signal.aborted || (error instanceof ApiProblem && error.status !== 401)) return;
        throw error;
      }
      if (asked.length > 0) rows.redraw();
    });

  let opened: { seq: number; story: EventStoryView } | undefined;
  const shownFilter = (): Query => ({ state: filter.value, name: search.value, reason });
  const drawer = new AddressedDrawer({
    names: ['event', 'seq'],
    filter: shownFilter,
    open: async (given) => {
      const messageId = given.get('event') ?? '';
      const seq = given.get('seq');
      const path = `/sources/${sourceId}/events/${encodeURIComponent(messageId)}${seq === null ? '' : `?seq=${encodeURIComponent(seq)}`}`;
      const event =
        events.find((one) => one.message_id === messageId && (seq === null || String(one.seq) === seq)) ??
        (await api(shapes.eventStory, path, { signal }));
      const story = new EventStoryView(event, { sourceId, signal, onMapped: readAsked });
      opened = { seq: event.seq, story };
      return openDrawer(markedSpaces(eventName(event)), story.element);
    },
  });
  const follow = (query: URLSearchParams): void => inPart(scroller, () => act(() => drawer.follow(query)));

  const isNamed = (event: EventView): boolean =>
    search.value === '' || nameForm(`${eventName(event)} ${event.type}`).includes(nameForm(search.value));
  const isShown = (event: EventView): boolean =>
    (filter.value === '' || event.state === filter.value) &&
    (reason === '' || event.reason === reason) &&
    isNamed(event);
  const draw = (): void => {
    isDrawn = true;
    const shown = events.filter(isShown);
    table.setAttribute('aria-rowcount', String(shown.length + 1));
    scroller.hidden = shown.length === 0;
    const isFiltered = filter.value !== '' || search.value !== '' || reason !== '';
    // Few rows are shown at once with their end, which loads older events.
    rows.show(shown, isFiltered ? 0 : added);
    added = 0;
    const older = olderCursor === null ? 'none' : events.length < MAX_EVENTS ? 'more' : 'elsewhere';
    fill(count, isFiltered ? t.countOf(shown.length, events.length, older) : t.count(shown.length));
    fill(
      rest,
      events.length === 0
        ? isFirst
          ? h('p', { class: 'loading' }, t.connecting)
          : emptyState(t.empty, t.emptyMore)
        : shown.length === 0 &&
            (isLoadingOlder
              ? h('p', { class: 'loading' }, t.looking)
              : !events.some(isNamed)
                ? emptyState(t.noName(search.value), t.noNameMore)
                : reason === ''
                  ? emptyState(t.noMatch, t.noMatchMore)
                  : emptyState(t.noReason, t.noReasonMore)),
    );
  };
  const drawSoon = (): void => {
    if (!isDrawn) return;
    isDrawn = false;
    requestAnimationFrame(draw);
  };
  const tell = (): void => {
    indicator.className = `indicator ${isPaused ? 'paused' : isConnected ? 'on' : ''}`;
    const said = isPaused ? t.paused : isConnected ? t.connected : isFirst ? t.connecting : t.lost;
    if (indicator.textContent !== said) fill(indicator, said);
    fill(pause, isPaused ? t.resume(missed.size) : t.pause);
  };
  const take = (event: EventView): void => {
    const text = JSON.stringify(event);
    // A reconnect sends all events again. An unchanged event keeps its row.
    if (known.get(event.seq) === text) return;
    const isNew = !known.has(event.seq);
    known.set(event.seq, text);
    if (opened?.seq === event.seq && opened.story.element.isConnected) opened.story.show(event);
    if (isNew) {
      // A new event usually belongs at the top. But older events may have been loaded before all of the latest had
      // arrived.
      const below = events.findIndex(({ seq }) => seq < event.seq);
      const at = below === -1 ? events.length : below;
      events = [...events.slice(0, at), event, ...events.slice(at)];
      missed.add(event.seq);
      if (at === 0) added += 1;
      const oldest = events.length > MAX_EVENTS ? events.pop() : undefined;
      if (oldest !== undefined) known.delete(oldest.seq);
    } else events = events.map((one) => (one.seq === event.seq ? event : one));
    if (isPaused) tell();
    else drawSoon();
  };
  /** Loads the next page of older events, and leaves out those already shown. */
  const loadOlder = async (): Promise<void> => {
    if (isLoadingOlder || olderCursor === null || isFirst || events.length === 0 || events.length >= MAX_EVENTS) return;
    isLoadingOlder = true;
    await act(async () => {
      const query = `limit=${OLDER_A_PAGE}${olderCursor === undefined ? '' : `&cursor=${olderCursor ?? ''}`}`;
      const page = await api(pageOf(shapes.event), `/sources/${sourceId}/events?${query}`, { signal });
      olderCursor = page.next_cursor ?? null;
      const older = page.data.filter(({ seq }) => !known.has(seq));
      for (const event of older) known.set(event.seq, JSON.stringify(event));
      // The latest events may be among them, if they have not arrived through the stream yet.
      events = [...events, ...older].toSorted((one, other) => other.seq - one.seq).slice(0, MAX_EVENTS);
    }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    isLoadingOlder = false;
    if (!isPaused && !signal.aborted) drawSoon();
  };
  for (const control of [filter, search])
    control.addEventListener('input', () => {
      replaceQuery(shownFilter());
      draw();
    });
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
        if (now) isFirst = false;
        tell();
        if (now) drawSoon();
      },
      onEvent: take,
      onRefused: () => refused.reload(),
      onProblem(problem) {
        fill(rest, problemCard(problem));
      },
    }).catch((error: unknown) => {
      if (signal.aborted) return;
      fill(rest, problemCard(error, start));
      // The session has ended, so the whole console has to handle it.
      if (error instanceof ApiProblem && error.status === 401) tellFault(error);
    });
  };

  return Promise.resolve({
    title: t.title,
    content: [
      refused.element,
      h('div', { class: 'toolbar' }, indicator, filter, search, reasonChip, pause, count),
      scroller,
      rest,
    ],
    started() {
      drawReason();
      start();
      readAsked();
      follow(place.query);
    },
    queried: (query) => {
      if (!drawer.isOfFilter(query)) return false;
      follow(query);
      return true;
    },
  });
}

export function states(): [DeliveryState, string][] {
  const all: DeliveryState[] = ['delivered', 'pending', 'held', 'dead', 'skipped', 'expired', 'erased'];
  return all.map((state) => [state, texts.states[state]]);
}

/** The value of the conversion. All deliveries of an event have the same. */
function valueOf({ deliveries }: EventView): string {
  const value = deliveries.find((delivery) => delivery.value !== null && delivery.value !== undefined)?.value;
  return value === null || value === undefined ? '' : formatMoney({ [value.currency]: value.amount });
}

function rowOf(event: EventView, outcome: string, open: () => void): HTMLTableRowElement {
  return h(
    'tr',
    {},
    h('td', {}, h('button', { type: 'button', class: 'link', onclick: open }, visibleName(eventName(event)))),
    h('td', {}, stateBadge(event.state)),
    h('td', { class: 'wide', title: outcome }, h('span', { class: 'two-lines' }, outcome)),
    h('td', { class: 'had' }, identifierIcons(event)),
    h('td', { class: 'number money' }, valueOf(event)),
    h('td', { class: 'from' }, event.from_server === true ? t.server : t.page),
    h('td', { class: 'time' }, formatTime(event.received_at)),
  );
}
