import * as v from 'valibot';

import { CONSENT_PLATFORMS } from '../../domain/consent/consent.ts';
import { FrequentSums } from '../../domain/reports/frequent-sums.ts';
import { betweenMs } from '../../domain/reports/report-days.ts';
import type { Days } from '../../domain/reports/report-days.ts';
import { ConsentView } from '../../schema/events/event-view.ts';
import type { ConsentCount, ConsentReport } from '../../schema/reports/consent-report.ts';
import type { Sql } from '../sql.ts';
import { partsSince } from './in-parts.ts';
import type { EventPart, InParts } from './in-parts.ts';
import { OTHER_NAMES } from './ledger-names.ts';

/** The maximum number of rows in the report, including the one for the rest. */
const MAX_ROWS = 200;

/**
 * A stranger with the public write key can make up platforms and categories, so only this many unknown ones are named.
 */
const MAX_OTHER_PLATFORMS = 20;
const MAX_OTHER_CATEGORIES = 20;

/** Rows of older releases contain the whole consent themselves. */
const COMMON = `ifnull(facts -> '$.consent', ifnull(consents.body, '{}'))`;
const SAID = `json_patch(ifnull(${COMMON} -> '$.categories', '{}'), ifnull(facts -> '$.own', '{}'))`;
const PLATFORM = `ifnull(facts ->> '$.from', ${COMMON} ->> '$.source')`;

/** The maximum length of a consent today, as JSON. A row of an older release may have thousands of characters more. */
const MAX_SAID_CHARS = 6_144;
const CATEGORIES = `iif(length(${SAID}) > ${MAX_SAID_CHARS}, '{"${OTHER_NAMES}":false}', ${SAID})`;

/** A part of the events: ?1 and ?2 are its numbers, ?3 and ?4 the start and the end of the report. */
const EVENTS = `events LEFT JOIN consents ON consents.id = facts ->> '$.said'
  WHERE events.seq > ?1 AND events.seq <= ?2 AND received_at_ms >= ?3 AND received_at_ms < ?4`;

/**
 * The categories of events, under their own names if these are in the list ?5. The others are combined into one, which
 * is a no if any of them is.
 */
const NAMED_CATEGORIES = `(
  SELECT json_group_object(name, json(iif(is_yes, 'true', 'false'))) FROM (
    SELECT iif(key IN (SELECT value FROM json_each(?5)), key, '${OTHER_NAMES}') AS name, min(value) AS is_yes
    FROM json_each(said) GROUP BY 1 ORDER BY 1))`;

const ROWS = `
  SELECT ${NAMED_CATEGORIES} AS categories,
    iif(source IS NULL OR source IN (SELECT value FROM json_each(?6)), source, '${OTHER_NAMES}') AS source,
    policy, country, sum(events) AS events, sum(withheld) AS withheld
  FROM (
    SELECT ${CATEGORIES} AS said, ${PLATFORM} AS source, iif(${CATEGORIES} = '{}', ${COMMON} ->> '$.policy', NULL) AS policy,
      ${COMMON} ->> '$.country' AS country, count(*) AS events, total(skip_reason IS 'no_consent') AS withheld
    FROM ${EVENTS} GROUP BY 1, 2, 3, 4)
  GROUP BY 1, 2, 3, 4`;

/** The categories and platforms that are not in a list, ?5, with the number of their events. */
const OTHER_CATEGORIES = `
  SELECT key AS name, count(*) AS events FROM (SELECT ${CATEGORIES} AS said FROM ${EVENTS}), json_each(said)
  WHERE key NOT IN (SELECT value FROM json_each(?5)) GROUP BY 1`;
const OTHER_PLATFORMS = `
  SELECT source AS name, count(*) AS events FROM (SELECT ${PLATFORM} AS source FROM ${EVENTS})
  WHERE source IS NOT NULL AND source NOT IN (SELECT value FROM json_each(?5)) GROUP BY 1`;

/** The number of different names, and of different rows, that are in memory. The rarest are dropped. */
const MOST_IN_MEMORY = 20_000;

type Row = {
  categories: string;
  source: string | null;
  policy: string | null;
  country: string | null;
  events: number;
  withheld: number;
};

type Name = { name: string; events: number };
type Names = { categories: string[]; platforms: string[] };
type Span = readonly [fromMs: number, beforeMs: number];

/** Counts what the stored events said about consent. */
export class ConsentCounts {
  readonly #sql: Sql;
  readonly #newestSeq: () => number;

  /** @param newestSeq Returns the last event; later ones are not part of a report. */
  constructor(sql: Sql, newestSeq: () => number) {
    this.#sql = sql;
    this.#newestSeq = newestSeq;
  }

  *read(days: Days): InParts<ConsentReport> {
    const between = betweenMs(days);
    const untilSeq = this.#newestSeq();
    const named = yield* this.#names(between, untilSeq);
    const rows = new FrequentSums<Row>(MOST_IN_MEMORY);
    const all = { events: 0, withheld: 0 };
    for (const part of partsSince(this.#sql, { fromMs: between[0], untilSeq })) {
      yield;
      for (const row of this.#rowsOf(part, { between, named })) {
        const { categories, source, policy, country } = row;
        all.events += row.events;
        all.withheld += row.withheld;
        rows.add(JSON.stringify([categories, source, policy, country]), row, (one, other) => ({
          ...one,
          events: one.events + other.events,
          withheld: one.withheld + other.withheld,
        }));
      }
    }
    const counts = mostFrequent(rows.all()).map((row) => ({
      ...row,
      categories: v.parse(ConsentView.entries.categories, JSON.parse(row.categories)),
    }));
    return { data: [...counts.toSorted((one, other) => other.events - one.events), ...rest(counts, all)], ...all };
  }

  #rowsOf({ afterSeq, untilSeq }: EventPart, { between, named }: { between: Span; named: Names }): Row[] {
    const names = [named.categories, named.platforms].map((list) => JSON.stringify(list));
    return this.#sql.exec<Row>(ROWS, afterSeq, untilSeq, ...between, ...names).toArray();
  }

  /**
   * Returns the categories that integrations require or required, the platforms that we know, and the most frequent
   * others of both.
   */
  *#names(between: Span, untilSeq: number): InParts<Names> {
    const asked = this.#sql
      .exec<{ name: string }>(
        `SELECT DISTINCT asked.value AS name FROM consents, json_each(consents.body) AS list, json_each(list.value) AS asked
         WHERE list.type = 'array'`,
      )
      .toArray()
      .map(({ name }) => name);
    const known = [...CONSENT_PLATFORMS];
    const categories = new FrequentSums<Name>(MOST_IN_MEMORY);
    const platforms = new FrequentSums<Name>(MOST_IN_MEMORY);
    for (const { afterSeq, untilSeq: end } of partsSince(this.#sql, { fromMs: between[0], untilSeq })) {
      yield;
      const others = (statement: string, list: readonly string[]): Name[] =>
        this.#sql.exec<Name>(statement, afterSeq, end, ...between, JSON.stringify(list)).toArray();
      for (const row of others(OTHER_CATEGORIES, asked)) categories.add(row.name, row, sumOfNames);
      for (const row of others(OTHER_PLATFORMS, known)) platforms.add(row.name, row, sumOfNames);
    }
    return {
      categories: [...asked, ...categories.most(MAX_OTHER_CATEGORIES).map(({ name }) => name)],
      platforms: [...known, ...platforms.most(MAX_OTHER_PLATFORMS).map(({ name }) => name)],
    };
  }
}

function sumOfNames(one: Name, other: Name): Name {
  return { ...one, events: one.events + other.events };
}

/**
 * Returns the rows of the report. Each platform's most frequent answer comes first, then each platform's second, and so
 * on. So made-up platforms do not push out the real ones.
 */
function mostFrequent(rows: readonly Row[]): Row[] {
  const placed = [...Map.groupBy(rows, ({ source }) => source).values()].flatMap((ofSource) =>
    ofSource
      .toSorted((one, other) => other.events - one.events)
      .slice(0, MAX_ROWS)
      .map((row, place) => ({ row, place })),
  );
  return placed
    .toSorted((one, other) => one.place - other.place || other.row.events - one.row.events)
    .slice(0, MAX_ROWS - 1)
    .map(({ row }) => row);
}

/** Returns the events without a row of their own, so that the rows add up. */
function rest(shown: readonly ConsentCount[], all: { events: number; withheld: number }): ConsentCount[] {
  const events = all.events - shown.reduce((sum, row) => sum + row.events, 0);
  const withheld = all.withheld - shown.reduce((sum, row) => sum + row.withheld, 0);
  return events <= 0 ? [] : [{ categories: {}, source: OTHER_NAMES, policy: null, country: null, events, withheld }];
}
