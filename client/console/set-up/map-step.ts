import { all } from '../app/api.ts';
import { shapes } from '../app/response-shapes.ts';
import { eventRules } from '../mapping/event-rules.ts';
import { seenEvents } from '../mapping/seen-events.ts';
import { texts } from '../texts.ts';
import { Form, input } from '../ui/form.ts';
import { fill, h, type Child } from '../ui/h.ts';
import type { Place, ShownIntegration } from '../ui/view.ts';

const t = texts.setUp;

/**
 * The step that maps events to rules. An event can be added before the site sends it.
 *
 * @param onNext Gets called once an event has a rule.
 */
export async function mapStep(
  place: Place,
  integration: ShownIntegration,
  onNext: () => Promise<void>,
): Promise<Child[]> {
  const { signal, act, say } = place;
  const seen = await seenEvents(integration.source_id, signal);
  const hasSeen = seen.some(({ type }) => type === 'track' || type === 'page');
  const name = input({ list: 'usual-events' });
  const expected = new Form({
    submit: t.addEvent,
    onSubmit: async () => {
      const given = name.value.trim();
      if (given === '') return;
      if (!seen.some((one) => one.type === 'track' && one.name === given))
        seen.push({ type: 'track', name: given, count: 0, fields: [], latest: undefined });
      await redraw();
      name.value = '';
    },
  });
  expected.add(
    h('datalist', { id: 'usual-events' }, ...t.usualEvents.map((event) => h('option', { value: event }))),
    expected.field(t.expectedEvent, name, { pointer: '/event', hint: t.expectedHint }),
  );
  const table = h('div', {});
  const missing = h('div', { role: 'status' });
  const redraw = async (): Promise<void> => {
    if (!seen.some(({ type }) => type === 'track' || type === 'page')) return;
    const onSaved = (said: string): void => {
      fill(missing);
      say(said);
    };
    fill(table, await eventRules({ place, integration, seen, onSaved }));
  };
  const next = (): Promise<void> =>
    act(async () => {
      const mappings = await all(shapes.mapping, `/integrations/${integration.id}/mappings`, signal);
      const isMapped = mappings.length > 0 || Object.keys(integration.config.conversion_rule_id ?? {}).length > 0;
      if (isMapped) await onNext();
      else fill(missing, h('p', { class: 'notice warn' }, t.nothingMapped));
    });
  await redraw();
  return [
    h('p', {}, hasSeen ? t.mapLead : t.mapLeadNoneSeen),
    // Above the table: what grows is below, so nothing moves under the mouse.
    hasSeen ? h('details', {}, h('summary', {}, t.notSeen), expected.element) : expected.element,
    table,
    missing,
    h(
      'div',
      { class: 'actions' },
      h('button', { type: 'button', class: 'primary', onclick: next }, t.next),
      h('a', { class: 'button', href: `#/sources/${integration.source_id}/mappings` }, t.moreMappings),
    ),
  ];
}
