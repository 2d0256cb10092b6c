import type uPlot from 'uplot';

import type { LedgerRow } from '../../../worker/schema/reports/ledger.ts';
import { inPart } from '../app/faults.ts';
import { texts } from '../texts.ts';
import { dateFormatter, formatCount } from './format.ts';
import { fill, h } from './h.ts';

const t = texts.home;
const HEIGHT = 150;
const HOUR_SECONDS = 3_600;

/** The number of days, where 1 means the last 24 hours. */
type Period = 1 | 7 | 90;

type Point = { seconds: number; label: string; received: number; delivered: number };

/**
 * Draws received and delivered events by hour or day. The same numbers are beside it in words, for people who cannot see
 * the chart.
 *
 * @param period 1 has a row per hour, the others a row per day.
 * @param signal Aborts when the view ends, and removes the window's listeners.
 */
export function historyChart(rows: readonly LedgerRow[], period: Period, signal: AbortSignal): HTMLElement {
  const step = period === 1 ? HOUR_SECONDS : 24 * HOUR_SECONDS;
  const points = pointsOf(rows, { step, count: period === 1 ? 24 : period });
  const holder = h('div', { class: 'chart', role: 'img', 'aria-label': described(points) });
  const draw = (): void => {
    // Not in the page yet, or already removed.
    if (holder.clientWidth > 0) inPart(holder, () => drawn(holder, points, step));
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

/** Returns a point for each hour or day up to now, also for those without events. */
function pointsOf(rows: readonly LedgerRow[], { step, count }: { step: number; count: number }): Point[] {
  const now = Math.floor(Date.now() / 1000 / step) * step;
  const label = (seconds: number): string => {
    const iso = new Date(seconds * 1000).toISOString();
    return step === HOUR_SECONDS ? `${iso.slice(11, 16)} UTC` : iso.slice(0, 10);
  };
  const points = new Map<number, Point>();
  for (let ago = count - 1; ago >= 0; ago -= 1) {
    const seconds = now - ago * step;
    points.set(seconds, { seconds, label: label(seconds), received: 0, delivered: 0 });
  }
  for (const { day, hour = 0, received, delivered } of rows) {
    const point = points.get(Date.parse(day) / 1000 + hour * HOUR_SECONDS);
    if (point === undefined) continue;
    point.received += received;
    point.delivered += delivered;
  }
  return [...points.values()];
}

function described(points: readonly Point[]): string {
  return points
    .filter(({ received }) => received > 0)
    .map(({ label, received, delivered }) => t.stepInWords(label, formatCount(received), formatCount(delivered)))
    .join('; ');
}

/** Loads the library when it is first needed. If that fails, the numbers beside the chart remain. */
async function drawn(holder: HTMLElement, points: readonly Point[], step: number): Promise<void> {
  try {
    const { default: Plot } = await import('uplot');
    plot(Plot, { holder, points, step });
  } catch (error) {
    console.error(error);
    fill(holder, h('p', { class: 'hint' }, t.noChart));
  }
}

function plot(
  Plot: typeof uPlot,
  { holder, points, step }: { holder: HTMLElement; points: readonly Point[]; step: number },
): void {
  const style = getComputedStyle(holder);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const [soft, line, idle, good] = ['--soft', '--line', '--chart-idle', '--good'].map(colour);
  const axis: uPlot.Axis = {
    ...(soft !== undefined && { stroke: soft }),
    grid: { ...(line !== undefined && { stroke: line }), width: 1 },
    ticks: { show: false },
    font: `11px ${style.fontFamily}`,
  };
  const bars = Plot.paths.bars?.({ size: [0.75, 28], radius: 0.15 });
  const series = (colourOf: string | undefined): uPlot.Series => ({
    ...(colourOf !== undefined && { fill: colourOf, stroke: colourOf }),
    width: 0,
    points: { show: false },
    ...(bars && { paths: bars }),
  });
  holder.replaceChildren();
  const chart = new Plot(
    {
      width: holder.clientWidth,
      height: HEIGHT,
      cursor: { show: false },
      legend: { show: false },
      tzDate: (seconds) => Plot.tzDate(new Date(seconds * 1000), 'UTC'),
      scales: {
        x: { range: (_chart, from, to) => [from - step / 2, to + step / 2] },
        y: { range: (_chart, _from, to) => [0, Math.max(to * 1.1, 4)] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          values: (_chart, ticks) => ticks.map((tick) => shortTime(tick, step)),
          space: 70,
        },
        {
          ...axis,
          values: (_chart, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? formatCount(tick) : '')),
          size: 48,
        },
      ],
      series: [{}, series(idle), series(good)],
    },
    [
      points.map(({ seconds }) => seconds),
      points.map(({ received }) => received),
      points.map(({ delivered }) => delivered),
    ],
  );
  holder.append(chart.root);
}

const dayOf = dateFormatter({ day: 'numeric', month: 'short', timeZone: 'UTC' });
const hourOf = dateFormatter({ hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });

function shortTime(seconds: number, step: number): string {
  return (step === HOUR_SECONDS ? hourOf : dayOf)(new Date(seconds * 1000));
}
