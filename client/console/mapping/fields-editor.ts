import type { MappingFields } from '../../../worker/schema/settings/mapping.ts';
import { texts } from '../texts.ts';
import type { Form } from '../ui/form.ts';
import { input, nextId, select } from '../ui/form.ts';
import { fill, h, type Child } from '../ui/h.ts';
import { choicesOf, FIELD_NAMES, fieldsOf, type FieldChoice, type FieldName } from './field-choices.ts';

const t = texts.fields;
const KINDS = ['default', 'path', 'template', 'fixed', 'nothing', 'json'] as const;
type Kind = (typeof KINDS)[number];

/** The fields that nearly every mapping leaves at their defaults. */
const RARE: readonly FieldName[] = [
  'userInfo.title',
  'userInfo.countryCode',
  'externalIds',
  'leadId',
  'acxiomID',
  'googleAID',
  'oracleID',
];

/** Edits where each of LinkedIn's fields comes from: one row per field, or JSON if rows cannot show it all. */
export class FieldsEditor {
  readonly element: HTMLElement;
  readonly #read: () => MappingFields;

  /** @param pathsId A datalist of paths seen in real events. */
  constructor({
    fields,
    form,
    pathsId,
    onChange,
  }: {
    fields: MappingFields;
    form: Form;
    pathsId: string;
    onChange: () => void;
  }) {
    const choices = choicesOf(fields);
    if (choices === undefined) {
      const text = h('textarea', { rows: 12, spellcheck: 'false', class: 'mono' });
      text.value = JSON.stringify(fields, undefined, 2);
      text.addEventListener('input', onChange);
      this.element = form.field(t.asJson, text, { pointer: '/fields', hint: t.asJsonHint });
      this.#read = () => JSON.parse(text.value);
      return;
    }
    const current: Record<FieldName, FieldChoice> = { ...choices };
    const rowOf = (name: FieldName): HTMLElement =>
      fieldRow({
        name,
        choice: current[name],
        form,
        pathsId,
        onChange: (choice) => {
          current[name] = choice;
          onChange();
        },
      });
    const isOpen = RARE.some((name) => current[name].kind !== 'default');
    this.element = h(
      'div',
      { class: 'field-rows' },
      ...FIELD_NAMES.filter((name) => !RARE.includes(name)).map(rowOf),
      h('details', { open: isOpen }, h('summary', {}, t.more), h('div', { class: 'field-rows' }, ...RARE.map(rowOf))),
    );
    this.#read = () => fieldsOf(current);
  }

  /** Returns the mapping's fields. @throws SyntaxError for invalid JSON. */
  get value(): MappingFields {
    return this.#read();
  }
}

function fieldRow({
  name,
  choice,
  form,
  pathsId,
  onChange,
}: {
  name: FieldName;
  choice: FieldChoice;
  form: Form;
  pathsId: string;
  onChange: (choice: FieldChoice) => void;
}): HTMLElement {
  const kind = select(
    KINDS.map((one) => [one, t.kinds[one]] as const),
    choice.kind,
  );
  kind.id = nextId('field');
  const message = h('p', { class: 'field-problem', id: `${kind.id}-problem` });
  const text = input({
    value: 'text' in choice ? choice.text : '',
    class: 'mono',
    'aria-label': t.valueOf(t.names[name]),
  });
  text.setAttribute('aria-describedby', message.id);
  const hint = h('span', { class: 'hint' });
  const holder = h('div', { class: 'field-value' });
  const suit = (): void => {
    const now = kindOf(kind.value);
    text.placeholder = t.placeholders[now];
    if (now === 'path') text.setAttribute('list', pathsId);
    else text.removeAttribute('list');
    const needsText = now !== 'default' && now !== 'nothing';
    const parts: Child[] = needsText ? [text] : [hint];
    fill(hint, now === 'default' ? t.defaults[name] : t.nothingMore);
    fill(holder, ...parts);
  };
  const tell = (): void => {
    const now = kindOf(kind.value);
    onChange(now === 'default' || now === 'nothing' ? { kind: now } : { kind: now, text: text.value });
  };
  kind.addEventListener('change', () => {
    suit();
    if (text.isConnected) text.focus();
    tell();
  });
  text.addEventListener('input', tell);
  form.watch(() => `/fields/${name.replace('.', '/')}`, text, message);
  suit();
  return h('div', { class: 'field-row' }, h('label', { for: kind.id }, t.names[name]), kind, holder, message);
}

function kindOf(text: string): Kind {
  return KINDS.find((kind) => kind === text) ?? 'default';
}
