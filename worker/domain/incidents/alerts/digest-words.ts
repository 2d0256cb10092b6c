import type { AlertWords, ToldIncident } from './alert-words.ts';
import { waitingWords } from './alert-words.ts';

/** The events of a source in the days of a digest. */
export type SourceTotals = { name: string; received: number; delivered: number; waiting: number; failed: number };

/** Nobody reads a longer list. */
const MAX_LISTED = 50;

/** Describes what happened in the last day or week. */
export function digestWords(
  {
    period,
    totals,
    open,
    solved,
  }: {
    period: 'daily' | 'weekly';
    totals: readonly SourceTotals[];
    open: readonly ToldIncident[];
    solved: number;
  },
  base: string | undefined,
): AlertWords {
  const span = period === 'daily' ? 'Yesterday' : 'Last week';
  const delivered = totals.reduce((sum, one) => sum + one.delivered, 0);
  const trouble = open.length === 0 ? 'nothing is wrong' : count(open.length, 'open incident', 'open incidents');
  const solvedWords = solved === 0 ? [] : [`${count(solved, 'incident was', 'incidents were')} solved.`];
  const sources = totals.toSorted((one, other) => other.delivered - one.delivered).slice(0, MAX_LISTED);
  return {
    title: `${span}: LinkedIn accepted ${count(delivered, 'event', 'events')}, ${trouble}`,
    lines: [
      ...open.slice(0, MAX_LISTED).map((incident) => [`${incident.title}.`, ...waitingWords(incident)].join(' ')),
      ...solvedWords,
      ...sources.map(sourceWords),
      ...(totals.length > MAX_LISTED ? [`And ${totals.length - MAX_LISTED} more sites.`] : []),
    ],
    link: base === undefined ? undefined : `${base}/console#/`,
  };
}

function sourceWords({ name, received, delivered, waiting, failed }: SourceTotals): string {
  const rest = [waiting > 0 && `${waiting} waiting`, failed > 0 && `${failed} failed`].filter(Boolean);
  return `${name}: ${count(received, 'event', 'events')} received, ${[`${delivered} accepted by LinkedIn`, ...rest].join(', ')}.`;
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
