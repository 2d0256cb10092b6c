import type { Symptom } from '../symptom.ts';
import { symptom } from '../symptoms-of.ts';
import { Hours, odditiesOf } from './usual.ts';
import type { HourCounts, Oddity } from './usual.ts';

/** An oddity of one event name of a source, and the hour in which it was last seen. */
export type SeenOddity = Oddity & { event: string; lastHour: number };

/**
 * An oddity stays for this long after it was last seen, so that one busier hour does not end an incident that goes on.
 */
const STAYS_HOURS = 6;

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

/**
 * Returns what is odd about a source after another hour.
 *
 * @param series The hours of each event name.
 * @param before What was odd before.
 */
export function oddNow(
  series: ReadonlyMap<string, readonly HourCounts[]>,
  before: readonly SeenOddity[],
  nowHour: number,
): SeenOddity[] {
  const found = [...series].flatMap(([event, hours]) =>
    odditiesOf(new Hours(hours), nowHour).map((oddity) => ({ ...oddity, event, lastHour: nowHour })),
  );
  const isFound = ({ kind, event }: SeenOddity): boolean =>
    found.some((one) => one.kind === kind && one.event === event);
  const staying = before.filter(
    (one) => !isFound(one) && nowHour - one.lastHour < STAYS_HOURS && nowHour >= one.lastHour,
  );
  return [...found, ...staying];
}

/** Describes what is odd: "Lead Generated: 3 in the last 8 hours, usually 40 to 60 at this time on Saturdays." */
export function oddSymptom(sourceId: string, oddity: SeenOddity): Symptom {
  const { kind, event } = oddity;
  return symptom(kind, { sourceId, scope: `${sourceId}/${event}`, detail: `${event}: ${wordsOf(oddity)}` });
}

function wordsOf({ kind, hours, seen, usual: [from, to], lastHour }: SeenOddity): string {
  const span = hours < 2 * DAY_HOURS ? `${hours} hours` : `${hours / DAY_HOURS} days`;
  const day = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' }).format(lastHour * HOUR_MS);
  const when = hours <= DAY_HOURS ? `at this time on ${day}s` : 'in this time';
  switch (kind) {
    case 'events_missing':
    case 'conversions_low':
      return `${seen} in the last ${span}, usually ${from === to ? from : `${from} to ${to}`} ${when}.`;
    case 'click_ids_falling':
      return `${percent(seen)} of conversions in the last ${span} have a click ID, usually ${percent(from)} to ${percent(to)}.`;
    case 'consent_falling':
      return `${percent(seen)} of conversions in the last ${span} have consent, usually ${percent(from)} to ${percent(to)}.`;
    case 'value_falling':
      return `on average ${seen.toFixed(2)} in the last ${span}, usually ${from.toFixed(2)} to ${to.toFixed(2)}.`;
  }
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
