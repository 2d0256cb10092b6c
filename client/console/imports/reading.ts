import type { ImportView } from '../../../worker/schema/imports/import-view.ts';
import { texts } from '../texts.ts';
import { input, labelled, select } from '../ui/form.ts';
import { fill, h } from '../ui/h.ts';
import type { FoundTemplate } from './column-template.ts';
import type { FileAnswers } from './file-check.ts';

const t = texts.imports;

/** How the dates and amounts of a file are read. */
export class Reading {
  readonly element: HTMLElement;
  readonly #asked = h('div', { class: 'stack asked' });
  readonly #order = select(Object.entries(t.orders), '');
  readonly #zone: HTMLSelectElement;
  readonly #decimal = select(Object.entries(t.decimals), '');
  readonly #currency = input({ maxlength: 3, size: 4 });

  /** @param onChange Gets called after each choice. */
  constructor(onChange: () => void) {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    this.#zone = select(Object.entries({ ...t.zones, ...(timeZone !== 'UTC' && { [timeZone]: timeZone }) }), '');
    this.element = h(
      'div',
      { class: 'stack' },
      h('h3', {}, t.reading),
      this.#asked,
      h(
        'div',
        { class: 'reading' },
        labelled(t.order, this.#order),
        labelled(t.zone, this.#zone, t.zoneHint),
        labelled(t.decimal, this.#decimal),
        labelled(t.currency, this.#currency, t.currencyHint),
      ),
    );
    for (const control of [this.#order, this.#zone, this.#decimal, this.#currency])
      control.addEventListener('change', onChange);
  }

  get answers(): Omit<FileAnswers, 'event'> {
    return {
      date_order: this.#order.value,
      time_zone: this.#zone.value,
      decimal: this.#decimal.value,
      default_currency: this.#currency.value.trim().toUpperCase(),
    };
  }

  /** Fills in what was chosen before, where nothing else is chosen. */
  restore(before: FoundTemplate): void {
    this.#order.value ||= before.date_order ?? '';
    this.#decimal.value ||= before.decimal ?? '';
    this.#currency.value ||= before.default_currency ?? '';
    const zone = before.time_zone ?? '';
    const isKnown = Array.from(this.#zone.options, ({ value }) => value).includes(zone);
    if (!isKnown) this.#zone.append(h('option', { value: zone }, zone));
    if (this.#zone.value === '') this.#zone.value = zone;
  }

  /** Asks what the file doesn't show. */
  ask(view?: ImportView): void {
    fill(
      this.#asked,
      view?.date_order === 'ambiguous' && h('p', { class: 'notice warn' }, t.ambiguous),
      view?.decimal === 'ambiguous' && h('p', { class: 'notice warn' }, t.ambiguousAmounts),
    );
  }
}
