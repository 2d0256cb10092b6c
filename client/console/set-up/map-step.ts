import type { MappingView } from '../../../worker/schema/settings/mapping.ts';
import { all } from '../app/api.ts';
import { inPart } from '../app/faults.ts';
import { shapes } from '../app/response-shapes.ts';
import { eventRules, type EventRules } from '../mapping/event-rules.ts';
import { seenEvents } from '../mapping/seen-events.ts';
import { texts } from '../texts.ts';
import { Form, input } from '../ui/form.ts';
import { fill, h, type Child } from '../ui/h.ts';
import type { Place, ShownIntegration } from '../ui/view.ts';

const t = texts.setUp;

/**
 * The step that maps events to rules. An event can be added before the site sends it.
 *
 * @param onMapped Gets the mappings after each change.
 * @param onNext Gets called when the person continues, once an event has a rule.
 */
export async function mapStep(
  place: Place,
  integration: ShownIntegration,
  { onMapped, onNext }: { onMapped: (mappings: readonly MappingView[]) => void; onNext: () => Promise<void> },
): Promise<Child[]> {
  const { signal, act, say } = place;
  const seen = await seenEvents(integration.source_id, signal);
  const hasSeen = seen.some(({ type }) => type === 'track' || type === 'page');
  const name = input({ list: 'usual-events' });
  /** Adds the name that was typed to the list. @returns It, or undefined if there is none. */
  const addTyped = async (): Promise<string | undefined> => {
    const given = name.value.trim();
    if (given === '') return undefined;
    if (!seen.some((one) => one.type === 'track' && one.name === given))
      seen.push({ type: 'track', name: given, count: 0, fields: [], latest: undefined });
    await redraw();
    name.value = '';
    return given;
  };
  const expected = new Form({
    submit: t.addEvent,
    onSubmit: async () => {
      fill(missing);
      await addTyped();
    },
  });
  expected.add(
    h('datalist', { id: 'usual-events' }, ...t.usualEvents.map((event) => h('option', { value: event }))),
    expected.field(t.expectedEvent, name, { pointer: '/event', hint: t.expectedHint }),
  );
  const table = h('div', {});
  let rules: EventRules | undefined;
  const mappingsNow = (): Promise<MappingView[]> =>
    all(shapes.mapping, `/integrations/${integration.id}/mappings`, signal);
  const missing = h('div', { role: 'status' });
  const redraw = async (): Promise<void> => {
    const isListed = seen.some(({ type }) => type === 'track' || type === 'page');
    // One main button: as long as there is nothing to choose a rule for, it adds an event.
    expected.setPrimary(!isListed);
    actions.hidden = !isListed && !hasEntries(integration);
    if (!isListed) return;
    const onSaved = (said: string): void => {
      fill(missing);
      say(said);
      inPart(table, async () => onMapped(await mappingsNow()));
    };
    rules = await eventRules({ place, integration, seen, isSavedNext: true, onSaved });
    fill(table, rules.element);
  };
  const next = (): Promise<void> =>
    act(async () => {
      const added = await addTyped();
      // Its rule hasn't been chosen, or seen.
      if (added !== undefined) {
        fill(missing, h('p', { class: 'notice warn' }, t.addedFirst(added)));
        return;
      }
      await rules?.saveSuggested();
      const mappings = await mappingsNow();
      const isMapped = mappings.length > 0 || hasEntries(integration);
      if (isMapped) await onNext();
      else fill(missing, h('p', { class: 'notice warn' }, t.nothingMapped));
    });
  const actions = h(
    'div',
    { class: 'actions' },
    h('button', { type: 'button', class: 'primary', onclick: next }, t.next),
    h('a', { class: 'button', href: `#/sources/${integration.source_id}/mappings` }, t.moreMappings),
  );
  await redraw();
  return [
    h('p', {}, hasSeen ? t.mapLead : t.mapLeadNoneSeen),
    // Above the table: what grows is below, so nothing moves under the mouse.
    hasSeen ? h('details', {}, h('summary', {}, t.notSeen), expected.element) : expected.element,
    table,
    missing,
    actions,
  ];
}

/** Whether events are mapped by their names alone, in the connection itself. */
function hasEntries({ config }: ShownIntegration): boolean {
  return Object.keys(config.conversion_rule_id ?? {}).length > 0;
}
