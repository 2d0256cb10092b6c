import type { ConversionRule } from '../../../worker/schema/settings/linkedin-objects.ts';
import { withQuery } from '../app/address.ts';
import { all, api, ApiProblem, send } from '../app/api.ts';
import { shapes } from '../app/response-shapes.ts';
import { needs } from '../app/session.ts';
import { integrationChips, integrationsOf, notConnected } from '../connection/integrations-of.ts';
import { changeRule, chooseCampaigns, createRule, ruleTypeName } from '../connection/rule-form.ts';
import { knownRules, ruleNumber, ruleTrouble } from '../connection/rule-picker.ts';
import { askReadiness, readinessPart } from '../connection/rule-readiness.ts';
import { keepSent, sentNotice } from '../connection/sent-now.ts';
import { texts } from '../texts.ts';
import { emptyState, problemCard, toggle } from '../ui/element-of-state.ts';
import { h, type Child } from '../ui/h.ts';
import { tableRegion } from '../ui/table-region.ts';
import type { Place, ShownIntegration, View } from '../ui/view.ts';

const t = texts.rules;

/** The page Conversion rules: the rules of the ad account, with the mappings of each, and buttons to change them. */
export async function rules(place: Place, sourceId: string): Promise<View> {
  const found = await integrationsOf(sourceId, place);
  const shown = found.find(({ id }) => id === place.query.get('integration')) ?? found[0];
  if (shown === undefined) return notConnected(t.title, sourceId, t.notConnected);
  const wanted = place.query.get('rule');
  const [known, users, held, readiness] = await Promise.all([
    knownRules(shown.id, place.signal),
    mappedBy(shown, place),
    heldFor(shown.id, place.signal),
    askReadiness(shown.id, place.signal),
  ]);
  const again = (said: string): void => {
    place.say(said);
    // The rule that a link led to was repaired, so it is no longer marked.
    place.go(withQuery(location.hash, { integration: place.query.get('integration') ?? undefined }));
  };
  return {
    title: t.title,
    content: [
      () => integrationChips(found, shown, (id) => `#/sources/${sourceId}/rules?integration=${id}`),
      h('p', { class: 'lead' }, t.lead),
      h('p', { class: 'hint' }, t.enabledHint),
      () => sentNotice(sourceId, shown.id),
      wanted !== null && !(known instanceof ApiProblem) && !known.some(({ id }) => id === wanted)
        ? h(
            'div',
            { class: 'notice warn' },
            h('strong', {}, t.unknown(wanted)),
            h('p', {}, t.unknownMore),
            h(
              'a',
              { class: 'button', href: `#/sources/${sourceId}/mappings?integration=${shown.id}` },
              texts.remedies.toMappings,
            ),
          )
        : false,
      known instanceof ApiProblem
        ? h(
            'div',
            { class: 'stack' },
            problemCard(known, () => place.go(location.hash)),
            h('p', {}, h('a', { class: 'button', href: `#/sources/${sourceId}/linkedin/${shown.id}` }, t.toConnection)),
          )
        : known.length === 0
          ? emptyState(t.empty, t.emptyMore)
          : table(known, { shown, users, held, place, again }),
      !(known instanceof ApiProblem) &&
        h(
          'p',
          {},
          h(
            'button',
            {
              type: 'button',
              class: 'primary',
              ...needs('editor'),
              onclick: async () => {
                if ((await createRule(shown.id)) !== undefined) again(t.created);
              },
            },
            t.create,
          ),
        ),
      () => readinessPart(readiness, { known: known instanceof ApiProblem ? [] : known, place }),
    ],
    started() {
      document.querySelector('tr.wanted')?.scrollIntoView({ block: 'center' });
    },
  };
}

/** Returns the names of the mappings of each rule, by the rule's number. */
async function mappedBy(shown: ShownIntegration, { signal }: Place): Promise<ReadonlyMap<string, string[]>> {
  const mappings = await all(shapes.mapping, `/integrations/${shown.id}/mappings`, signal);
  const byName = Object.entries(shown.config.conversion_rule_id ?? {}).flatMap(([event, refs]) =>
    [refs].flat().map((ref) => ({ name: event, ref })),
  );
  const users = new Map<string, string[]>();
  for (const { name, ref } of [...byName, ...mappings.map((one) => ({ name: one.name, ref: one.conversion_rule_id }))])
    users.set(ruleNumber(ref), [...(users.get(ruleNumber(ref)) ?? []), name]);
  return users;
}

/** Returns how many conversions are held for each rule. Without an answer, the page is still complete. */
async function heldFor(integrationId: string, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
  try {
    const { backlog } = await api(shapes.status, `/integrations/${integrationId}/status`, { signal });
    return new Map(
      backlog.rules.flatMap(({ conversion_rule_id: rule, hold, waiting }) => (hold === null ? [] : [[rule, waiting]])),
    );
  } catch (error) {
    if (error instanceof ApiProblem && error.status !== 401) return new Map();
    throw error;
  }
}

type Parts = {
  shown: ShownIntegration;
  users: ReadonlyMap<string, string[]>;
  /** How many conversions are held for each rule, as far as it is known. */
  held: ReadonlyMap<string, number>;
  place: Place;
  again: (said: string) => void;
};

function table(known: readonly ConversionRule[], parts: Parts): HTMLElement {
  const titles = [t.rule, t.type, t.windows, t.campaigns, t.mapped, t.state, texts.source.action];
  // Rules that something is mapped to come first.
  const sorted = known.toSorted((one, other) => Number(parts.users.has(other.id)) - Number(parts.users.has(one.id)));
  return tableRegion(
    t.title,
    h(
      'table',
      { class: 'cards account-rules' },
      h('thead', {}, h('tr', {}, ...titles.map((title) => h('th', { scope: 'col' }, title)))),
      h('tbody', {}, ...sorted.map((rule) => () => row(rule, parts))),
    ),
  );
}

function row(rule: ConversionRule, { shown, users, held, place, again }: Parts): HTMLElement {
  const { id, name, campaign_ids: campaigns, conversion_method: method } = rule;
  const isOurs = method === 'CONVERSIONS_API';
  const mapped = users.get(id) ?? [];
  return h(
    'tr',
    { class: place.query.get('rule') === id ? 'wanted' : '' },
    h('th', { scope: 'row' }, name, ' ', h('code', {}, id)),
    h('td', { 'data-label': t.type }, ruleTypeName(rule.type)),
    h(
      'td',
      { 'data-label': t.windows },
      texts.rule.windowsOf(rule.post_click_attribution_window_size, rule.view_through_attribution_window_size),
    ),
    h(
      'td',
      { 'data-label': t.campaigns },
      ...(campaigns.length === 0
        ? [h('span', { class: 'badge held' }, t.noCampaigns), h('p', { class: 'hint' }, t.noCampaignsMore)]
        : [String(campaigns.length)]),
    ),
    h('td', { class: 'mapped', 'data-label': t.mapped }, mapped.length === 0 ? texts.never : mapped.join(', ')),
    h(
      'td',
      { 'data-label': t.state },
      ...(isOurs
        ? [
            enabledToggle(rule, { shown, place, again }),
            !rule.enabled && h('p', { class: 'hint' }, t.disabledMore(held.get(id) ?? 0)),
          ]
        : [h('span', { class: 'badge attention' }, ruleTrouble(rule))]),
    ),
    h('td', { class: 'row-actions' }, ...(isOurs ? actions(rule, { shown, again }) : [])),
  );
}

/** A switch that says by itself whether the rule is enabled. */
function enabledToggle(
  { id, name, enabled }: ConversionRule,
  { shown, place, again }: Omit<Parts, 'users' | 'held'>,
): HTMLElement {
  return toggle(`${t.working}: ${name}`, enabled, (isOn) =>
    place.act(async () => {
      const { backlog } = await api(shapes.status, `/integrations/${shown.id}/status`);
      const held = backlog.rules.find((one) => one.conversion_rule_id === id && one.hold !== null)?.waiting ?? 0;
      await send(`/integrations/${shown.id}/conversion-rules/${id}`, { method: 'PATCH', body: { enabled: isOn } });
      keepSent({ integrationId: shown.id, ruleId: id, held: isOn ? held : 0 });
      again(isOn ? t.enabled(name, held) : t.disabled(name));
    }),
  );
}

function actions(rule: ConversionRule, { shown, again }: Pick<Parts, 'shown' | 'again'>): Child[] {
  const { name } = rule;
  const button = (label: string, onclick: () => Promise<void>): HTMLElement =>
    h(
      'button',
      { type: 'button', class: 'small', 'aria-label': `${label}: ${name}`, ...needs('editor'), onclick },
      label,
    );
  return [
    button(texts.rule.change, async () => {
      if ((await changeRule(shown.id, rule)) !== undefined) again(texts.saved);
    }),
    ' ',
    button(texts.rule.chooseCampaigns, () => chooseCampaigns(shown.id, rule, () => again(texts.saved))),
  ];
}
