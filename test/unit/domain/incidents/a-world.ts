import type { HourCounts } from '../../../../worker/domain/incidents/baselines/usual.ts';

/** A repeatable source of chance (mulberry32). Returns numbers in [0, 1). */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const DAY = 24;
const WEEK = 7 * DAY;
export const WATCHED_HOURS = 28 * DAY;
/** The history before the watched 28 days. */
export const HISTORY_HOURS = 4 * WEEK;
/** 2026-10-01T00:00Z, a Thursday. */
export const FIRST_HOUR = Math.floor(Date.UTC(2026, 9, 1) / 3_600_000);

type Planted = {
  site: number;
  kind: 'events_missing' | 'conversions_low' | 'click_ids_falling' | 'consent_falling' | 'value_falling';
  /** Hours since the first. */
  at: number;
  /** The incident must be found within this number of hours. */
  within: number;
};

export type Site = { series: HourCounts[]; planted: Planted | undefined };

const KINDS = ['events_missing', 'conversions_low', 'click_ids_falling', 'consent_falling', 'value_falling'] as const;
const SITES = 60;
const INCIDENTS = 12;

/**
 * Generates realistic sites: from 6 to 3,000 conversions a day, with daily and weekly patterns, random differences
 * between days, holidays, new sites, campaigns that begin and end, and growth. Twelve of them have an incident.
 */
export function aWorld(seed: number): Site[] {
  const random = chance(seed);
  const affected = new Set<number>();
  while (affected.size < INCIDENTS) affected.add(Math.floor(random() * SITES));
  const order = [...affected];
  return Array.from({ length: SITES }, (_, site) => {
    const which = order.indexOf(site);
    return aSite(site, which < 0 ? undefined : KINDS[which % KINDS.length], random);
  });
}

function aSite(site: number, kind: Planted['kind'] | undefined, random: () => number): Site {
  // An incident on a site with six conversions a day can't be noticed within days; see `promisedHours`.
  const perDay = kind === undefined ? 6 * 500 ** random() : 40 * 60 ** random();
  const weekend = 0.25 + random();
  const night = 0.05 + 0.3 * random();
  const noise = 0.1 + 0.25 * random();
  const growth = 1 + (random() - 0.5) * 0.3;
  const clickShare = 0.15 + 0.5 * random();
  const consentShare = 0.5 + 0.4 * random();
  const price = 20 + 500 * random();
  const startsAt = kind === undefined && random() < 0.15 ? HISTORY_HOURS + Math.floor(random() * 14 * DAY) : 0;
  const holidays = new Set(Array.from({ length: 2 }, () => Math.floor((random() * 56 * DAY) / DAY)));
  const campaign = { from: Math.floor(random() * 40 * DAY), days: 5 + Math.floor(random() * 20), times: 1 + random() };
  const hasCampaign = random() < 0.5;
  const at = HISTORY_HOURS + 2 * DAY + Math.floor(random() * 18 * DAY);
  const series: HourCounts[] = [];
  let ofDay = 1;
  for (let hour = startsAt; hour < HISTORY_HOURS + WATCHED_HOURS; hour += 1) {
    if (hour % DAY === 0) ofDay = Math.exp(normal(random) * noise);
    const day = Math.floor(hour / DAY);
    const isWeekend = (day + 4) % 7 >= 5;
    const ofHour = night + (1 - night) * Math.max(0, Math.sin(((hour % DAY) - 6) * (Math.PI / 16)));
    let rate = (perDay / 14) * ofHour * (isWeekend ? weekend : 1) * ofDay;
    rate *= growth ** (hour / (HISTORY_HOURS + WATCHED_HOURS));
    if (holidays.has(day)) rate *= 0.45 + 0.4 * random();
    if (hasCampaign && hour >= campaign.from && hour < campaign.from + campaign.days * DAY) rate *= campaign.times;
    const isWrong = kind !== undefined && hour >= at;
    if (isWrong && kind === 'events_missing') rate = 0;
    if (isWrong && kind === 'conversions_low') rate *= 0.08;
    const asked = poisson(rate, random);
    const consented = binomial(
      asked,
      isWrong && kind === 'consent_falling' ? consentShare * 0.2 : consentShare,
      random,
    );
    const withClickId = binomial(
      asked,
      isWrong && kind === 'click_ids_falling' ? clickShare * 0.15 : clickShare,
      random,
    );
    let value = 0;
    for (let order = 0; order < consented; order += 1)
      value += price * Math.exp(normal(random) * 0.7) * (isWrong && kind === 'value_falling' ? 0.01 : 1);
    if (asked > 0)
      series.push({
        hour: FIRST_HOUR + hour,
        events: asked,
        withClickId,
        withoutConsent: asked - consented,
        value,
        valued: consented,
      });
  }
  const planted = kind === undefined ? undefined : { site, kind, at, within: promisedHours(kind, perDay) };
  return { series, planted };
}

/** The promise of docs/how-to/alerts.md, in hours. */
function promisedHours(kind: Planted['kind'], perDay: number): number {
  const hoursFor = (events: number): number => (events / perDay) * DAY;
  if (kind === 'events_missing') return Math.max(4, hoursFor(20) * 2) + 14;
  if (kind === 'conversions_low') return Math.max(4, hoursFor(50) * 2) + 14;
  return Math.max(DAY, hoursFor(200) * 2) + DAY;
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function poisson(rate: number, random: () => number): number {
  if (rate > 50) return Math.max(0, Math.round(rate + Math.sqrt(rate) * normal(random)));
  const limit = Math.exp(-rate);
  let product = random();
  let count = 0;
  while (product > limit) {
    product *= random();
    count += 1;
  }
  return count;
}

function binomial(trials: number, share: number, random: () => number): number {
  let hits = 0;
  for (let trial = 0; trial < trials; trial += 1) if (random() < share) hits += 1;
  return hits;
}
