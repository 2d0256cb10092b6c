import type { AttemptView, DeliveryStory } from '../../../worker/schema/events/event-view.ts';
import { api } from '../app/api.ts';
import { shapeOf } from '../app/response-shape.ts';
import { STORY } from '../app/response-shapes.ts';
import { texts } from '../texts.ts';
import { facts, stateBadge } from '../ui/element-of-state.ts';
import { formatMoney, formatTime } from '../ui/format.ts';
import { h, type Child } from '../ui/h.ts';

const t = texts.live.story;

export function deliveryOf(integrationId: string, id: string): Promise<DeliveryStory> {
  return api(shapeOf<DeliveryStory>(STORY), `/integrations/${integrationId}/deliveries/${encodeURIComponent(id)}`);
}

/** Makes the story of one delivery, with a link to its event. IDs, payload and requests are folded. */
export function deliveryStory(
  story: DeliveryStory,
  { sourceId, ruleName }: { sourceId: string; ruleName: string | undefined },
): HTMLElement {
  const event = new URLSearchParams({ event: story.message_id }).toString();
  return h(
    'div',
    { class: 'story' },
    h('p', { class: 'sentence' }, stateBadge(story.state), ' ', story.sentence),
    facts([
      [t.received, formatTime(story.received_at)],
      [t.happened, formatTime(story.happened_at)],
      ...deliveryFacts(story, ruleName),
    ]),
    h('p', {}, h('a', { href: `#/sources/${sourceId}/live?${event}` }, t.toEvent)),
    h('h3', {}, t.consent),
    consentChecks(story),
    earlierEnds(story),
    forDevelopers(...technicalPart(story)),
  );
}

/** Makes the story of a delivery inside its event's story, without repeating the event's part. */
export function deliveryPart(story: DeliveryStory): HTMLElement {
  return h(
    'section',
    { class: 'part' },
    h('p', { class: 'sentence' }, stateBadge(story.state), ' ', story.sentence),
    facts(deliveryFacts(story)),
    earlierEnds(story),
  );
}

/**
 * Folds what only a developer needs, below everything else. A marketer reads the story without it.
 *
 * @returns An element that stays open or closed when what is in it changes.
 */
export function forDevelopers(...parts: Child[]): HTMLElement {
  return h(
    'details',
    { class: 'for-developers' },
    h('summary', {}, t.developers),
    h('div', { class: 'story' }, ...parts),
  );
}

/** Shows a delivery's IDs, payload and requests. @param isNamed The delivery is one of several. */
export function technicalPart(story: DeliveryStory, isNamed = false): Child[] {
  const { attempts, earlier, status, conversion_rule_id: rule } = story;
  return [
    h('h3', {}, isNamed ? t.payloadFor(rule) : t.payload),
    payload(story),
    h('h3', {}, t.requestsTitle),
    facts([
      [t.eventId, h('code', {}, story.event_id)],
      // The requests before a replay are not counted: their failures are listed above.
      [earlier.length === 0 ? t.attempts : t.attemptsSince, String(attempts)],
      ...(status === null ? [] : [[t.status, String(status)] as const]),
    ]),
    requestsOf(story),
  ];
}

function deliveryFacts(delivery: DeliveryStory, ruleName?: string): (readonly [string, Node | string])[] {
  const { value } = delivery;
  return [
    [t.rule, h('span', {}, ruleName !== undefined && `${ruleName} `, h('code', {}, delivery.conversion_rule_id))],
    ...(value === null || value === undefined
      ? []
      : [[texts.live.value, formatMoney({ [value.currency]: value.amount })] as const]),
    ...(delivery.delivered_at === null ? [] : [[t.deliveredAt, formatTime(delivery.delivered_at)] as const]),
  ];
}

function payload({ payload: masked }: DeliveryStory): HTMLElement {
  if (masked === null) return h('p', { class: 'hint' }, t.noPayload);
  return h(
    'div',
    { class: 'stack' },
    h(
      'pre',
      { class: 'payload', tabindex: 0, role: 'region', 'aria-label': t.payload },
      h('code', {}, JSON.stringify(masked, undefined, 2)),
    ),
    h('p', { class: 'hint' }, t.payloadTime(formatTime(new Date(masked.conversionHappenedAt).toISOString()))),
    h('p', { class: 'hint' }, t.payloadHint),
  );
}

/** Lists each check of the visitor's consent against the required consent. */
function consentChecks({ consent }: DeliveryStory): HTMLElement {
  return h(
    'ol',
    { class: 'requests' },
    ...consent.checks.map(({ at, when, asked, granted }) =>
      h(
        'li',
        {},
        h('span', { class: granted ? 'yes' : 'no' }, (granted ? t.allowed : t.notAllowed)[when]),
        h('p', { class: 'hint' }, `${formatTime(at)}${asked === null ? '' : `, ${t.asked(asked)}`}`),
      ),
    ),
  );
}

function requestsOf({ requests }: DeliveryStory): HTMLElement {
  return requests.length === 0
    ? h('p', { class: 'hint' }, t.noRequests)
    : h('ol', { class: 'requests' }, ...requests.map(requestItem));
}

/** Lists the failures before a replay. */
function earlierEnds({ earlier }: DeliveryStory): Child {
  return (
    earlier.length > 0 &&
    h(
      'div',
      {},
      h('h4', {}, t.earlier),
      ...earlier.map(({ at, reason }) => h('p', {}, `${formatTime(at)} `, t.failedThen(reason))),
    )
  );
}

function requestItem({ at, duration_ms: ms, events, status, outcome, code, message }: AttemptView): HTMLElement {
  return h(
    'li',
    {},
    h('strong', {}, status === null ? t.noStatus : String(status)),
    ` ${Object.entries(t.answers).find(([known]) => known === outcome)?.[1] ?? outcome}`,
    h('p', { class: 'hint' }, `${formatTime(at)}, ${t.took(ms, events)}`),
    message !== null && h('p', { class: 'words' }, message),
    code !== null && code !== message && h('p', { class: 'hint' }, code),
  );
}
