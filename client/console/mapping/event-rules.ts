import type { MappingView } from '../../../worker/schema/settings/mapping.ts';
import { all, api, send } from '../app/api.ts';
import { inPart } from '../app/faults.ts';
import { shapes } from '../app/response-shapes.ts';
import { may } from '../app/session.ts';
import { knownRules, RulePicker, ruleNumber, type KnownRules } from '../connection/rule-picker.ts';
import { texts } from '../texts.ts';
import { emptyState } from '../ui/element-of-state.ts';
import { eventName } from '../ui/event-name.ts';
import { formatCount } from '../ui/format.ts';
import { fill, h } from '../ui/h.ts';
import type { Place, ShownIntegration } from '../ui/view.ts';
import { visibleName } from '../ui/visible-name.ts';
import { triggerFor, type SeenEvent } from './seen-events.ts';
import { unlikelyRule } from './unlikely-rule.ts';

const t = texts.mappings;

/** Finds the rule that an event's name alone fires: from the shorthand, or from a mapping with no other condition. */
function ruleOf(
  event: Pick<SeenEvent, 'type' | 'name'>,
  { mappings, integration }: { mappings: readonly MappingView[]; integration: ShownIntegration },
): string | undefined {
  const trigger = triggerFor(event);
  const mapping = mappings.find((one) => one.trigger === trigger && one.enabled);
  const byName = integration.config.conversion_rule_id ?? {};
  const key = event.type === 'page' ? 'page' : event.name;
  const short = key !== null && Object.hasOwn(byName, key) ? byName[key] : undefined;
  const ref = mapping?.conversion_rule_id ?? (Array.isArray(short) ? short[0] : short);
  return ref === undefined ? undefined : ruleNumber(ref);
}

/**
 * Makes the table that maps events seen on the site: each with its rule. A choice is saved immediately.
 *
 * @param onSaved Receives a sentence that describes the change.
 */
export async function eventRules({
  place: { signal, act },
  integration,
  seen,
  onSaved,
}: {
  place: Place;
  integration: ShownIntegration;
  seen: readonly SeenEvent[];
  onSaved: (said: string) => void;
}): Promise<HTMLElement> {
  const [rules, mappings] = await Promise.all([
    knownRules(integration.id, signal),
    all(shapes.mapping, `/integrations/${integration.id}/mappings`, signal),
  ]);
  const events = seen.filter(({ type }) => type === 'track' || type === 'page');
  if (events.length === 0) return emptyState(t.noneSeen, t.noneSeenMore);
  const body = h('tbody', {});
  fill(body, ...events.map((event) => row(event, { integration, mappings, rules, act, onSaved })));
  return h(
    'div',
    { class: 'table-holder', role: 'region', 'aria-label': t.seen, tabindex: 0 },
    h(
      'table',
      { class: 'seen-events' },
      h('caption', { class: 'unseen' }, t.seen),
      h('thead', {}, h('tr', {}, ...[t.event, t.lately, t.rule].map((title) => h('th', { scope: 'col' }, title)))),
      body,
    ),
  );
}

function row(
  event: SeenEvent,
  {
    integration,
    mappings,
    rules,
    act,
    onSaved,
  }: {
    integration: ShownIntegration;
    mappings: readonly MappingView[];
    rules: KnownRules;
    act: Place['act'];
    onSaved: (said: string) => void;
  },
): HTMLElement {
  const label = eventName({ event: event.name, type: event.type });
  let known = mappings.find(({ trigger, enabled }) => trigger === triggerFor(event) && enabled);
  const chosen = ruleOf(event, { mappings, integration });
  const isShort = known === undefined && chosen !== undefined;
  if (isShort)
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, label),
      h('td', { class: 'number' }, formatCount(event.count)),
      h('td', {}, h('code', {}, chosen), ' ', h('span', { class: 'hint' }, t.byName)),
    );
  const save = (): Promise<void> =>
    act(async () => {
      const path = `/integrations/${integration.id}/mappings`;
      const ruleId = picker.value;
      if (ruleId === '') {
        if (known === undefined) return;
        await send(`${path}/${known.id}`, { method: 'DELETE' });
        known = undefined;
        onSaved(t.unmapped(label));
        return;
      }
      known = await (known === undefined
        ? api(shapes.mapping, path, { body: { name: label, trigger: triggerFor(event), conversion_rule_id: ruleId } })
        : api(shapes.mapping, `${path}/${known.id}`, { method: 'PATCH', body: { conversion_rule_id: ruleId } }));
      onSaved(t.mapped(label));
    });
  const doubt = h('div', { role: 'status' });
  const drawDoubt = (): void => {
    const rule = picker.rules.find(({ id }) => id === picker.value);
    const kinds = rule && event.name !== null ? unlikelyRule(event.name, rule.type) : undefined;
    fill(doubt, rule !== undefined && kinds !== undefined && h('p', { class: 'hint' }, t.unlikely(rule.name, kinds)));
  };
  const picker = new RulePicker({
    integrationId: integration.id,
    rules,
    chosen: chosen ?? '',
    suggestedName: () => label,
    isBrief: true,
    noneLabel: t.noConversion,
    onChange: () => {
      drawDoubt();
      // A typed number is saved once it is complete.
      if (picker.control instanceof HTMLSelectElement) inPart(picker.element, save);
    },
  });
  if (picker.control instanceof HTMLInputElement)
    picker.control.addEventListener('change', () => {
      inPart(picker.element, save);
    });
  picker.control.setAttribute('aria-label', t.ruleFor(label));
  picker.control.disabled = !may('editor');
  drawDoubt();
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, visibleName(label)),
    h('td', { class: 'number' }, formatCount(event.count)),
    h('td', {}, picker.element, doubt),
  );
}
