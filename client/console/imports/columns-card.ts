import type { ImportField } from '../../../worker/schema/imports/import-field.ts';
import type { FileColumn, MissingColumn } from '../../../worker/schema/imports/import-view.ts';
import { texts } from '../texts.ts';
import { confirm } from '../ui/dialog.ts';
import { nextId } from '../ui/form.ts';
import { fill, h, type Child } from '../ui/h.ts';
import { ColumnChoice, isRefusal } from './column-choice.ts';

const t = texts.imports.choice;

/** With so few other columns, they needn't be unfolded. */
const FEW = 5;

/** The fields, in the order of the choice. */
const GROUPS: readonly { group: keyof typeof t.groups; fields: readonly ImportField[] }[] = [
  { group: 'conversion', fields: ['time', 'value', 'currency', 'event', 'event_id'] },
  {
    group: 'person',
    fields: [
      'email',
      'first_name',
      'last_name',
      'company',
      'title',
      'country',
      'click_id',
      'lead_id',
      'user_id',
      'anonymous_id',
    ],
  },
  { group: 'refusals', fields: ['consent', 'opt_out'] },
  { group: 'deal', fields: ['stage', 'deal_id', 'probability', 'click_time'] },
];

/** What an answer about a file says about its columns. `columns`: the name of each field's own column. */
export type AboutColumns = {
  file_columns: readonly FileColumn[];
  columns: Readonly<Record<string, string>>;
  missing?: readonly MissingColumn[];
};

type Row = { element: HTMLElement; control: HTMLSelectElement; note: HTMLElement };

/** The columns of the chosen file, each with a choice of its field. */
export class ColumnsCard {
  readonly element: HTMLElement = h('section', { class: 'card stack columns-card', hidden: true });
  /** What the person has chosen. Another file gets another one. */
  choice = new ColumnChoice();
  readonly #onChange: () => void;
  readonly #lead = h('div', { class: 'stack' });
  readonly #rows = h('tbody', {});
  readonly #others = h('tbody', {});
  readonly #othersTitle = h('summary', {});
  readonly #unused = h('details', { class: 'unused' }, this.#othersTitle, tableOf(this.#others));
  readonly #reset: HTMLElement;
  readonly #remembered = h('span', { class: 'hint' });
  #columns: readonly FileColumn[] = [];
  #shown: Row[] = [];

  /**
   * @param below What is shown below the columns.
   * @param onChange Gets called after each choice.
   * @param onReset Gets called when the person wants the suggestions back.
   */
  constructor(below: Child, { onChange, onReset }: { onChange: () => void; onReset: () => void }) {
    this.#onChange = onChange;
    this.#reset = h(
      'div',
      { class: 'actions' },
      h('button', { type: 'button', class: 'small', onclick: onReset }, t.reset),
      this.#remembered,
    );
    const id = nextId('columns');
    this.element.setAttribute('aria-labelledby', id);
    fill(this.element, h('h2', { id }, t.title), this.#lead, tableOf(this.#rows), this.#unused, this.#reset, below);
  }

  /** Shows what the columns are read as. Rows stay where they are while it is the same file. */
  show({ file_columns: columns, columns: names, missing = [] }: AboutColumns, isRemembered: boolean): void {
    const isSame =
      columns.length === this.#columns.length &&
      columns.every(({ column }, at) => column === this.#columns[at]?.column);
    this.#columns = columns;
    this.choice.read(columns, names);
    if (!isSame) this.#build();
    this.element.hidden = false;
    const needs = missing.filter((need) => need !== 'event').map((need) => t.needs[need]);
    if (needs.length > 0) this.#unused.open = true;
    const silenced = columns.flatMap(({ column, field, refuses }) =>
      refuses !== null && !isRefusal(field) ? [column] : [],
    );
    fill(
      this.#lead,
      needs.length > 0
        ? h(
            'div',
            { class: 'notice bad', role: 'alert' },
            h('strong', {}, texts.imports.unusable),
            h('p', {}, t.missing(needs)),
          )
        : h('p', { class: 'hint' }, t.lead),
      silenced.length > 0 && h('p', { class: 'notice warn' }, t.silenced(silenced)),
      this.choice.chosen.stage === null && h('p', { class: 'notice warn' }, t.lostDeals),
    );
    fill(this.#remembered, isRemembered && t.remembered);
    this.#update();
  }

  /** Removes the columns of a file. */
  clear(): void {
    this.element.hidden = true;
    this.#columns = [];
    this.choice = new ColumnChoice();
  }

  /** Orders the columns: those that are asked about, those that are used, those that others replace, and the rest. */
  #build(): void {
    this.#shown = this.#columns.map((column, place) => this.#row(column, place));
    const rank = ({ field, may_be: maybe }: FileColumn): number => {
      if (field !== null) return 1;
      if (maybe === null) return 3;
      return this.choice.placesOf(maybe).length === 0 ? 0 : 2;
    };
    const ranked = this.#shown.map(({ element }, at) => ({ element, rank: rank(this.#columns[at] ?? NO_COLUMN) }));
    const main = ranked.filter((row) => row.rank < 3).toSorted((one, other) => one.rank - other.rank);
    const others = ranked.filter((row) => row.rank === 3);
    fill(this.#rows, ...main.map(({ element }) => element));
    fill(this.#others, ...others.map(({ element }) => element));
    fill(this.#othersTitle, t.others(others.length));
    this.#unused.hidden = others.length === 0;
    this.#unused.open = others.length <= FEW;
  }

  #row(column: FileColumn, place: number): Row {
    const id = nextId('column');
    const note = h('p', { class: 'hint', id: `${id}-note` });
    const control: HTMLSelectElement = h(
      'select',
      { id, 'aria-describedby': note.id, onchange: () => this.#wanted(place, control) },
      h('option', { value: '' }, t.none),
      ...GROUPS.map(({ group, fields }) =>
        h(
          'optgroup',
          { label: t.groups[group] },
          ...fields
            // A yes in it refuses, and must not be read as consent.
            .filter((field) => field !== 'consent' || column.refuses !== 'yes')
            .map((field) => h('option', { value: field }, t.fieldIn(field, column.refuses === 'no'))),
        ),
      ),
    );
    const element = h(
      'tr',
      {},
      h(
        'th',
        { scope: 'row' },
        h('label', { for: id }, column.column === '' ? t.unnamed(place + 1) : column.column),
        column.samples.length > 0 && h('p', { class: 'hint' }, column.samples.join(' · ')),
      ),
      h('td', {}, control),
      h('td', {}, note),
    );
    return { element, control, note };
  }

  async #wanted(place: number, control: HTMLSelectElement): Promise<void> {
    const field = GROUPS.flatMap(({ fields }) => fields).find((each) => each === control.value);
    const before = this.choice.fieldOf(place);
    const { column, field: settled } = this.#columns[place] ?? NO_COLUMN;
    // The keyboard passes options on its way. Only a column that was read as a refusal is asked about.
    if (isRefusal(settled) && isRefusal(before) && !isRefusal(field)) {
      control.value = before ?? '';
      const isSure = await confirm({
        title: t.ignore.title(column),
        text: [h('p', {}, t.ignore.text), h('p', {}, t.ignore.when)],
        yes: t.ignore.yes,
        no: t.ignore.no,
        isDangerous: true,
        isUnlikely: true,
      });
      if (!isSure) return;
    }
    this.choice.choose(place, field);
    this.#update();
    this.#onChange();
  }

  #update(): void {
    for (const [place, { control, note }] of this.#shown.entries()) {
      control.value = this.choice.fieldOf(place) ?? '';
      fill(note, this.#noteOf(place));
    }
    this.#reset.hidden = this.choice.isEmpty;
  }

  #noteOf(place: number): string {
    const { may_be: maybe, refuses } = this.#columns[place] ?? NO_COLUMN;
    const field = this.choice.fieldOf(place);
    if (field === undefined) {
      if (refuses !== null) return t.notes.ignored;
      if (maybe === null) return '';
      const [own] = this.choice.placesOf(maybe);
      return own === undefined ? t.notes.maybe(maybe) : t.notes.taken(maybe, this.#columns[own]?.column ?? '');
    }
    if (isRefusal(field)) {
      const all = [...this.choice.placesOf('consent'), ...this.choice.placesOf('opt_out')];
      return all.length > 1 ? t.notes.refusals : t.notes.refusal;
    }
    const [own = place] = this.choice.placesOf(field);
    return own === place ? '' : t.notes.spare(this.#columns[own]?.column ?? '');
  }
}

const NO_COLUMN: FileColumn = { column: '', samples: [], field: null, may_be: null, refuses: null };

function tableOf(rows: HTMLElement): HTMLElement {
  return h(
    'div',
    { class: 'table-holder' },
    h(
      'table',
      { class: 'columns' },
      h('thead', {}, h('tr', {}, ...t.heads.map((head) => h('th', { scope: 'col' }, head)))),
      rows,
    ),
  );
}
