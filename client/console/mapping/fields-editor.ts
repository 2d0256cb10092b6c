import type { MappingFields } from '../../../worker/schema/settings/mapping.ts';
import { texts } from '../texts.ts';
import type { Form } from '../ui/form.ts';
import { input, nextId, select } from '../ui/form.ts';
import { fill, h, type Child } from '../ui/h.ts';
import {
  choicesOf,
  FIELD_NAMES,
  fieldsOf,
  isObject,
  type FieldChoice,
  type FieldChoices,
  type FieldName,
} from './field-choices.ts';

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

type Options = {
  fields: MappingFields;
  form: Form;
  /** The ID of a datalist of paths seen in real events. */
  pathsId: string;
  onChange: () => void;
};

/**
 * Edits where each of LinkedIn's fields comes from, with one row per field, and the same as JSON beside them. A change
 * of one also changes the other. If rows can't show everything, there is only the JSON.
 */
export class FieldsEditor {
  readonly element: HTMLElement;
  readonly #options: Options;
  readonly #rows = h('div', { class: 'field-rows' });
  readonly #text = h('textarea', { rows: 6, spellcheck: 'false', class: 'mono' });
  /** Undefined if rows can't show what the JSON says. */
  #choices: Record<FieldName, FieldChoice> | undefined;
  #controls: HTMLInputElement[] = [];
  #isReadable = true;

  constructor(options: Options) {
    this.#options = options;
    const { form, fields } = options;
    const json = form.field(t.asJson, this.#text, { pointer: '/fields', hint: t.asJsonBeside });
    this.element = h('div', { class: 'fields-editor' }, this.#rows, json);
    this.#text.addEventListener('input', () => this.#typed());
    this.#write(fields);
    this.#show(choicesOf(fields));
  }

  /** Returns the mapping's fields. @throws SyntaxError for invalid JSON. */
  get value(): MappingFields {
    if (this.#choices === undefined || !this.#isReadable) return JSON.parse(this.#text.value);
    return fieldsOf(this.#choices);
  }

  #write(fields: MappingFields): void {
    this.#text.value = JSON.stringify(fields, undefined, 2);
  }

  #typed(): void {
    try {
      const fields: unknown = JSON.parse(this.#text.value);
      this.#isReadable = true;
      this.#show(isObject(fields) ? choicesOf(fields) : undefined);
    } catch {
      // The JSON is still being typed. The rows stay as they were.
      this.#isReadable = false;
    }
    this.#options.onChange();
  }

  #show(choices: FieldChoices | undefined): void {
    const { form, pathsId, onChange } = this.#options;
    for (const control of this.#controls) form.forget(control);
    this.#controls = [];
    this.#choices = choices && { ...choices };
    const current = this.#choices;
    if (current === undefined) {
      fill(this.#rows, h('p', { class: 'hint' }, t.asJsonHint));
      return;
    }
    const rowOf = (name: FieldName): HTMLElement => {
      const { element, control } = fieldRow({
        name,
        choice: current[name],
        form,
        pathsId,
        onChange: (choice) => {
          current[name] = choice;
          this.#followRows();
          onChange();
        },
      });
      this.#controls.push(control);
      return element;
    };
    const isOpen = RARE.some((name) => current[name].kind !== 'default');
    fill(
      this.#rows,
      ...FIELD_NAMES.filter((name) => !RARE.includes(name)).map(rowOf),
      h('details', { open: isOpen }, h('summary', {}, t.more), h('div', { class: 'field-rows' }, ...RARE.map(rowOf))),
    );
  }

  #followRows(): void {
    if (this.#choices === undefined) return;
    this.#isReadable = true;
    try {
      this.#write(fieldsOf(this.#choices));
    } catch (error) {
      // A directive in a row is still being typed.
      if (!(error instanceof SyntaxError)) throw error;
    }
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
}): { element: HTMLElement; control: HTMLInputElement } {
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
  const label = h('label', { for: kind.id }, t.names[name]);
  return { element: h('div', { class: 'field-row' }, label, kind, holder, message), control: text };
}

function kindOf(text: string): Kind {
  return KINDS.find((kind) => kind === text) ?? 'default';
}
