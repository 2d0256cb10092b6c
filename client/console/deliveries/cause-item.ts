import type { Cause } from '../../../worker/schema/reports/replay.ts';
import { needs } from '../app/session.ts';
import { texts } from '../texts.ts';
import { formatCount, formatMoney } from '../ui/format.ts';
import { h } from '../ui/h.ts';

const t = texts.deliveries;

/** Only the name of an HTTP status: LinkedIn gave no message. */
const BARE = /^(?:bad request|unprocessable entity|forbidden|not found|conflict|unauthorized|gone)$/i;

/**
 * Shows a reason why deliveries were not sent, with their number and value, and a button if a replay may help.
 *
 * @param replay Undefined if the button for all of them does the same.
 */
export function causeItem(
  { state, reason, sentence, deliveries: count, value }: Cause,
  replay: (() => Promise<void>) | undefined,
): HTMLElement {
  // LinkedIn's own messages explain its refusals. Our codes would add nothing.
  const isLinkedIns = state === 'dead' && reason !== '' && sentence.endsWith(reason);
  return h(
    'li',
    {},
    h('strong', {}, formatCount(count)),
    h('span', { class: 'words' }, isLinkedIns ? (BARE.test(reason) ? t.bareRefusal(reason) : reason) : sentence),
    h('span', { class: 'hint' }, worthOf({ value })),
    replay !== undefined &&
      (state === 'dead' || state === 'held') &&
      h(
        'button',
        {
          type: 'button',
          class: 'small',
          'aria-label': `${t.replayOfCause(count)} ${reason}`,
          ...needs('editor'),
          onclick: replay,
        },
        t.replayOfCause(count),
      ),
  );
}

/** Returns the value of deliveries, by currency. */
export function worthOf({ value }: Pick<Cause, 'value'>): string {
  return formatMoney(Object.fromEntries(value.map(({ currency, amount }) => [currency, amount])));
}
