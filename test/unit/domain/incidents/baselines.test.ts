/**
 * Scores what `usual.ts` finds in generated series (`a-world.ts`): 60 sites, 28 days after four weeks of history, 12
 * planted incidents of five kinds. `SEEDS=50` tries 50 worlds (`npm run test:baselines`).
 */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';

import { oddNow, oddSymptom } from '../../../../worker/domain/incidents/baselines/odd-symptoms.ts';
import type { SeenOddity } from '../../../../worker/domain/incidents/baselines/odd-symptoms.ts';
import { Hours, odditiesOf } from '../../../../worker/domain/incidents/baselines/usual.ts';
import type { HourCounts } from '../../../../worker/domain/incidents/baselines/usual.ts';
import { aWorld, FIRST_HOUR, HISTORY_HOURS, WATCHED_HOURS } from './a-world.ts';
import type { Site } from './a-world.ts';

const SEEDS = Number(Reflect.get(env, 'SEEDS') ?? 1);

/** An oddity stays for six hours, as in `oddNow`. */
const STAYS_HOURS = 6;

/** Watches a site hour by hour. Returns whether its incident was found in time, and the false alarms. */
function watch({ series, planted }: Site): { isFound: boolean; falseAlarms: number } {
  const hours = new Hours(series);
  const lastSeen = new Map<string, number>();
  let isFound = false;
  let falseAlarms = 0;
  for (let hour = HISTORY_HOURS; hour < HISTORY_HOURS + WATCHED_HOURS; hour += 1) {
    for (const { kind } of odditiesOf(hours, FIRST_HOUR + hour)) {
      const isNew = hour - (lastSeen.get(kind) ?? Number.NEGATIVE_INFINITY) >= STAYS_HOURS;
      lastSeen.set(kind, hour);
      if (planted !== undefined && hour >= planted.at) isFound ||= hour <= planted.at + planted.within;
      else if (isNew) falseAlarms += 1;
    }
  }
  return { isFound, falseAlarms };
}

const SEED_MS = 300_000;

describe('what is unusual', () => {
  it.each(Array.from({ length: SEEDS }, (_, seed) => seed + 1))(
    'is found in time in 11 of 12 cases, with at most one false alarm a site and quarter: seed %i',
    (seed) => {
      const world = aWorld(seed);

      const seen = world.map((site) => watch(site));

      expect(world.filter(({ planted }) => planted !== undefined)).toHaveLength(12);
      expect(seen.filter(({ isFound }) => isFound).length).toBeGreaterThanOrEqual(11);
      const quarters = (world.length * 28) / 91;
      expect(seen.reduce((sum, { falseAlarms }) => sum + falseAlarms, 0)).toBeLessThanOrEqual(quarters);
    },
    SEED_MS,
  );
});

const WEEK = 168;
const NOW_HOUR = FIRST_HOUR + 6 * WEEK - 1;

/** A steady series, with other counts in its last hours. */
const steady = (perHour: Partial<HourCounts>, last: Partial<HourCounts> = {}, lastHours = 0): HourCounts[] =>
  Array.from({ length: 6 * WEEK }, (_, index) => {
    const counts = { events: 10, withClickId: 5, withoutConsent: 2, value: 100, valued: 10, ...perHour };
    return { ...counts, ...(index >= 6 * WEEK - lastHours && last), hour: FIRST_HOUR + index };
  });

const kinds = (series: readonly HourCounts[], nowHour = NOW_HOUR): string[] =>
  odditiesOf(new Hours(series), nowHour).map(({ kind }) => kind);

describe('a series', () => {
  it.each<[string, HourCounts[], string[]]>([
    ['is as usual', steady({}), []],
    ['has stopped', steady({}, { events: 0 }, 2), ['events_missing']],
    ['is at a tenth', steady({}, { events: 1 }, 24), ['conversions_low']],
    ['is at a half, as on a holiday', steady({}, { events: 5, withClickId: 2, withoutConsent: 1 }, 24), []],
    ['has no click IDs any more', steady({}, { withClickId: 0 }, 48), ['click_ids_falling']],
    ['has hardly any consent any more', steady({}, { withoutConsent: 9 }, 48), ['consent_falling']],
    ['is worth a tenth', steady({}, { value: 10 }, 48), ['value_falling']],
    ['grows', steady({}, { events: 40, withClickId: 20, withoutConsent: 8 }, 48), []],
  ])('%s', (_, series, expected) => {
    expect(kinds(series)).toEqual(expected);
  });

  it('is not judged in its first two weeks', () => {
    expect(kinds(steady({}, { events: 0 }, 24).slice(-10 * 24))).toEqual([]);
  });

  it('of a few events a week is told when twenty are missing, not earlier', () => {
    const rare = steady({}, { events: 0 }, 40).map((counts) => ({
      ...counts,
      events: counts.events === 0 ? 0 : counts.hour % 3 === 0 ? 1 : 0,
    }));

    expect(kinds(rare)).toEqual([]);
    expect(
      kinds(rare.map((counts) => ({ ...counts, events: counts.hour > NOW_HOUR - 72 ? 0 : counts.events }))),
    ).toEqual(['events_missing']);
  });
});

describe('an oddity', () => {
  it('is said as people would say it', () => {
    const oddity: SeenOddity = {
      kind: 'conversions_low',
      hours: 8,
      seen: 3,
      usual: [40, 60],
      event: 'Lead',
      lastHour: NOW_HOUR,
    };

    expect(oddSymptom('src_1', oddity)).toMatchObject({
      cause: 'conversions_low',
      scope: 'src_1/Lead',
      detail: 'Lead: 3 in the last 8 hours, usually 40 to 60 at this time on Wednesdays.',
    });
  });

  it('stays for six hours after it was last seen', () => {
    const series = new Map([['Lead', steady({}, { events: 0 }, 2)]]);
    const odd = oddNow(series, [], NOW_HOUR);
    const later = steady({}).map((counts) => ({ ...counts, hour: counts.hour + 24 }));
    const well = new Map([['Lead', later]]);

    expect(odd.map(({ kind }) => kind)).toEqual(['events_missing']);
    expect(oddNow(well, odd, NOW_HOUR + 5)).toHaveLength(1);
    expect(oddNow(well, odd, NOW_HOUR + 6)).toEqual([]);
  });
});
