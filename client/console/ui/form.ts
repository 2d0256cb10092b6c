import type { Role } from '../../../worker/schema/settings/access-token.ts';
import { ApiProblem } from '../app/api.ts';
import { may } from '../app/session.ts';
import { forgetUnsaved, noteUnsaved } from '../app/unsaved.ts';
import { texts } from '../texts.ts';
import { fill, h, type Attributes, type Child } from './h.ts';

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
type Place = { pointer: () => string; control: Control; message: HTMLElement; label?: string };

let lastId = 0;
export function nextId(prefix: string): string {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

/** A form that shows each problem at the field that the API's `pointer` names, and all others above the buttons. */
export class Form {
  readonly element: HTMLFormElement;
  readonly #places: Place[] = [];
  readonly #summary = h('div', { role: 'alert', class: 'form-summary' });
  readonly #submit: HTMLButtonElement;
  #isRefused: boolean;
  readonly #isGuarded: boolean;
  /** The original contents of the fields, and whether a button has changed something since. */
  #before = '';
  #isTouched = false;

  /**
   * @param isSearch For a form that changes nothing, so that every role may use it.
   * @param role The role that it needs.
   */
  constructor({
    submit,
    onSubmit,
    extra = [],
    isSearch = false,
    role = 'editor',
  }: {
    submit: string;
    onSubmit: () => Promise<void>;
    extra?: Child[];
    isSearch?: boolean;
    role?: Role;
  }) {
    this.#isRefused = !isSearch && !may(role);
    this.#isGuarded = !isSearch;
    this.#submit = h('button', { type: 'submit', class: 'primary', disabled: this.#isRefused }, submit);
    this.element = h(
      'form',
      {
        novalidate: true,
        oninput: () => this.#guard(),
        onreset: () => this.#forget(),
        onsubmit: (event) => this.#send(event, onSubmit),
      },
      this.#summary,
      this.#isRefused && h('p', { class: 'hint' }, texts.problems.needs(role)),
      h('div', { class: 'actions' }, this.#submit, ...extra),
    );
  }

  /** Records that a button has changed something in the form, because only typing is noticed otherwise. */
  touch(): void {
    this.#isTouched = true;
    this.#guard();
  }

  /** Shows the form's button as the one to press next, or as one of several. Each step has one primary action. */
  setPrimary(isPrimary: boolean): void {
    this.#submit.classList.toggle('primary', isPrimary);
  }

  /** Disables the form, and says why above its button. */
  block(why: string): void {
    this.#isRefused = true;
    this.#submit.disabled = true;
    this.#summary.before(h('p', { class: 'notice warn' }, why));
  }

  #guard(): void {
    if (this.#isGuarded && !this.#isRefused)
      noteUnsaved(this.element, () => this.#isTouched || valuesIn(this.element) !== this.#before);
  }

  #forget(): void {
    this.#isTouched = false;
    forgetUnsaved(this.element);
  }

  /** Adds fields above the buttons. */
  add(...children: Child[]): void {
    const holder = h('div', { class: 'fields' });
    fill(holder, ...children);
    this.#summary.before(holder);
    this.#before = valuesIn(this.element);
  }

  field(label: string, control: Control, { pointer, hint }: { pointer: string; hint?: string }): HTMLElement {
    control.id ||= nextId('field');
    const message = h('p', { class: 'field-problem', id: `${control.id}-problem` });
    const help = hint === undefined ? undefined : h('p', { class: 'hint', id: `${control.id}-hint` }, hint);
    control.setAttribute('aria-describedby', [help?.id, message.id].filter(Boolean).join(' '));
    this.watch(() => pointer, control, message, label);
    if (control instanceof HTMLInputElement && control.type === 'checkbox')
      return h('div', { class: 'field check' }, control, h('label', { for: control.id }, label), help, message);
    return h('div', { class: 'field' }, h('label', { for: control.id }, label), control, help, message);
  }

  /** Shows the problems of a field, named by its JSON pointer, at this control. */
  watch(pointer: () => string, control: Control, message: HTMLElement, label?: string): void {
    this.#places.push({ pointer, control, message, ...(label !== undefined && { label }) });
    // The problem was about the earlier value, so it is removed. If a control checks its own value, its result is shown
    // instead.
    const clear = (): void => {
      control.removeAttribute('aria-invalid');
      fill(message);
    };
    control.addEventListener('input', clear, { capture: true });
  }

  forget(control: Control): void {
    const index = this.#places.findIndex((place) => place.control === control);
    if (index >= 0) this.#places.splice(index, 1);
  }

  async #send(event: Event, onSubmit: () => Promise<void>): Promise<void> {
    event.preventDefault();
    if (this.#isRefused) return;
    this.#clear();
    this.#submit.disabled = true;
    const wasTouched = this.#isTouched;
    // Saving leads to another page in most forms, and must not ask whether to leave.
    this.#forget();
    try {
      await onSubmit();
      this.#before = valuesIn(this.element);
    } catch (error) {
      this.#isTouched = wasTouched;
      this.#guard();
      if (!(error instanceof ApiProblem)) throw error;
      this.#show(error);
    } finally {
      this.#submit.disabled = this.#isRefused;
    }
  }

  #clear(): void {
    fill(this.#summary);
    for (const { control, message } of this.#places) {
      control.removeAttribute('aria-invalid');
      fill(message);
    }
  }

  #show(problem: ApiProblem): void {
    const shown: Control[] = [];
    const elsewhere: string[] = [];
    for (const { pointer, detail } of problem.fields) {
      // "/allowed_origins/2" belongs to the field of "/allowed_origins".
      const [place] = this.#places
        .filter((one) => pointer === one.pointer() || pointer.startsWith(`${one.pointer()}/`))
        .toSorted((one, other) => other.pointer().length - one.pointer().length);
      if (place === undefined) {
        elsewhere.push(`${pointer}: ${detail}`);
        continue;
      }
      place.control.setAttribute('aria-invalid', 'true');
      const line = /^\/(\d+)$/.exec(pointer.slice(place.pointer().length))?.[1];
      const said =
        line !== undefined
          ? (place.control instanceof HTMLTextAreaElement ? texts.form.line : texts.form.entry)(
              Number(line) + 1,
              detail,
            )
          : isLeftEmpty(place, detail)
            ? texts.form.missing(place.label)
            : texts.form.problem(detail);
      place.message.append(h('span', {}, said), ' ');
      shown.push(place.control);
    }
    if (problem.fields.length === 0) elsewhere.push(problem.message);
    fill(
      this.#summary,
      elsewhere.length > 0 &&
        h('div', { class: 'notice bad' }, h('strong', {}, problem.title), ...elsewhere.map((line) => h('p', {}, line))),
    );
    // A folded field can't get the focus.
    shown[0]?.closest('details')?.setAttribute('open', '');
    shown[0]?.focus();
    if (shown.length === 0) this.#summary.scrollIntoView({ block: 'nearest' });
  }
}

/** The API says that something is expected, and the person sees an empty field with a label. */
function isLeftEmpty(place: Place, detail: string): place is Place & { label: string } {
  return place.label !== undefined && place.control.value.trim() === '' && EXPECTS_ANY.test(detail);
}

const EXPECTS_ANY = /^expected (?:at least one character|an? (?:event )?name)$/;

function valuesIn(form: HTMLFormElement): string {
  const values = Array.from(form.elements, (control) => {
    if (control instanceof HTMLInputElement && ['checkbox', 'radio'].includes(control.type)) return control.checked;
    return control instanceof HTMLButtonElement || !('value' in control) ? '' : control.value;
  });
  return JSON.stringify(values);
}

/** Keeps two fields beside each other, such as the first and the last day. */
export function range(from: HTMLElement, to: HTMLElement): HTMLElement {
  return h('div', { class: 'range' }, from, to);
}

export function input(attributes: Attributes): HTMLInputElement {
  return h('input', { type: 'text', autocomplete: 'off', spellcheck: 'false', ...attributes });
}

export function checkbox(isChecked: boolean): HTMLInputElement {
  const box = h('input', { type: 'checkbox' });
  box.checked = isChecked;
  return box;
}

export function select(
  options: readonly (readonly [value: string, label: string])[],
  chosen: string,
): HTMLSelectElement {
  const element = h('select', {}, ...options.map(([value, label]) => h('option', { value }, label)));
  element.value = chosen;
  return element;
}

/** A control with its label, for pages without a form. */
export function labelled(
  label: string,
  control: HTMLInputElement | HTMLSelectElement,
  hint?: string,
  problem?: HTMLElement,
): HTMLElement {
  control.id = nextId('field');
  return h(
    'div',
    { class: 'field' },
    h('label', { for: control.id }, label),
    control,
    hint !== undefined && h('p', { class: 'hint' }, hint),
    problem,
  );
}
