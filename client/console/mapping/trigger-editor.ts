import { checkTrigger } from '../../../worker/domain/fql/check-trigger.ts';
import type { EventFields } from '../../../worker/domain/fql/compile.ts';
import { namesAsked, nearMisses, type NearMiss } from '../../../worker/domain/fql/near-misses.ts';
import { texts } from '../texts.ts';
import { input, nextId, select } from '../ui/form.ts';
import { fill, h, type Child } from '../ui/h.ts';
import { visibleName } from '../ui/visible-name.ts';
import { evaluateTrigger } from './evaluate-trigger.ts';
import type { SeenEvent } from './seen-events.ts';
import { ASKED, rowsOf, triggerOf, type Asked, type TriggerRow } from './trigger-rows.ts';

const t = texts.trigger;

/**
 * Edits a trigger as rows and as FQL side by side. A change of one also changes the other.
 *
 * The rows are hidden while they cannot show the text. The text is what is saved.
 */
export class TriggerEditor {
  readonly element: HTMLElement;
  readonly text: HTMLTextAreaElement;
  readonly problem = h('p', { class: 'field-problem', id: nextId('trigger-problem') });
  readonly #rows = h('div', { class: 'trigger-rows' });
  readonly #answers = h('div', { class: 'trigger-answers', role: 'status' });
  readonly #fieldsId: string;
  readonly #namesOf: (field: string) => string | undefined;
  readonly #seen: readonly SeenEvent[];
  readonly #takenBy: (name: string) => string | undefined;
  readonly #onChange: () => void;
  /** Whether a trigger was pasted. It may come from Segment, where a few conditions mean something else. */
  #isPasted = false;
  #sample: EventFields | undefined;

  /**
   * @param fieldsId A datalist of fields to suggest.
   * @param valuesId Returns the ID of the datalist with values for a field, if it has one.
   * @param seen The events that the site sends. With them, the editor can say when the trigger misses an event only
   * because of its name's spelling.
   * @param takenBy Returns the other mapping that accepts an event's name, so that two mappings don't overlap unseen.
   */
  constructor({
    trigger,
    fieldsId,
    valuesId,
    seen,
    takenBy,
    onChange,
  }: {
    trigger: string;
    fieldsId: string;
    valuesId: (field: string) => string | undefined;
    seen: readonly SeenEvent[];
    takenBy: (name: string) => string | undefined;
    onChange: () => void;
  }) {
    this.#fieldsId = fieldsId;
    this.#namesOf = valuesId;
    this.#seen = seen;
    this.#takenBy = takenBy;
    this.#onChange = onChange;
    this.text = h('textarea', { rows: 5, spellcheck: 'false', class: 'mono', id: nextId('trigger') }, trigger);
    this.text.value = trigger;
    this.text.setAttribute('aria-describedby', this.problem.id);
    this.text.addEventListener('paste', () => {
      this.#isPasted = true;
    });
    this.text.addEventListener('input', () => {
      this.#drawRows();
      this.#tell();
      onChange();
    });
    this.element = h(
      'div',
      { class: 'trigger' },
      h(
        'div',
        { class: 'trigger-side', role: 'group', 'aria-label': t.builder },
        h('p', { class: 'side-title' }, t.builder),
        this.#rows,
      ),
      h(
        'div',
        { class: 'trigger-side' },
        h('label', { class: 'side-title', for: this.text.id, title: t.textHint }, t.text),
        this.text,
        this.problem,
      ),
      this.#answers,
    );
    this.#drawRows();
    this.#tell();
  }

  get value(): string {
    return this.text.value.trim();
  }

  /** Sets the sample event that the trigger is checked against; undefined while it is not valid. */
  ask(sample: EventFields | undefined): void {
    this.#sample = sample;
    this.#tell();
  }

  #drawRows(): void {
    const known = rowsOf(this.value);
    if (known === undefined) {
      fill(this.#rows, h('p', { class: 'hint' }, checkTrigger(this.value).kind === 'ok' ? t.tooMuch : t.notReadable));
      return;
    }
    const { rows } = known;
    let { join } = known;
    const write = (): void => {
      this.text.value = triggerOf({ join, rows });
      this.#tell();
      this.#onChange();
    };
    const joining = select(Object.entries(t.joins), join);
    joining.setAttribute('aria-label', t.join);
    joining.addEventListener('change', () => {
      join = joining.value === 'or' ? 'or' : 'and';
      write();
    });
    const elements = rows.map((row, index) =>
      this.#row(row, {
        onChange: write,
        onRemove: () => {
          rows.splice(index, 1);
          write();
          this.#drawRows();
          this.#rows.querySelector<HTMLElement>('.add')?.focus();
        },
      }),
    );
    const add = h(
      'button',
      {
        type: 'button',
        class: 'small add',
        onclick: () => {
          rows.push({ field: '', asked: '=', value: '' });
          const element = this.#row(rows[rows.length - 1] ?? { field: '', asked: '=', value: '' }, {
            onChange: write,
            onRemove: () => {
              write();
              this.#drawRows();
            },
          });
          add.before(element);
          element.querySelector('input')?.focus();
        },
      },
      t.add,
    );
    fill(this.#rows, rows.length > 1 && h('div', { class: 'join' }, joining), ...elements, add);
  }

  #row(row: TriggerRow, { onChange, onRemove }: { onChange: () => void; onRemove: () => void }): HTMLElement {
    const field = input({ value: row.field, list: this.#fieldsId, class: 'mono', 'aria-label': t.field });
    const asked = select(
      ASKED.map((one) => [one, t.asked[one]] as const),
      row.asked,
    );
    asked.setAttribute('aria-label', t.question);
    const value = input({ value: row.value, 'aria-label': t.value });
    const suit = (): void => {
      const needsNone = row.asked === 'missing' || row.asked === 'present';
      value.hidden = needsNone;
      const values = this.#namesOf(row.field);
      if (values === undefined) value.removeAttribute('list');
      else value.setAttribute('list', values);
    };
    field.addEventListener('input', () => {
      row.field = field.value;
      suit();
      onChange();
    });
    asked.addEventListener('change', () => {
      row.asked = askedOf(asked.value);
      suit();
      onChange();
    });
    value.addEventListener('input', () => {
      row.value = value.value;
      onChange();
    });
    suit();
    return h(
      'div',
      { class: 'trigger-row' },
      field,
      asked,
      value,
      h('button', { type: 'button', class: 'small quiet', 'aria-label': t.remove, onclick: onRemove }, '×'),
    );
  }

  #nearMiss({ name, count, differs, isAlso, trigger }: NearMiss): HTMLElement {
    const isTaken = this.#takenBy(name);
    const use = (): void => {
      this.text.value = trigger;
      this.#drawRows();
      this.#tell();
      this.#onChange();
      this.text.focus();
    };
    return h(
      'p',
      { class: 'notice' },
      h('code', {}, visibleName(name)),
      ' ',
      t.nearMiss(count, differs),
      ' ',
      isTaken === undefined
        ? h('button', { type: 'button', class: 'small', onclick: use }, isAlso ? t.matchBoth : t.useName)
        : t.mappedBy(isTaken),
    );
  }

  /** Shows whether the text is valid, any warnings, and the result of each condition for the sample. */
  #tell(): void {
    const check = checkTrigger(this.value);
    if (check.kind === 'invalid') {
      this.text.setAttribute('aria-invalid', 'true');
      fill(this.problem, texts.form.problem(check.detail));
      fill(this.#answers);
      return;
    }
    this.text.removeAttribute('aria-invalid');
    fill(this.problem);
    const lines: Child[] = [
      ...check.warnings.map((warning) => h('p', { class: 'notice warn' }, warning)),
      ...namesAsked(this.value).map((name) => {
        const other = this.#takenBy(name);
        return other !== undefined && h('p', { class: 'notice warn' }, t.taken(name, other));
      }),
      ...(this.#isPasted ? check.differences : []).map((difference) => h('p', { class: 'hint' }, difference)),
      ...nearMisses(this.value, this.#seen).map((miss) => this.#nearMiss(miss)),
    ];
    if (this.#sample !== undefined) {
      const answer = evaluateTrigger(this.value, this.#sample);
      lines.push(
        h('p', { class: answer.holds ? 'yes' : 'no' }, h('strong', {}, answer.holds ? t.holds : t.holdsNot)),
        h(
          'ul',
          { class: 'parts' },
          ...answer.parts.map(({ text, holds, saw }) =>
            h(
              'li',
              { class: holds ? 'holds' : 'fails' },
              h('span', { class: 'unseen' }, holds ? texts.yes : texts.no, ': '),
              h('code', {}, text),
              !holds &&
                h(
                  'span',
                  { class: 'hint' },
                  ' ',
                  saw
                    .map(({ field, value }) => t.saw(field, value === undefined ? undefined : JSON.stringify(value)))
                    .join(', '),
                ),
            ),
          ),
        ),
      );
    }
    fill(this.#answers, ...lines);
  }
}

function askedOf(text: string): Asked {
  return ASKED.find((asked) => asked === text) ?? '=';
}
