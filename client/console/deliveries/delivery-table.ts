import type { ListedDelivery } from '../../../worker/schema/events/event-view.ts';
import { texts } from '../texts.ts';
import { stateBadge } from '../ui/element-of-state.ts';
import { eventName } from '../ui/event-name.ts';
import { formatMoney, formatTime } from '../ui/format.ts';
import { fill, h } from '../ui/h.ts';
import { tableRegion } from '../ui/table-region.ts';
import { visibleName } from '../ui/visible-name.ts';

const t = texts.deliveries;

/** Makes a table of deliveries. On a phone, each row is a card. */
export function deliveryTable(label: string, body: HTMLElement): HTMLElement {
  return tableRegion(
    label,
    h(
      'table',
      { class: 'rows' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ...[texts.live.event, t.state, t.what, t.rule].map((title) => h('th', { scope: 'col' }, title)),
          h('th', { scope: 'col', class: 'number' }, texts.live.value),
          h('th', { scope: 'col' }, t.received),
        ),
      ),
      body,
    ),
  );
}

/** Makes a delivery's row, whose name opens its story. */
export function deliveryRow(delivery: ListedDelivery, open: () => void): HTMLTableRowElement {
  const { value } = delivery;
  return h(
    'tr',
    {},
    h('td', {}, h('button', { type: 'button', class: 'link', onclick: open }, visibleName(eventName(delivery)))),
    h('td', {}, stateBadge(delivery.state)),
    h('td', { class: 'wide' }, delivery.sentence),
    h('td', { 'data-rule': delivery.conversion_rule_id }, h('code', { class: 'id' }, delivery.conversion_rule_id)),
    h(
      'td',
      { class: 'number money' },
      value === null || value === undefined ? '' : formatMoney({ [value.currency]: value.amount }),
    ),
    h('td', { class: 'time' }, formatTime(delivery.received_at)),
  );
}

/** Adds the names that the conversion rules have at LinkedIn, which is asked meanwhile. */
export function nameRules(within: Element, names: ReadonlyMap<string, string>): void {
  for (const cell of within.querySelectorAll<HTMLElement>('td[data-rule]')) {
    const { rule = '' } = cell.dataset;
    const name = names.get(rule);
    if (name !== undefined) fill(cell, h('div', {}, name), h('code', { class: 'id' }, rule));
  }
}
