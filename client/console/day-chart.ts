import uPlot from 'uplot';

import type { LedgerRow } from '../../worker/schema/ledger.ts';
import { formatCount, utcDay } from './format.ts';
import { h } from './h.ts';
import { texts } from './texts.ts';

const t = texts.home;
const HEIGHT = 150;
const DAY_SECONDS = 86_400;

type Day = { day: string; received: number; delivered: number };

/**
 * Received and delivered, day by day. The same numbers are said in words beside it, since a picture is not for everybody.
 *
 * @param signal Ends with the view: what listens to the window ends with it.
 */
export function dayChart(rows: readonly LedgerRow[], days: number, signal: AbortSignal): HTMLElement {
  const points = perDay(rows, days);
  const holder = h('div', { class: 'chart', role: 'img', 'aria-label': described(points) });
  const draw = (): void => {
    // Not in the page yet, or gone.
    if (holder.clientWidth > 0) plot(holder, points);
  };
  const resized = new ResizeObserver(draw);
  resized.observe(holder);
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', draw, { signal });
  signal.addEventListener('abort', () => resized.disconnect());
  return h(
    'figure',
    { class: 'chart-figure' },
    holder,
    h(
      'figcaption',
      { class: 'legend' },
      h('span', { class: 'key received' }, t.received),
      h('span', { class: 'key delivered' }, t.delivered),
    ),
  );
}

function perDay(rows: readonly LedgerRow[], days: number): Day[] {
  const byDay = new Map<string, Day>();
  for (let ago = days - 1; ago >= 0; ago -= 1) {
    const day = utcDay(ago);
    byDay.set(day, { day, received: 0, delivered: 0 });
  }
  for (const row of rows) {
    const known = byDay.get(row.day);
    if (known === undefined) continue;
    known.received += row.received;
    known.delivered += row.delivered;
  }
  return [...byDay.values()];
}

function described(points: readonly Day[]): string {
  return points
    .filter(({ received }) => received > 0)
    .map(({ day, received, delivered }) => t.dayInWords(day, formatCount(received), formatCount(delivered)))
    .join('; ');
}

function plot(holder: HTMLElement, points: readonly Day[]): void {
  const style = getComputedStyle(holder);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const [soft, line, idle, good] = ['--soft', '--line', '--chart-idle', '--good'].map(colour);
  const axis: uPlot.Axis = {
    ...(soft !== undefined && { stroke: soft }),
    grid: { ...(line !== undefined && { stroke: line }), width: 1 },
    ticks: { show: false },
    font: `11px ${style.fontFamily}`,
  };
  const bars = uPlot.paths.bars?.({ size: [0.75, 28], radius: 0.15 });
  const series = (fill: string | undefined): uPlot.Series => ({
    ...(fill !== undefined && { fill, stroke: fill }),
    width: 0,
    points: { show: false },
    ...(bars && { paths: bars }),
  });
  holder.replaceChildren();
  const chart = new uPlot(
    {
      width: holder.clientWidth,
      height: HEIGHT,
      cursor: { show: false },
      legend: { show: false },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'UTC'),
      scales: {
        x: { range: (_chart, from, to) => [from - DAY_SECONDS / 2, to + DAY_SECONDS / 2] },
        y: { range: (_chart, _from, to) => [0, Math.max(to * 1.1, 4)] },
      },
      axes: [
        { ...axis, grid: { show: false }, values: (_chart, ticks) => ticks.map(shortDay), space: 70 },
        {
          ...axis,
          values: (_chart, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? formatCount(tick) : '')),
          size: 48,
        },
      ],
      series: [{}, series(idle), series(good)],
    },
    [
      points.map(({ day }) => Date.parse(day) / 1000),
      points.map(({ received }) => received),
      points.map(({ delivered }) => delivered),
    ],
  );
  holder.append(chart.root);
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

function shortDay(seconds: number): string {
  return DAY.format(new Date(seconds * 1000));
}
