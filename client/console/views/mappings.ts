import { shorthandTrigger } from '../../../worker/domain/fql/shorthand.ts';
import type { RuleLedger } from '../../../worker/schema/reports/ledger.ts';
import type { MappingView } from '../../../worker/schema/settings/mapping.ts';
import { all, api, send } from '../app/api.ts';
import { shapes } from '../app/response-shapes.ts';
import { needs } from '../app/session.ts';
import { integrationChips, integrationsOf, notConnected } from '../connection/integrations-of.ts';
import { knownRules, ruleName, ruleNumber, type KnownRules } from '../connection/rule-picker.ts';
import { eventRules } from '../mapping/event-rules.ts';
import { ownDeliveries } from '../mapping/own-deliveries.ts';
import { seenEvents } from '../mapping/seen-events.ts';
import { texts } from '../texts.ts';
import { confirm } from '../ui/dialog.ts';
import { emptyState, problemCard, toggle } from '../ui/element-of-state.ts';
import { countedName } from '../ui/event-name.ts';
import { formatCount, utcDay } from '../ui/format.ts';
import { h, type Child } from '../ui/h.ts';
import { tableRegion } from '../ui/table-region.ts';
import type { Place, ShownIntegration, View } from '../ui/view.ts';

const t = texts.mappings;
const COUNTED_DAYS = 7;

/** The page Mappings: the list of mappings, and the events seen on the site, each to be given a rule. */
export async function mappings(place: Place, sourceId: string): Promise<View> {
  const found = await integrationsOf(sourceId, place);
  const shown = found.find(({ id }) => id === place.query.get('integration')) ?? found[0];
  if (shown === undefined) return notConnected(t.title, sourceId, t.notConnected);
  const [list, rules, delivered, seen] = await Promise.all([
    all(shapes.mapping, `/integrations/${shown.id}/mappings`, place.signal),
    knownRules(shown.id, place.signal),
    recentDeliveries(shown, place.signal),
    seenEvents(sourceId, place.signal),
  ]);
  const again = (said: string): void => {
    place.say(said);
    place.go(location.hash);
  };
  const newHref = `#/sources/${sourceId}/mappings/new?integration=${shown.id}`;
  return {
    title: t.title,
    content: [
      () => integrationChips(found, shown, (id) => `#/sources/${sourceId}/mappings?integration=${id}`),
      h('p', { class: 'lead' }, t.lead),
      () => mappingTable({ list, shown, rules, delivered, sourceId, place, again }),
      h('p', { class: 'actions' }, h('a', { class: 'button primary', href: newHref }, t.add)),
      h(
        'section',
        { class: 'card' },
        h('h2', {}, t.seen),
        h('p', { class: 'hint' }, t.seenLead),
        await eventRules({ place, integration: shown, seen, onSaved: again }).then(
          ({ element }) => element,
          (error: unknown) => problemCard(error),
        ),
      ),
    ],
  };
}

function mappingTable({
  list,
  shown,
  rules,
  delivered,
  sourceId,
  place,
  again,
}: {
  list: readonly MappingView[];
  shown: ShownIntegration;
  rules: KnownRules;
  delivered: RuleLedger['data'];
  sourceId: string;
  place: Place;
  again: (said: string) => void;
}): HTMLElement {
  const short = Object.entries(shown.config.conversion_rule_id ?? {}).flatMap(([event, refs]) =>
    [refs].flat().map((ref) => ({ event, ref })),
  );
  if (list.length === 0 && short.length === 0) return emptyState(t.empty, t.emptyMore);
  const ruleCell = (ref: string): HTMLElement =>
    h('td', {}, ruleName(rules, ref) ?? '', ' ', h('code', {}, ruleNumber(ref)));
  const counts = ownDeliveries(
    [
      ...list.map(({ id, trigger, conversion_rule_id: ref }) => ({ id, trigger, ruleId: ruleNumber(ref) })),
      ...short.map(({ event, ref }) => ({
        id: entryId(event, ref),
        trigger: shorthandTrigger(event),
        ruleId: ruleNumber(ref),
      })),
    ],
    delivered,
  );
  const countCell = (id: string): HTMLElement => {
    const { least, most } = counts.get(id) ?? { least: 0, most: 0 };
    return least === most
      ? h('td', { class: 'number', 'data-label': t.counted(COUNTED_DAYS) }, formatCount(most))
      : h('td', { class: 'number', 'data-label': t.counted(COUNTED_DAYS), title: t.sharedHint }, t.shared(least, most));
  };
  return tableRegion(
    t.title,
    h(
      'table',
      { class: 'mappings' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ...[t.name, t.trigger, t.rule].map((title) => h('th', { scope: 'col' }, title)),
          h('th', { scope: 'col', class: 'number', title: t.countedHint }, t.counted(COUNTED_DAYS)),
          h('th', { scope: 'col' }, texts.source.action),
        ),
      ),
      h(
        'tbody',
        {},
        ...list.map(
          (mapping) => () =>
            h(
              'tr',
              {},
              h(
                'th',
                { scope: 'row' },
                h('a', { href: `#/sources/${sourceId}/mappings/${mapping.id}?integration=${shown.id}` }, mapping.name),
                !mapping.enabled && h('span', { class: 'badge' }, t.off),
              ),
              h(
                'td',
                { class: 'wide' },
                h('code', {}, mapping.trigger),
                ...mapping.warnings.map((warning) => h('p', { class: 'hint' }, warning)),
              ),
              ruleCell(mapping.conversion_rule_id),
              countCell(mapping.id),
              h('td', { class: 'row-actions' }, ...actions({ mapping, shown, place, again })),
            ),
        ),
        ...short.map(
          ({ event, ref }) =>
            () =>
              h(
                'tr',
                {},
                h(
                  'th',
                  { scope: 'row' },
                  countedName(event),
                  ' ',
                  h('span', { class: 'hint', title: t.byNameHint }, t.byName),
                ),
                h('td', { class: 'wide' }, h('code', {}, shorthandTrigger(event))),
                ruleCell(ref),
                countCell(entryId(event, ref)),
                h(
                  'td',
                  {},
                  h(
                    'button',
                    {
                      type: 'button',
                      class: 'small',
                      'aria-label': `${t.convert}: ${countedName(event)}`,
                      title: t.convertHint,
                      ...needs('editor'),
                      onclick: () =>
                        place.act(async () => {
                          await convert({ event, ref, shown });
                          again(t.converted);
                        }),
                    },
                    t.convert,
                  ),
                ),
              ),
        ),
      ),
    ),
  );
}

/** Identifies an entry by event name. It has no ID, and an event may have several rules. */
function entryId(event: string, ref: string): string {
  return JSON.stringify([event, ref]);
}

function actions({
  mapping: { id, name, enabled },
  shown,
  place,
  again,
}: {
  mapping: MappingView;
  shown: ShownIntegration;
  place: Place;
  again: (said: string) => void;
}): Child[] {
  const path = `/integrations/${shown.id}/mappings/${id}`;
  return [
    toggle(`${t.enabled}: ${name}`, enabled, (isOn) =>
      place.act(async () => {
        await send(path, { method: 'PATCH', body: { enabled: isOn } });
        again(texts.saved);
      }),
    ),
    ' ',
    h(
      'button',
      {
        type: 'button',
        class: 'small danger quiet',
        ...needs('editor'),
        'aria-label': `${t.remove}: ${name}`,
        onclick: async () => {
          const isSure = await confirm({
            title: t.removeTitle(name),
            text: [h('p', {}, t.removeText)],
            yes: t.remove,
            isDangerous: true,
          });
          if (!isSure) return;
          await place.act(async () => {
            await send(path, { method: 'DELETE' });
            again(t.removed);
          });
        },
      },
      t.remove,
    ),
  ];
}

/** Turns a shorthand entry into a mapping. Creates the mapping first, so that the event is always mapped. */
async function convert({ event, ref, shown }: { event: string; ref: string; shown: ShownIntegration }): Promise<void> {
  await send(`/integrations/${shown.id}/mappings`, {
    body: { name: countedName(event), trigger: shorthandTrigger(event), conversion_rule_id: ref },
  });
  const rest = Object.entries(shown.config.conversion_rule_id ?? {}).flatMap(([name, refs]) => {
    const kept = name === event ? [refs].flat().filter((one) => one !== ref) : refs;
    return Array.isArray(kept) && kept.length === 0 ? [] : [[name, kept] as const];
  });
  await send(`/integrations/${shown.id}`, {
    method: 'PATCH',
    body: { config: { conversion_rule_id: Object.fromEntries(rest) } },
  });
}

/** Reads the deliveries of recent days, by event name and rule. */
async function recentDeliveries(
  { id, source_id: sourceId }: ShownIntegration,
  signal: AbortSignal,
): Promise<RuleLedger['data']> {
  const { data } = await api(shapes.ruleLedger, `/sources/${sourceId}/ledger/rules?from=${utcDay(COUNTED_DAYS - 1)}`, {
    signal,
  });
  return data.filter(({ integration_id: integration }) => integration === id);
}
