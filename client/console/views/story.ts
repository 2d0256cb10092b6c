import type { AttemptView, DeliveryStory, DeliveryView, EventView } from '../../../worker/schema/event-view.ts';
import { api } from '../api.ts';
import { facts, problemCard, stateBadge } from '../element-of-state.ts';
import { formatTime } from '../format.ts';
import { fill, h } from '../h.ts';
import { texts } from '../texts.ts';

const t = texts.live.story;

/** From its arrival to LinkedIn's answer: consent, identity as present or not, deliveries. */
export function eventStory(event: EventView): HTMLElement {
  const { categories, policy, country, source } = event.consent;
  const consents = Object.entries(categories);
  return h(
    'div',
    { class: 'story' },
    h('p', { class: 'sentence' }, stateBadge(event.state), ' ', event.sentence),
    facts([
      [t.received, formatTime(event.received_at)],
      [t.happened, formatTime(event.happened_at)],
      [t.type, event.type],
      [t.messageId, h('code', {}, event.message_id)],
    ]),
    h('h3', {}, t.consent),
    consents.length === 0 && h('p', { class: 'hint' }, t.noConsent),
    facts([
      ...consents.map(([category, isGiven]) => [category, yesNo(isGiven)] as const),
      ...(source === undefined ? [] : [[t.consentSource, source] as const]),
      [t.policy, policyName(policy)],
      ...(country === undefined ? [] : [[t.country, country] as const]),
    ]),
    h('h3', {}, t.identity),
    h('p', { class: 'hint' }, t.identityLead),
    facts((['click_id', 'email', 'names'] as const).map((kind) => [t[kind], yesNo(event[kind])] as const)),
    h('h3', {}, t.deliveries),
    ...(event.deliveries.length === 0
      ? [h('p', { class: 'hint' }, t.noDeliveries)]
      : event.deliveries.map((delivery) => deliveryPart(delivery))),
  );
}

function policyName(policy: string): string {
  return Object.entries(texts.source.consent).find(([code]) => code === policy)?.[1] ?? policy;
}

function yesNo(isTrue: boolean): HTMLElement {
  return h('span', { class: isTrue ? 'yes' : 'no' }, isTrue ? texts.yes : texts.no);
}

function deliveryPart(delivery: DeliveryView): HTMLElement {
  const requests = h('div', {});
  return h(
    'section',
    { class: 'part' },
    h('p', { class: 'sentence' }, stateBadge(delivery.state), ' ', delivery.sentence),
    facts(deliveryFacts(delivery)),
    h(
      'button',
      {
        type: 'button',
        class: 'small',
        onclick: async (event) => {
          if (event.currentTarget instanceof HTMLElement) event.currentTarget.remove();
          await showRequests(delivery, requests);
        },
      },
      t.requests,
    ),
    requests,
  );
}

async function showRequests(delivery: DeliveryView, into: HTMLElement): Promise<void> {
  fill(into, h('p', { class: 'loading' }, texts.loading));
  const id = `${delivery.conversion_rule_id}:${delivery.event_id}`;
  try {
    fill(into, requestsOf(await deliveryOf(delivery.integration_id, id)));
  } catch (error) {
    fill(into, problemCard(error));
  }
}

export function deliveryOf(integrationId: string, id: string): Promise<DeliveryStory> {
  return api(`/integrations/${integrationId}/deliveries/${encodeURIComponent(id)}`);
}

/** One delivery, with each request that held it. */
export function deliveryStory(story: DeliveryStory): HTMLElement {
  return h(
    'div',
    { class: 'story' },
    h('p', { class: 'sentence' }, stateBadge(story.state), ' ', story.sentence),
    facts([
      [t.received, formatTime(story.received_at)],
      [t.happened, formatTime(story.happened_at)],
      ...deliveryFacts(story),
    ]),
    h('h3', {}, t.attempts),
    requestsOf(story),
  );
}

function deliveryFacts(delivery: DeliveryView): (readonly [string, Node | string])[] {
  return [
    [t.rule, h('code', {}, delivery.conversion_rule_id)],
    [t.eventId, h('code', {}, delivery.event_id)],
    [t.attempts, String(delivery.attempts)],
    ...(delivery.status === null ? [] : [[t.status, String(delivery.status)] as const]),
    ...(delivery.delivered_at === null ? [] : [[t.deliveredAt, formatTime(delivery.delivered_at)] as const]),
  ];
}

function requestsOf({ requests, earlier }: DeliveryStory): HTMLElement {
  return h(
    'div',
    {},
    requests.length === 0
      ? h('p', { class: 'hint' }, t.noRequests)
      : h('ol', { class: 'requests' }, ...requests.map(requestItem)),
    earlier.length > 0 && h('h3', {}, t.earlier),
    ...earlier.map(({ at, reason }) => h('p', {}, `${formatTime(at)} `, reason ?? texts.never)),
  );
}

function requestItem({ at, duration_ms: ms, events, status, outcome, message }: AttemptView): HTMLElement {
  return h(
    'li',
    {},
    h('strong', {}, status === null ? t.noStatus : String(status)),
    ` ${outcome}`,
    h('p', { class: 'hint' }, `${formatTime(at)}, ${t.took(ms, events)}`),
    message !== null && h('p', { class: 'words' }, message),
  );
}
