import type { EventStory, EventView } from '../../../worker/schema/events/event-view.ts';
import { api, ApiProblem, productUrl } from '../app/api.ts';
import { inPart } from '../app/faults.ts';
import { shapes } from '../app/response-shapes.ts';
import { askedTriggers, type AskedTriggers } from '../mapping/missed-name.ts';
import { sampleOf } from '../mapping/sample-event.ts';
import { ORDER_FIELDS, orderTyped } from '../search/searched-order.ts';
import { TEST_PREFIX } from '../set-up/real-event.ts';
import { texts } from '../texts.ts';
import { copyable, facts, lintList, problemCard, stateBadge } from '../ui/element-of-state.ts';
import { eventName } from '../ui/event-name.ts';
import { formatTime } from '../ui/format.ts';
import { fill, h, type Child } from '../ui/h.ts';
import { deliveryPart, forDevelopers, technicalPart } from './delivery-story.ts';
import { outcomeInWords } from './outcome-in-words.ts';
import { isMappedSince, isNearMiss, nearMiss, triggerList, type Now } from './trigger-list.ts';

const t = texts.live.story;

/**
 * Shows an event from its arrival to LinkedIn's answer: consent, which identifiers it had, triggers, deliveries.
 *
 * The facts that the list already has are shown first, then the rest. While open, it updates as the event's state
 * changes.
 */
export class EventStoryView {
  readonly element = h('div', { class: 'story' });
  readonly #sourceId: string;
  readonly #signal: AbortSignal;
  readonly #onMapped: () => void;
  readonly #verdict = h('div', { class: 'story' });
  readonly #cause = h('div', {});
  readonly #arrival = h('div', { class: 'story' });
  readonly #fate = h('div', { class: 'story' }, h('p', { class: 'loading' }, texts.loading));
  readonly #details = h('div', { class: 'story' });
  readonly #requests = h('div', { class: 'story' });
  #shown = 0;
  /** Whether the person has just mapped the event's name here. */
  #isMapped = false;

  /** @param onMapped Gets called when the person has mapped the event's name. */
  constructor(
    event: EventView,
    { sourceId, signal, onMapped }: { sourceId: string; signal: AbortSignal; onMapped: () => void },
  ) {
    this.#onMapped = onMapped;
    this.#sourceId = sourceId;
    this.#signal = signal;
    fill(
      this.element,
      this.#verdict,
      this.#cause,
      this.#arrival,
      this.#fate,
      forDevelopers(
        this.#details,
        this.#requests,
        h('h3', {}, t.again),
        h('p', { class: 'hint' }, t.againLead),
        copyable(t.curl, curlOf(event)),
      ),
    );
    this.show(event);
  }

  /** Shows the event's current state. */
  show(event: EventView): void {
    this.#judge(event, outcomeInWords(event, []));
    fill(this.#arrival, ...arrival(event));
    fill(this.#details, details(event));
    inPart(this.#fate, () => this.#load(event));
  }

  async #load(event: EventView): Promise<void> {
    this.#shown += 1;
    const mine = this.#shown;
    const isOver = (): boolean => mine !== this.#shown || this.#signal.aborted;
    try {
      const path = `/sources/${this.#sourceId}/events/${encodeURIComponent(event.message_id)}?seq=${event.seq}`;
      const story = await api(shapes.eventStory, path, { signal: this.#signal });
      const asked = isNearMiss(story.triggers) ? await this.#asked() : [];
      if (isOver()) return;
      const now: Now = {
        asked,
        isMapped: this.#isMapped,
        onMapped: () => {
          this.#isMapped = true;
          this.#onMapped();
          inPart(this.#fate, () => this.#load(event));
        },
      };
      fill(this.#cause, event.state === 'skipped' && nearMiss(story.triggers, now));
      if (event.reason === 'no_mapping')
        this.#judge(event, isMappedSince(story.triggers, now) ? t.noMatchThen : outcomeInWords(event, asked));
      fill(this.#fate, ...fate(story));
      const { deliveries } = story;
      fill(this.#requests, ...deliveries.flatMap((one) => technicalPart(one, deliveries.length > 1)));
    } catch (error) {
      if (isOver()) return;
      fill(
        this.#fate,
        problemCard(error, () => this.#load(event)),
      );
    }
  }

  #judge({ state }: EventView, sentence: string): void {
    fill(this.#verdict, h('p', { class: 'sentence' }, stateBadge(state), ' ', sentence));
  }

  /** Reads what the mappings ask for now. Without it, the story still shows what it was then. */
  async #asked(): Promise<AskedTriggers[]> {
    try {
      return await askedTriggers(this.#sourceId, this.#signal);
    } catch (error) {
      if (error instanceof ApiProblem && error.status !== 401) return [];
      throw error;
    }
  }
}

function arrival(event: EventView): Child[] {
  const { categories, policy, country, source } = event.consent;
  const consents = Object.entries(categories);
  return [
    facts([
      [t.received, formatTime(event.received_at)],
      [t.happened, formatTime(event.happened_at)],
      [texts.live.from, event.from_server === true ? texts.live.server : texts.live.page],
      ...orderFact(event),
    ]),
    h('h3', {}, t.consent),
    facts([
      [t.answer, consents.length === 0 ? t.noConsent : answersOf(consents)],
      ...(source === undefined ? [] : [[t.consentSource, texts.consentReporter(source)] as const]),
      [t.policy, texts.missingAnswer(policy)],
      ...(country === undefined ? [] : [[t.country, country] as const]),
    ]),
    h('h3', {}, t.identity),
    h('p', { class: 'hint' }, t.identityLead),
    facts((['click_id', 'email', 'names'] as const).map((kind) => [t[kind], identifier(event[kind])] as const)),
    ...(event.lint.length === 0 ? [] : [h('h3', {}, texts.lint.title), lintList(event.lint)]),
  ];
}

function details(event: EventView): HTMLElement {
  return facts([
    [t.type, event.type],
    [t.messageId, h('code', {}, event.message_id)],
    ...(event.fields.length === 0 ? [] : [[t.fields, fieldList(event.fields)] as const]),
  ]);
}

function fate({ triggers, deliveries, same_id: sameId }: EventStory): Child[] {
  return [
    h('h3', {}, t.triggers),
    ...triggerList(triggers),
    h('h3', {}, t.deliveries),
    ...(deliveries.length === 0 ? [h('p', { class: 'hint' }, t.noDeliveries)] : deliveries.map(deliveryPart)),
    ...(sameId.length === 0 ? [] : [h('h3', {}, t.sameId), ...sameId.map(sameIdPart)]),
  ];
}

function sameIdPart(event: EventView): HTMLElement {
  const name = eventName(event);
  return h('p', {}, stateBadge(event.state), ` ${name}, ${formatTime(event.received_at)}: ${event.sentence}`);
}

function fieldList(fields: readonly string[]): HTMLElement {
  return h('span', { class: 'field-names' }, ...fields.flatMap((field) => [h('code', {}, field), ' ']));
}

/** The number of the event's order: as the person typed it, or why it isn't shown. */
function orderFact(event: EventView): (readonly [string, string])[] {
  const order = orderTyped(event);
  if (order !== undefined) return [[t.order, texts.search.orderTyped(order)]];
  return event.fields.some((field) => ORDER_FIELDS.includes(field)) ? [[t.order, t.orderHidden]] : [];
}

function identifier(isThere: boolean): HTMLElement {
  return h('span', { class: isThere ? 'yes' : 'no' }, isThere ? t.isThere : t.isNotThere);
}

function answersOf(consents: readonly (readonly [category: string, isGiven: boolean])[]): HTMLElement {
  return h(
    'div',
    {},
    ...consents.map(([category, isGiven]) =>
      h('div', { class: isGiven ? 'yes' : 'no' }, texts.consentAnswer(category, isGiven, consents.length === 1)),
    ),
  );
}

const TEST_ID = `${TEST_PREFIX}of-this-run`;

/**
 * Returns the curl command that sends a similar event. Values are not stored, so these are examples, and the write key is a
 * placeholder.
 */
function curlOf(event: EventView): string {
  const body = JSON.stringify({ batch: [{ ...sampleOf(event), messageId: TEST_ID }] })
    .replaceAll("'", String.raw`'\''`)
    // Each run sends another event, and the set-up can tell that it is an example.
    .replace(`"${TEST_ID}"`, `"${TEST_PREFIX}'"$(date +%s)"'"`);
  return `curl -X POST '${productUrl('v1/batch').href}' \\\n  -H 'Authorization: Bearer <write key>' -H 'Content-Type: application/json' \\\n  -d '${body}'`;
}
