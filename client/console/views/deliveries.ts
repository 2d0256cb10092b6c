import type { ListedDelivery } from '../../../worker/schema/events/event-view.ts';
import type { Cause, DeliveryFilter, ReplayAnswer } from '../../../worker/schema/reports/replay.ts';
import { replaceQuery, withQuery, type Query } from '../app/address.ts';
import { api } from '../app/api.ts';
import { inPart } from '../app/faults.ts';
import { shapeOf } from '../app/response-shape.ts';
import { LISTED, pageOf, shapes, type Page } from '../app/response-shapes.ts';
import { may } from '../app/session.ts';
import { connectionNames, integrationsOf, notConnected } from '../connection/integrations-of.ts';
import { causeItem, worthOf } from '../deliveries/cause-item.ts';
import { deliveryRow, deliveryTable, nameRules } from '../deliveries/delivery-table.ts';
import { ofImport } from '../deliveries/of-import.ts';
import { showReplay } from '../deliveries/replay-progress.ts';
import { chosenIn, ReplayedDeliveries } from '../deliveries/replayed-deliveries.ts';
import { ruleFilter } from '../deliveries/rule-filter.ts';
import { AddressedDrawer } from '../story/addressed-drawer.ts';
import { deliveryOf, deliveryStory } from '../story/delivery-story.ts';
import { texts } from '../texts.ts';
import { confirm, openDrawer } from '../ui/dialog.ts';
import { emptyState, problemCard } from '../ui/element-of-state.ts';
import { countedName, eventName } from '../ui/event-name.ts';
import { Form, input, range, select } from '../ui/form.ts';
import { fill, h } from '../ui/h.ts';
import type { Place, View } from '../ui/view.ts';
import { states } from './live.ts';

const t = texts.deliveries;
const PAGE = pageOf(shapeOf<ListedDelivery>(LISTED));
const VALUE = [{ currency: '', amount: '' }] as const;
const CAUSES = shapeOf<{ data: Cause[] }>({
  data: [
    { state: '', reason: '', sentence: '', deliveries: 0, value: VALUE, first_received_at: '', last_received_at: '' },
  ],
});
const REPLAY = shapeOf<ReplayAnswer>({ preview: false, dead: 0, held: 0, too_old: 0, value: VALUE });

/** The page Deliveries: lists deliveries by state and cause, and replays them. */
export async function deliveries(place: Place, sourceId: string): Promise<View> {
  const integrations = await integrationsOf(sourceId, place);
  const [first] = integrations;
  if (first === undefined) return notConnected(t.title, sourceId, t.noIntegrationMore);
  const which = select([...connectionNames(integrations)], place.query.get('integration') ?? first.id);
  const state = select([['', t.all], ...states()], place.query.get('state') ?? '');
  const event = input({ value: countedName(place.query.get('event') ?? ''), placeholder: t.exactly });
  const rule = ruleFilter(place.query.get('conversion_rule_id') ?? '');
  const reason = input({ value: place.query.get('reason') ?? '' });
  const from = input({ type: 'date', value: place.query.get('from') ?? '' });
  const importId = place.query.get('import') ?? '';
  const to = input({ type: 'date', value: place.query.get('to') ?? '' });
  // Even the preview of a replay needs an editor.
  const mayReplay = may('editor');
  const results = h('div', {});
  const causes = h('div', {});
  const progress = h('div', { role: 'status' });
  const replayed = new ReplayedDeliveries();
  /** The deliveries in the list. */
  let listed: ListedDelivery[] = [];
  let ruleNames: ReadonlyMap<string, string> = new Map();

  const filter = (): DeliveryFilter => {
    const given = {
      // What the list calls a page view is the type “page”.
      event: event.value.trim() === texts.pageView ? 'page' : event.value.trim(),
      conversion_rule_id: rule.control.value.trim(),
      reason: reason.value,
      import: importId,
      from: from.value,
      to: to.value,
    };
    return {
      ...(isState(state.value) && { state: state.value }),
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')),
    };
  };
  const path = (cursor?: string): string => {
    const query = new URLSearchParams({ ...filter(), limit: '50', ...(cursor !== undefined && { cursor }) });
    return `/integrations/${which.value}/deliveries?${query.toString()}`;
  };
  /**
   * Returns the next page that has deliveries, or the last one. A page of the API looks at a limited number of events, so
   * it may be empty although older deliveries match.
   */
  const nextPage = async (cursor?: string): Promise<Page<ListedDelivery>> => {
    let page = await api(PAGE, path(cursor), { signal: place.signal });
    while (page.data.length === 0 && typeof page.next_cursor === 'string')
      page = await api(PAGE, path(page.next_cursor), { signal: place.signal });
    return page;
  };
  const shownFilter = (): Query => ({
    ...(integrations.length > 1 && { integration: which.value }),
    ...filter(),
  });
  const drawer = new AddressedDrawer({
    names: ['delivery'],
    filter: shownFilter,
    open: async (given) => {
      const story = await deliveryOf(which.value, given.get('delivery') ?? '');
      const isReplayable = mayReplay && (story.state === 'dead' || story.state === 'held');
      return openDrawer(
        eventName(story),
        deliveryStory(story, { sourceId, ruleName: ruleNames.get(story.conversion_rule_id) }),
        isReplayable &&
          h('p', {}, h('button', { type: 'button', onclick: () => replay({ ids: [story.id] }) }, t.replayOne)),
      );
    },
  });
  const follow = (query: URLSearchParams): void => inPart(results, () => place.act(() => drawer.follow(query)));
  const open = ({ id }: ListedDelivery): void => drawer.visit({ delivery: id });
  /** Says that nothing is in this list: after a replay, because it has left it. */
  const none = (): HTMLElement => {
    const isFiltered = Object.keys(filter()).length > 0;
    const { state: its } = filter();
    const all = withQuery(
      `#/sources/${sourceId}/deliveries`,
      integrations.length > 1 ? { integration: which.value } : {},
    );
    const showAll = h('p', {}, h('a', { class: 'button', href: all }, t.showAll));
    if (its !== undefined && replayed.which !== 'none')
      return emptyState(t.noneLeft(texts.states[its]), t.replayedAre[replayed.which], showAll);
    if (its === 'skipped') {
      const skipped = h('a', { class: 'button', href: `#/sources/${sourceId}/live?state=skipped` }, t.skippedEvents);
      return emptyState(t.empty, t.skippedBefore, h('p', {}, skipped));
    }
    return isFiltered ? emptyState(t.empty, t.emptyMore, showAll) : emptyState(t.emptyYet, t.emptyYetMore);
  };
  const load = async (): Promise<void> => {
    const own: ListedDelivery[] = [];
    listed = own;
    const body = h('tbody', {});
    const more = h('p', {});
    const draw = ({ data, next_cursor: next }: Page<ListedDelivery>): void => {
      own.push(...data);
      body.append(
        ...h('tbody', {}, ...data.map((delivery) => () => deliveryRow(delivery, () => open(delivery)))).children,
      );
      nameRules(body, ruleNames);
      fill(
        more,
        typeof next === 'string' &&
          h(
            'button',
            {
              type: 'button',
              onclick: () => place.act(async () => draw(await nextPage(next))),
            },
            texts.more,
          ),
      );
    };
    const page = await nextPage();
    draw(page);
    const known = page.data.length > 0 && HAVE_CAUSES.includes(state.value) ? await knownCauses() : [];
    fill(causes, known.length > 0 && causeTable(known));
    const counts = page.data.length === 0 ? { dead: 0, held: 0 } : await replayable(known, page);
    replayAll.hidden = counts !== undefined && counts.dead + counts.held === 0;
    fill(replayAll, t.replayAll(counts));
    fill(results, page.data.length === 0 ? none() : deliveryTable(t.title, body), more);
    // LinkedIn may have answered before the table was on the page.
    nameRules(body, ruleNames);
  };
  const knownCauses = async (): Promise<readonly Cause[]> => {
    const query = new URLSearchParams(filter()).toString();
    return (await api(CAUSES, `/integrations/${which.value}/causes?${query}`, { signal: place.signal })).data;
  };
  /** Lists each cause once, with a button to replay only its deliveries if that helps. */
  const causeTable = (known: readonly Cause[]): HTMLElement =>
    h(
      'section',
      { class: 'card' },
      h('h2', {}, t.causes),
      h(
        'ul',
        { class: 'causes' },
        ...known.map((cause) => causeItem(cause, known.length === 1 ? undefined : () => replay(only(cause)))),
      ),
    );
  /** Returns how many deliveries a replay of this list sends, or undefined if counting them would take too long. */
  const replayable = async (
    known: readonly Cause[],
    { data, next_cursor: next }: Page<ListedDelivery>,
  ): Promise<{ dead: number; held: number } | undefined> => {
    const { state: its, ...others } = filter();
    if (its !== undefined && its !== 'dead' && its !== 'held') return { dead: 0, held: 0 };
    if (its === undefined) {
      const isFiltered = Object.keys(others).length > 0;
      if (isFiltered && typeof next !== 'string') return { dead: countIn(data, 'dead'), held: countIn(data, 'held') };
      const { backlog } = await api(shapes.status, `/integrations/${which.value}/status`, { signal: place.signal });
      return isFiltered && backlog.dead + backlog.held > 0 ? undefined : backlog;
    }
    const count = known.reduce((sum, { deliveries: one }) => sum + one, 0);
    return { dead: its === 'dead' ? count : 0, held: its === 'held' ? count : 0 };
  };
  const only = ({ state: its, reason: why }: Cause): { filter: DeliveryFilter } => ({
    filter: { ...filter(), ...(isState(its) && { state: its }), ...(why !== '' && { reason: why }) },
  });
  const replay = async (what: { filter: DeliveryFilter } | { ids: string[] }): Promise<void> => {
    const ask = (preview: boolean) =>
      api(REPLAY, `/integrations/${which.value}/replay`, { body: { ...what, preview } });
    await place.act(async () => {
      const answer = await ask(true);
      const count = answer.dead + answer.held;
      if (count === 0) {
        place.say(t.replayNothing);
        return;
      }
      const { backlog } = await api(shapes.status, `/integrations/${which.value}/status`, { signal: place.signal });
      const worth = worthOf(answer);
      const isSure = await confirm({
        title: t.replayTitle,
        text: [
          h('p', {}, t.replayCount(answer.dead, answer.held)),
          worth !== '' && h('p', {}, t.replayWorth(worth)),
          backlog.hold !== null &&
            h('div', { class: 'notice warn' }, h('strong', {}, backlog.hold.sentence), h('p', {}, t.replayStillHeld)),
          answer.too_old > 0 && h('p', {}, t.replayTooOld(answer.too_old)),
          h('p', { class: 'hint' }, t.replaySame),
        ],
        yes: t.replayYes(count),
      });
      if (!isSure) return;
      const chosen = chosenIn(listed, what);
      // A list of all states has them still.
      const hasState = filter().state !== undefined;
      replayed.clear();
      const done = await ask(false);
      // The story that was open says what it was before.
      replaceQuery(shownFilter());
      await drawer.follow(new URLSearchParams());
      place.say(t.replayed(done.dead + done.held));
      const replayPath = `/integrations/${which.value}/replays/${done.id ?? ''}`;
      if (done.dead + done.held > 0) {
        const show = hasState
          ? replayed.begin({
              chosen,
              count: done.dead + done.held,
              integrationId: which.value,
              rowOf: (delivery) => deliveryRow(delivery, () => open(delivery)),
              drawn: (table) => nameRules(table, ruleNames),
            })
          : undefined;
        inPart(progress, () =>
          showReplay(replayPath, {
            into: progress,
            signal: place.signal,
            onDone: async () => {
              await Promise.all([load(), show?.()]);
            },
            connection: `#/sources/${sourceId}/linkedin/${which.value}`,
          }),
        );
        if (show !== undefined) inPart(replayed.element, show);
      }
      await load();
    });
  };

  const replayAll = h('button', { type: 'button', hidden: true, onclick: () => replay({ filter: filter() }) });
  const form = new Form({
    submit: t.filter,
    isSearch: true,
    onSubmit: () => {
      replaceQuery(shownFilter());
      replayed.clear();
      return load();
    },
    extra: [mayReplay && replayAll],
  });
  form.element.classList.add('filters');
  form.add(
    integrations.length > 1 && form.field(texts.integration.choose, which, { pointer: '/integration' }),
    form.field(t.state, state, { pointer: '/state' }),
    form.field(t.event, event, { pointer: '/event' }),
    form.field(texts.rule.label, rule.control, { pointer: '/conversion_rule_id' }),
    form.field(t.reason, reason, { pointer: '/reason' }),
    range(form.field(t.from, from, { pointer: '/from' }), form.field(t.to, to, { pointer: '/to' })),
  );
  for (const control of [which, state])
    control.addEventListener('change', () => {
      form.element.requestSubmit();
    });
  const suggestRules = (): void =>
    inPart(form.element, async () => {
      ruleNames = await rule.suggest(which.value, place.signal);
      for (const tables of [results, replayed.element]) nameRules(tables, ruleNames);
    });
  which.addEventListener('change', suggestRules);
  suggestRules();
  try {
    await load();
  } catch (error) {
    if (place.signal.aborted) throw error;
    fill(
      results,
      problemCard(error, () => form.element.requestSubmit()),
    );
  }
  return {
    title: t.title,
    content: [
      importId !== '' && (() => ofImport(place, sourceId, importId)),
      h('div', { class: 'card' }, form.element, rule.list),
      progress,
      replayed.element,
      causes,
      results,
    ],
    started: () => follow(place.query),
    queried: (query) => {
      if (!drawer.isOfFilter(query)) return false;
      follow(query);
      return true;
    },
  };
}

/** The states whose deliveries are listed by cause. For the others, the sentence is enough. */
const HAVE_CAUSES = ['dead', 'held', 'skipped'];

function countIn(listed: readonly ListedDelivery[], state: ListedDelivery['state']): number {
  return listed.filter((delivery) => delivery.state === state).length;
}

function isState(text: string): text is NonNullable<DeliveryFilter['state']> {
  return states().some(([state]) => state === text);
}
