import type uPlot from 'uplot';

import type { LedgerRow } from '../../../worker/schema/reports/ledger.ts';
import { inPart } from '../app/faults.ts';
import { shownZone } from '../app/time-zone.ts';
import { texts } from '../texts.ts';
import { dateFormatter, formatCount } from './format.ts';
import { fill, h } from './h.ts';

const t = texts.home;
const HEIGHT = 170;
const HOUR_SECONDS = 3_600;

/** The number of days, where 1 means the last 24 hours. */
type Period = 1 | 7 | 90;

/** The parts of a bar, from the bottom to the top, each with its colour in the style sheet. */
const OUTCOMES = [
  ['delivered', '--good'],
  ['pending', '--chart-waiting'],
  ['held', '--chart-held'],
  ['dead', '--bad'],
  ['skipped', '--chart-idle'],
  ['other', '--chart-other'],
] as const;
type Outcome = (typeof OUTCOMES)[number][0];

type Point = { seconds: number; label: string; received: number } & Record<Outcome, number>;

/**
 * Draws the outcomes of the received events, by hour or day, as stacked bars with a tooltip. The same numbers are
 * beside it in words, for people who cannot see the chart.
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
      ...OUTCOMES.filter(([outcome]) => points.some((point) => point[outcome] > 0)).map(([outcome]) =>
        h('span', { class: `key ${outcome}` }, t.outcome[outcome]),
      ),
      step !== HOUR_SECONDS && shownZone() !== 'UTC' && h('span', { class: 'hint' }, t.utcDays),
    ),
  );
}

/** Returns a point for each hour or day up to now, also for those without events. */
function pointsOf(rows: readonly LedgerRow[], { step, count }: { step: number; count: number }): Point[] {
  const now = Math.floor(Date.now() / 1000 / step) * step;
  const label = (seconds: number): string => {
    const at = new Date(seconds * 1000);
    return step === HOUR_SECONDS ? `${dayHereOf(at)}, ${hourOf(at)} ${shownZone()}` : dayOf(at);
  };
  const points = new Map<number, Point>();
  for (let ago = count - 1; ago >= 0; ago -= 1) {
    const seconds = now - ago * step;
    points.set(seconds, {
      seconds,
      label: label(seconds),
      received: 0,
      delivered: 0,
      pending: 0,
      held: 0,
      dead: 0,
      skipped: 0,
      other: 0,
    });
  }
  for (const { day, hour = 0, received, delivered, pending, held, dead, skipped, ...rest } of rows) {
    const point = points.get(Date.parse(day) / 1000 + hour * HOUR_SECONDS);
    if (point === undefined) continue;
    point.received += received;
    point.delivered += delivered;
    point.pending += pending;
    point.held += held;
    point.dead += dead;
    point.skipped += Object.values(skipped).reduce((sum, events) => sum + events, 0);
    point.other += rest.expired + rest.erased + rest.rejected;
  }
  return [...points.values()];
}

function described(points: readonly Point[]): string {
  return points
    .filter(({ received }) => received > 0)
    .map((point) => inWords(point))
    .join('; ');
}

function inWords(point: Point): string {
  const parts = OUTCOMES.filter(([outcome]) => point[outcome] > 0).map(
    ([outcome]) => `${formatCount(point[outcome])} ${t.outcome[outcome]}`,
  );
  return t.stepInWords(point.label, formatCount(point.received), parts.join(', '));
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
  const [soft, line] = ['--soft', '--line'].map(colour);
  const tip = h('div', { class: 'chart-tip', hidden: true });
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
      cursor: { x: false, y: false, points: { show: false }, drag: { x: false, y: false } },
      legend: { show: false },
      tzDate: (seconds) => Plot.tzDate(new Date(seconds * 1000), 'UTC'),
      scales: {
        x: { range: (_chart, from, to) => [from - step / 2, to + step / 2] },
        // The axis ends at a labelled step above the highest bar.
        y: { range: (_chart, _from, to) => [0, topOf(to)] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 28,
          // At most one label for an hour or day, placed at its bar.
          splits: ({ width }) => labelled(points, Math.max(1, Math.floor(width / LABEL_WIDTH))),
          values: (_chart, ticks) => ticks.map((tick) => shortTime(tick, step)),
        },
        {
          ...axis,
          incrs: WHOLE_STEPS,
          values: (_chart, ticks) => ticks.map((tick) => formatCount(tick)),
          size: 48,
        },
      ],
      // The highest bar is drawn first, and each lower one over it.
      series: [{}, ...OUTCOMES.toReversed().map(([, name]) => series(colour(name)))],
      hooks: { setCursor: [(shown) => showTip(tip, shown, points)] },
    },
    [
      points.map(({ seconds }) => seconds),
      ...OUTCOMES.map((_, index) =>
        points.map((point) => OUTCOMES.slice(0, index + 1).reduce((sum, [outcome]) => sum + point[outcome], 0)),
      ).toReversed(),
    ],
  );
  chart.over.append(tip);
  holder.append(chart.root);
}

/** Returns a round number that is at least as large as the highest bar. */
function topOf(most: number): number {
  const unit = 10 ** Math.floor(Math.log10(Math.max(most, 4)));
  const top = [1, 2, 4, 5, 10].find((step) => step * unit >= most) ?? 10;
  return Math.max(4, top * unit);
}

/** The width of a label such as "29 Nov", in pixels. */
const LABEL_WIDTH = 70;
/** The steps on the axis of counts are whole numbers, because there are no half events. */
const WHOLE_STEPS = Array.from({ length: 9 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

/** Returns the times to label: the latest one, and evenly spaced earlier ones. */
function labelled(points: readonly Point[], most: number): number[] {
  const every = Math.ceil(points.length / most);
  return points.filter((_, index) => (points.length - 1 - index) % every === 0).map(({ seconds }) => seconds);
}

/** Shows the counts of the bar under the pointer. */
function showTip(tip: HTMLElement, chart: uPlot, points: readonly Point[]): void {
  const { idx, left = -1 } = chart.cursor;
  const point = typeof idx === 'number' && left >= 0 ? points[idx] : undefined;
  tip.hidden = point === undefined;
  if (point === undefined) return;
  fill(
    tip,
    h('strong', {}, point.label),
    h('span', {}, `${formatCount(point.received)} ${t.received.toLowerCase()}`),
    ...OUTCOMES.filter(([outcome]) => point[outcome] > 0).map(([outcome]) =>
      h('span', { class: `key ${outcome}` }, `${formatCount(point[outcome])} ${t.outcome[outcome]}`),
    ),
  );
  const at = chart.valToPos(point.seconds, 'x');
  // The tooltip is placed on the side that has room.
  const isRight = at > chart.over.clientWidth / 2;
  tip.style.left = isRight ? '' : `${at + 10}px`;
  tip.style.right = isRight ? `${chart.over.clientWidth - at + 10}px` : '';
}

/** Events are counted by UTC days, and by hours. So only hours can follow the person's time zone. */
const dayOf = dateFormatter({ day: 'numeric', month: 'short', timeZone: 'UTC' });
const dayHereOf = dateFormatter({ day: 'numeric', month: 'short' });
const hourOf = dateFormatter({ hour: '2-digit', minute: '2-digit' });

function shortTime(seconds: number, step: number): string {
  return (step === HOUR_SECONDS ? hourOf : dayOf)(new Date(seconds * 1000));
}
