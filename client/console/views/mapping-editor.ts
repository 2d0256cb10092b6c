import type { MappingView } from '../../../worker/schema/settings/mapping.ts';
import { api, ApiProblem, send } from '../app/api.ts';
import { pageOf, shapes } from '../app/response-shapes.ts';
import { saveOrChoose } from '../conflict/save-or-choose.ts';
import { integrationsOf, notConnected } from '../connection/integrations-of.ts';
import { knownRules, RulePicker } from '../connection/rule-picker.ts';
import { draftOf, mappingSettings, valuesOfMapping, type Draft } from '../mapping/conflicts.ts';
import { FieldsEditor } from '../mapping/fields-editor.ts';
import { MappingPreview } from '../mapping/preview.ts';
import { seenEvents, triggerFor, type SeenEvent } from '../mapping/seen-events.ts';
import { takenBy } from '../mapping/taken-by.ts';
import { TriggerEditor } from '../mapping/trigger-editor.ts';
import { rowsOf } from '../mapping/trigger-rows.ts';
import { texts } from '../texts.ts';
import { checkbox, Form, input, nextId, select } from '../ui/form.ts';
import { h } from '../ui/h.ts';
import type { Place, View } from '../ui/view.ts';

const t = texts.mappings;

/** The page of one mapping: its trigger, rule and fields, and a preview of the result. */
export async function mappingEditor(place: Place, sourceId: string, id: string): Promise<View> {
  const { signal, query, say, go } = place;
  const found = await integrationsOf(sourceId, place);
  const shown = found.find((one) => one.id === query.get('integration')) ?? found[0];
  if (shown === undefined) return notConnected(t.newTitle, sourceId, t.notConnected);
  const path = `/integrations/${shown.id}/mappings`;
  const readList = async (): Promise<{ list: MappingView[]; version: string | null }> => {
    let version: string | null = null;
    // A connection has at most 50.
    const { data: list } = await api(pageOf(shapes.mapping), `${path}?limit=200`, {
      signal,
      onVersion: (etag) => {
        version = etag;
      },
    });
    return { list, version };
  };
  const [{ list, version }, rules, seen] = await Promise.all([
    readList(),
    knownRules(shown.id, signal),
    seenEvents(sourceId, signal),
  ]);
  const known = list.find((mapping) => mapping.id === id);
  if (known === undefined && id !== 'new') throw gone();
  const back = `#/sources/${sourceId}/mappings?integration=${shown.id}`;

  const name = input({ value: known?.name ?? '' });
  const enabled = checkbox(known?.enabled ?? true);
  const amount = input({
    value: String(known?.default_value?.amount ?? ''),
    inputmode: 'decimal',
    class: 'mono short',
  });
  const currency = input({ value: known?.default_value?.currency ?? '', maxlength: 3, class: 'mono short' });
  const fieldList = suggestions([...ROOTS, ...seen.flatMap(({ fields }) => fields)]);
  const pathList = suggestions([
    '$.timestamp',
    '$.messageId',
    ...seen.flatMap(({ fields }) => fields.map((field) => `$.${field}`)),
  ]);
  const nameList = suggestions(seen.flatMap((event) => event.name ?? []));
  const typeList = suggestions(['track', 'page', 'identify']);

  const once = select(Object.entries(t.onceChoices), known === undefined ? '' : String(known.once_per_membership));
  const draft = (): Draft => ({
    name: name.value.trim() === '' ? t.unnamed : name.value,
    enabled: enabled.checked,
    trigger: trigger.value,
    // A placeholder, so that the preview works before a rule is chosen. Saving needs a rule.
    conversion_rule_id: picker.value === '' ? '0' : picker.value,
    fields: fields.value,
    ...(once.value !== '' && { once_per_membership: once.value === 'true' }),
    default_value:
      amount.value.trim() === ''
        ? null
        : {
            amount: amount.value.trim(),
            ...(currency.value.trim() !== '' && { currency: currency.value.trim() }),
          },
  });
  const form = new Form({
    submit: known === undefined ? t.create : texts.save,
    onSubmit: async () => {
      if (picker.value === '') throw fieldProblem('/conversion_rule_id', t.ruleMissing);
      const body = bodyOf(draft);
      await (known === undefined ? send(path, { body }) : change(known, body));
      say(t.saved);
      go(back);
    },
    extra: [h('a', { class: 'button', href: back }, texts.cancel)],
  });
  const change = (before: MappingView, body: Draft): Promise<void> =>
    saveOrChoose({
      settings: mappingSettings(rules),
      base: valuesOfMapping(before),
      version,
      mine: valuesOfMapping(body),
      read: async () => {
        const now = await readList();
        const mapping = now.list.find((one) => one.id === id);
        if (mapping === undefined) throw gone();
        return { values: valuesOfMapping(mapping), version: now.version };
      },
      save: (values, ifMatch) => send(`${path}/${id}`, { method: 'PATCH', ifMatch, body: draftOf(values) }),
    });
  const changed = (): void => preview.refresh();
  /** Used for changes that may add or remove rows. */
  const rewritten = (): void => {
    form.touch();
    changed();
  };
  const trigger = new TriggerEditor({
    trigger: known?.trigger ?? triggerFor(seen.find(({ type }) => type === 'track') ?? { type: 'track', name: null }),
    fieldsId: fieldList.id,
    valuesId: (field) => (field === 'event' ? nameList.id : field === 'type' ? typeList.id : undefined),
    seen,
    takenBy: (asked) => takenBy(asked, { others: list.filter((one) => one.id !== id), integration: shown }),
    onChange: rewritten,
  });
  const picker = new RulePicker({
    integrationId: shown.id,
    rules,
    chosen: known?.conversion_rule_id ?? '',
    suggestedName: () => name.value,
    onChange: changed,
  });
  const fields = new FieldsEditor({ fields: known?.fields ?? {}, form, pathsId: pathList.id, onChange: rewritten });
  const preview = new MappingPreview({
    integrationId: shown.id,
    seen,
    categories: shown.consent_categories,
    chosen: namedBy(trigger.value, seen),
    draft,
    hasRule: () => picker.value !== '',
    onSample: (sample) => trigger.ask(sample),
    signal,
  });
  for (const control of [amount, currency, enabled, once]) control.addEventListener('input', changed);
  form.watch(() => '/trigger', trigger.text, trigger.problem);
  form.add(
    fieldList,
    pathList,
    nameList,
    typeList,
    h(
      'div',
      { class: 'pair' },
      form.field(t.name, name, { pointer: '/name' }),
      form.field(t.enabled, enabled, { pointer: '/enabled' }),
    ),
    h('fieldset', {}, h('legend', {}, t.when), trigger.element),
    h(
      'fieldset',
      {},
      h('legend', {}, t.becomes),
      pickerField(form, picker),
      form.field(t.once, once, { pointer: '/once_per_membership', hint: t.onceHint }),
    ),
    h(
      'fieldset',
      {},
      h('legend', {}, t.fields),
      h('p', { class: 'hint' }, t.fieldsLead),
      fields.element,
      h(
        'div',
        { class: 'pair' },
        form.field(t.defaultAmount, amount, { pointer: '/default_value/amount', hint: t.defaultHint }),
        form.field(t.defaultCurrency, currency, { pointer: '/default_value/currency' }),
      ),
    ),
  );
  return {
    title: known?.name ?? t.newTitle,
    content: [
      h('p', {}, h('a', { href: back }, t.back)),
      h('div', { class: 'editor' }, h('div', { class: 'card' }, form.element), preview.element),
    ],
  };
}

/** The fields that a trigger can use, apart from those seen in events. */
const ROOTS = ['type', 'event', 'name', 'userId', 'context.page.url'];

function suggestions(values: readonly string[]): HTMLDataListElement {
  return h('datalist', { id: nextId('list') }, ...[...new Set(values)].map((value) => h('option', { value })));
}

function pickerField(form: Form, picker: RulePicker): HTMLElement {
  const message = h('p', { class: 'field-problem', id: nextId('rule-problem') });
  picker.control.setAttribute('aria-describedby', message.id);
  form.watch(() => '/conversion_rule_id', picker.control, message);
  return h(
    'div',
    { class: 'field' },
    h('label', { for: picker.control.id }, texts.rule.label),
    picker.element,
    message,
  );
}

/** Finds the seen event that a trigger names. */
function namedBy(trigger: string, seen: readonly SeenEvent[]): SeenEvent | undefined {
  const named = rowsOf(trigger)?.rows.find(({ field, asked }) => field === 'event' && asked === '=');
  return seen.find(({ name }) => name !== null && name === named?.value) ?? seen.find(({ type }) => type === 'track');
}

function gone(): ApiProblem {
  return new ApiProblem({ status: 404, title: t.gone, detail: t.goneMore });
}

function bodyOf(draft: () => Draft): Draft {
  try {
    return draft();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw fieldProblem(`/fields/${error.message.replace('.', '/')}`, texts.preview.fieldNotJson(''));
  }
}

function fieldProblem(pointer: string, detail: string): ApiProblem {
  return new ApiProblem({ status: 400, title: detail, detail, errors: [{ pointer, detail }] });
}
