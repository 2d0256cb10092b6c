import type { AttemptView, DeliveryStory, DeliveryView, EventView } from '../../../worker/schema/event-view.ts';
import type { MappingView } from '../../../worker/schema/mapping.ts';
import { all, api, productUrl } from '../api.ts';
import { copyable, facts, lintList, problemCard, stateBadge } from '../element-of-state.ts';
import { formatTime } from '../format.ts';
import { fill, h, type Child } from '../h.ts';
import { sampleOf } from '../mapping/sample-event.ts';
import { ruleNumber } from '../rule-picker.ts';
import { texts } from '../texts.ts';
import type { ShownIntegration } from '../view.ts';
import { shorthandTrigger } from './mappings.ts';

const t = texts.live.story;

/** From its arrival to LinkedIn's answer: consent, identity as present or not, triggers, deliveries. */
export function eventStory(event: EventView, sourceId: string): HTMLElement {
  const { categories, policy, country, source } = event.consent;
  const consents = Object.entries(categories);
  const triggers = h('div', { class: 'stack' });
  return h(
    'div',
    { class: 'story' },
    h('p', { class: 'sentence' }, stateBadge(event.state), ' ', event.sentence),
    facts([
      [t.received, formatTime(event.received_at)],
      [t.happened, formatTime(event.happened_at)],
      [t.type, event.type],
      [t.messageId, h('code', {}, event.message_id)],
      ...(event.fields.length === 0 ? [] : [[t.fields, fieldList(event.fields)] as const]),
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
    ...(event.lint.length === 0 ? [] : [h('h3', {}, texts.lint.title), lintList(event.lint)]),
    h('h3', {}, t.triggers),
    openButton(t.triggersOpen, triggers, async () => triggerList(event, sourceId)),
    triggers,
    h('h3', {}, t.deliveries),
    ...(event.deliveries.length === 0
      ? [h('p', { class: 'hint' }, t.noDeliveries)]
      : event.deliveries.map((delivery) => deliveryPart(delivery))),
    h('h3', {}, t.again),
    h('p', { class: 'hint' }, t.againLead),
    copyable(t.curl, curlOf(event)),
  );
}

function fieldList(fields: readonly string[]): HTMLElement {
  return h('span', { class: 'field-names' }, ...fields.flatMap((field) => [h('code', {}, field), ' ']));
}

/**
 * The call that sends an event of this kind again: what it held is not kept, so the values are examples, and the write key
 * is to be filled in.
 */
function curlOf(event: EventView): string {
  const body = JSON.stringify({ batch: [sampleOf(event)] }).replaceAll("'", String.raw`'\''`);
  return `curl -X POST '${productUrl('v1/batch').href}' \\\n  -H 'Authorization: Bearer <write key>' -H 'Content-Type: application/json' \\\n  -d '${body}'`;
}

/** Each mapping, whether it fired, and what it wants: the event's own deliveries say which did. */
async function triggerList(event: EventView, sourceId: string): Promise<Child[]> {
  const integrations = await all<ShownIntegration>(`/integrations?source_id=${sourceId}`);
  const lists = await Promise.all(
    integrations.map(async (integration) => ({
      integration,
      mappings: await all<MappingView>(`/integrations/${integration.id}/mappings`),
    })),
  );
  const fired = (integrationId: string, ref: string): boolean =>
    event.deliveries.some(
      ({ integration_id: id, conversion_rule_id: rule }) => id === integrationId && rule === ruleNumber(ref),
    );
  const items = lists.flatMap(({ integration, mappings }) => [
    ...mappings.map((mapping) => ({
      name: mapping.name,
      trigger: mapping.trigger,
      holds: fired(integration.id, mapping.conversion_rule_id),
    })),
    ...Object.entries(integration.config.conversion_rule_id ?? {}).flatMap(([name, refs]) =>
      [refs].flat().map((ref) => ({
        name,
        trigger: shorthandTrigger(name),
        holds: fired(integration.id, ref),
      })),
    ),
  ]);
  if (items.length === 0) return [h('p', { class: 'hint' }, t.noTriggers)];
  return [
    h('p', { class: 'hint' }, t.triggersLead),
    h(
      'ul',
      { class: 'parts' },
      ...items.map(({ name, trigger, holds }) =>
        h(
          'li',
          { class: holds ? 'holds' : 'fails' },
          h('strong', {}, holds ? t.fired(name) : t.firedNot(name)),
          h('br', {}),
          h('code', {}, trigger),
        ),
      ),
    ),
  ];
}

function policyName(policy: string): string {
  return Object.entries(texts.source.consent).find(([code]) => code === policy)?.[1] ?? policy;
}

function yesNo(isTrue: boolean): HTMLElement {
  return h('span', { class: isTrue ? 'yes' : 'no' }, isTrue ? texts.yes : texts.no);
}

/** A button that gives its place to what it opens. */
function openButton(label: string, into: HTMLElement, content: () => Promise<Child[]>): HTMLElement {
  return h(
    'button',
    {
      type: 'button',
      class: 'small',
      onclick: async (event) => {
        if (event.currentTarget instanceof HTMLElement) event.currentTarget.remove();
        fill(into, h('p', { class: 'loading' }, texts.loading));
        into.tabIndex = -1;
        into.focus();
        try {
          fill(into, ...(await content()));
        } catch (error) {
          fill(into, problemCard(error));
        }
      },
    },
    label,
  );
}

function deliveryPart(delivery: DeliveryView): HTMLElement {
  const requests = h('div', {});
  const id = `${delivery.conversion_rule_id}:${delivery.event_id}`;
  return h(
    'section',
    { class: 'part' },
    h('p', { class: 'sentence' }, stateBadge(delivery.state), ' ', delivery.sentence),
    facts(deliveryFacts(delivery)),
    openButton(t.requests, requests, async () => [requestsOf(await deliveryOf(delivery.integration_id, id))]),
    requests,
  );
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
    h('h3', {}, t.consent),
    consentChecks(story),
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

/** Each time that what was said was held against what is asked for. */
function consentChecks({ consent }: DeliveryStory): HTMLElement {
  return h(
    'ol',
    { class: 'requests' },
    ...consent.checks.map(({ at, when, asked, granted }) =>
      h(
        'li',
        {},
        yesNo(granted),
        ` ${t.checks[when]}`,
        h('p', { class: 'hint' }, `${formatTime(at)}${asked === null ? '' : `, ${t.asked(asked)}`}`),
      ),
    ),
  );
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
