import type { OverviewPeriod } from '../../../worker/schema/reports/overview.ts';
import { texts } from '../texts.ts';
import { utcDay } from '../ui/format.ts';
import { h } from '../ui/h.ts';
import type { Place } from '../ui/view.ts';

const t = texts.home;
const PERIODS: readonly OverviewPeriod[] = ['24h', '7d', '90d'];

export function periodIn(query: URLSearchParams): OverviewPeriod {
  return PERIODS.find((period) => period === query.get('period')) ?? '7d';
}

/** How many days a period has. */
export const DAYS = { '24h': 1, '7d': 7, '90d': 90 } as const;

/** Returns the days of a period, for links to other pages. The last 24 hours began yesterday. */
export function fromOf(period: OverviewPeriod): string {
  return `from=${utcDay(period === '24h' ? 1 : DAYS[period] - 1)}`;
}

/** Makes the choice of a period. @param show Loads and shows the chosen one. */
export function periodChoice(
  { act }: Pick<Place, 'act'>,
  chosen: OverviewPeriod,
  show: (period: OverviewPeriod) => Promise<void>,
): HTMLElement {
  return h(
    'fieldset',
    { class: 'segments' },
    h('legend', { class: 'unseen' }, t.period),
    ...PERIODS.map((period) => {
      const radio = h('input', {
        type: 'radio',
        name: 'period',
        id: `period-${period}`,
        onchange: () => act(() => show(period)),
      });
      radio.checked = period === chosen;
      return h('span', {}, radio, h('label', { for: `period-${period}` }, t.periods[period]));
    }),
  );
}
