import { namesAsked } from '../../../worker/domain/fql/near-misses.ts';
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
import { tableRegion } from '../ui/table-region.ts';
import type { Place, ShownIntegration } from '../ui/view.ts';
import { visibleName } from '../ui/visible-name.ts';
import { ruleNamedAs } from './rule-named-as.ts';
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

/** The table of events and their rules. */
export type EventRules = {
  element: HTMLElement;
  /** Saves the rules that are preselected and that the person has neither changed nor confirmed. @throws ApiProblem */
  saveSuggested: () => Promise<void>;
};

/**
 * Makes the table that maps events seen on the site: each with its rule. A choice is saved immediately. A rule with the
 * event's name is preselected, and saved only when the person says so.
 *
 * @param isSavedNext The page has a button that calls `saveSuggested`, so a row needs none of its own.
 * @param onSaved Receives a sentence that describes the change.
 */
export async function eventRules({
  place: { signal, act },
  integration,
  seen,
  isSavedNext = false,
  onSaved,
}: {
  place: Place;
  integration: ShownIntegration;
  seen: readonly SeenEvent[];
  isSavedNext?: boolean;
  onSaved: (said: string) => void;
}): Promise<EventRules> {
  const [rules, mappings] = await Promise.all([
    knownRules(integration.id, signal),
    all(shapes.mapping, `/integrations/${integration.id}/mappings`, signal),
  ]);
  const events = seen.filter(({ type }) => type === 'track' || type === 'page');
  if (events.length === 0)
    return { element: emptyState(t.noneSeen, t.noneSeenMore), saveSuggested: () => Promise.resolve() };
  const body = h('tbody', {});
  const rows = events.map((event) => row(event, { integration, mappings, rules, act, isSavedNext, onSaved }));
  fill(body, ...rows.map(({ element }) => element));
  const element = tableRegion(
    t.seen,
    h(
      'table',
      { class: 'seen-events' },
      h('caption', { class: 'unseen' }, t.seen),
      h('thead', {}, h('tr', {}, ...[t.event, t.lately, t.rule].map((title) => h('th', { scope: 'col' }, title)))),
      body,
    ),
  );
  return {
    element,
    saveSuggested: async () => {
      for (const { saveSuggested } of rows) await saveSuggested?.();
    },
  };
}

type Row = { element: HTMLElement; saveSuggested?: () => Promise<void> };

function row(
  event: SeenEvent,
  {
    integration,
    mappings,
    rules,
    act,
    isSavedNext,
    onSaved,
  }: {
    integration: ShownIntegration;
    mappings: readonly MappingView[];
    rules: KnownRules;
    act: Place['act'];
    isSavedNext: boolean;
    onSaved: (said: string) => void;
  },
): Row {
  const label = eventName({ event: event.name, type: event.type });
  let known = mappings.find(({ trigger, enabled }) => trigger === triggerFor(event) && enabled);
  const chosen = ruleOf(event, { mappings, integration });
  const isShort = known === undefined && chosen !== undefined;
  if (isShort)
    return {
      element: h(
        'tr',
        {},
        h('th', { scope: 'row' }, label),
        h('td', { class: 'number' }, formatCount(event.count)),
        h('td', {}, h('code', {}, chosen), ' ', h('span', { class: 'hint' }, t.byName)),
      ),
    };
  /** A mapping with further conditions or names. Another one by this name alone would count its events too. */
  const asking = mappings.find(
    ({ enabled, trigger }) => enabled && event.name !== null && namesAsked(trigger).includes(event.name),
  );
  /** The rule with the event's name, until the person confirms it or chooses another one. */
  let suggested =
    chosen === undefined && asking === undefined && may('editor') ? ruleNamedAs(event.name, rules) : undefined;
  /** The rule that means page views by its name. It isn't preselected: each page that is opened would count. */
  const ofPages = chosen === undefined && event.name === null ? ruleNamedAs(label, rules) : undefined;
  const store = async (): Promise<void> => {
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
    forgetSuggestion();
    onSaved(t.mapped(label));
  };
  const save = (): Promise<void> => act(store);
  let isConfirming = false;
  /** Saves the suggestion once, even if its button is pressed twice. */
  const confirmSuggested = async (): Promise<void> => {
    if (suggested === undefined || isConfirming) return;
    isConfirming = true;
    try {
      await store();
    } finally {
      isConfirming = false;
    }
  };
  const doubt = h('div', { role: 'status' });
  const drawDoubt = (): void => {
    const rule = picker.rules.find(({ id }) => id === picker.value);
    const kinds = rule && event.name !== null ? unlikelyRule(event.name, rule.type) : undefined;
    fill(doubt, rule !== undefined && kinds !== undefined && h('p', { class: 'hint' }, t.unlikely(rule.name, kinds)));
  };
  const suggestion = h('div', { class: 'offer' });
  const drawSuggestion = (): void =>
    fill(
      suggestion,
      chosen === undefined && asking !== undefined && h('p', { class: 'hint' }, t.askedBy(asking.name)),
      ofPages !== undefined && picker.value === '' && h('p', { class: 'hint' }, t.pagesNotSuggested(ofPages.rule.name)),
      suggested !== undefined &&
        h(
          'p',
          { class: 'hint' },
          `${suggested.isExact ? t.sameName : t.similarName} ${isSavedNext ? t.savedNext : t.notSaved}`,
        ),
      suggested !== undefined &&
        !isSavedNext &&
        h(
          'button',
          {
            type: 'button',
            class: 'small',
            'aria-label': `${t.useRule}: ${label}`,
            onclick: () => act(confirmSuggested),
          },
          t.useRule,
        ),
    );
  const forgetSuggestion = (): void => {
    suggested = undefined;
    // Its button is about to disappear.
    if (suggestion.contains(document.activeElement)) picker.control.focus();
    drawSuggestion();
  };
  const picker = new RulePicker({
    integrationId: integration.id,
    rules,
    chosen: chosen ?? suggested?.rule.id ?? '',
    suggestedName: () => label,
    isBrief: true,
    noneLabel: t.noConversion,
    onChange: () => {
      drawDoubt();
      forgetSuggestion();
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
  drawSuggestion();
  return {
    element: h(
      'tr',
      {},
      h('th', { scope: 'row' }, visibleName(label)),
      h('td', { class: 'number' }, formatCount(event.count)),
      h('td', {}, picker.element, suggestion, doubt),
    ),
    saveSuggested: confirmSuggested,
  };
}
