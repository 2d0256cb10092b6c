import type { OverviewRow } from '../../../worker/schema/reports/overview.ts';
import { texts } from '../texts.ts';
import { formatCount } from '../ui/format.ts';

const NAMESPACE = 'http://www.w3.org/2000/svg';
const WIDTH = 120;
const HEIGHT = 28;

/** Draws received and delivered events in a cell of a table: one bar for each hour or day. */
export function sparkline({ received, delivered, failed }: OverviewRow['history']): SVGSVGElement {
  const svg = document.createElementNS(NAMESPACE, 'svg');
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute('class', 'sparkline');
  svg.setAttribute('role', 'img');
  const sum = (counts: readonly number[]): string => formatCount(counts.reduce((total, count) => total + count, 0));
  const words = texts.home.sparkline(sum(received), sum(delivered), sum(failed));
  svg.setAttribute('aria-label', words);
  const tooltip = document.createElementNS(NAMESPACE, 'title');
  tooltip.textContent = words;
  svg.append(tooltip);
  const most = Math.max(1, ...received);
  const width = WIDTH / received.length;
  const bar = (count: number, index: number, kind: string, below = 0): void => {
    if (count === 0) return;
    const rect = document.createElementNS(NAMESPACE, 'rect');
    // A bar has a minimum height, so that even one event among thousands is visible.
    const height = Math.max(1.5, (count / most) * HEIGHT);
    rect.setAttribute('class', kind);
    rect.setAttribute('x', String(index * width));
    rect.setAttribute('y', String(HEIGHT - height - (below / most) * HEIGHT));
    rect.setAttribute('width', String(Math.max(0.8, width * 0.78)));
    rect.setAttribute('height', String(height));
    svg.append(rect);
  };
  // A line along the bottom shows the whole period, also if there are bars for one day only.
  const base = document.createElementNS(NAMESPACE, 'rect');
  base.setAttribute('class', 'base');
  base.setAttribute('y', String(HEIGHT - 1));
  base.setAttribute('width', String(WIDTH));
  base.setAttribute('height', '1');
  svg.append(base);
  received.forEach((count, index) => {
    bar(count, index, 'received');
    bar(delivered[index] ?? 0, index, 'delivered');
    bar(failed[index] ?? 0, index, 'failed', delivered[index]);
  });
  return svg;
}
