import * as v from 'valibot';

import { CONSENT_PLATFORMS } from '../../domain/consent/consent.ts';
import { betweenMs } from '../../domain/reports/report-days.ts';
import type { Days } from '../../domain/reports/report-days.ts';
import { ConsentView } from '../../schema/events/event-view.ts';
import type { ConsentCount, ConsentReport } from '../../schema/reports/consent-report.ts';
import type { Sql } from '../sql.ts';
import { arrivedFrom } from './arrival-order.ts';
import { OTHER_NAMES } from './ledger-names.ts';

/** The maximum number of rows in the report, including the one for the rest. */
const MAX_ROWS = 200;

/**
 * A stranger with the public write key can make up platforms and categories, so only this many unknown ones are named.
 */
const MAX_OTHER_PLATFORMS = 20;
const MAX_OTHER_CATEGORIES = 20;

/** Rows of older releases contain all of it themselves. */
const COMMON = `ifnull(facts -> '$.consent', ifnull(consents.body, '{}'))`;
const SAID = `json_patch(ifnull(${COMMON} -> '$.categories', '{}'), ifnull(facts -> '$.own', '{}'))`;
const PLATFORM = `ifnull(facts ->> '$.from', ${COMMON} ->> '$.source')`;

/** The maximum for events today, as JSON. A row of an older release may have thousands. */
const MAX_SAID_CHARS = 6_144;
const CATEGORIES = `iif(length(${SAID}) > ${MAX_SAID_CHARS}, '{"${OTHER_NAMES}":false}', ${SAID})`;

const EVENTS = `events LEFT JOIN consents ON consents.id = facts ->> '$.said'
  WHERE ${arrivedFrom('?1')} AND received_at_ms >= ?1 AND received_at_ms < ?2`;

/**
 * The categories of events, under their own names if these are in the list ?3. The others are combined into one, which
 * is a no if any of them is.
 */
const NAMED_CATEGORIES = `(
  SELECT json_group_object(name, json(iif(is_yes, 'true', 'false'))) FROM (
    SELECT iif(key IN (SELECT value FROM json_each(?3)), key, '${OTHER_NAMES}') AS name, min(value) AS is_yes
    FROM json_each(said) GROUP BY 1 ORDER BY 1))`;

/**
 * Each platform's most frequent answer comes first, then each platform's second, and so on. So made-up platforms do not
 * push out the real ones.
 */
const ROWS = `
  SELECT * FROM (
    SELECT *, row_number() OVER (PARTITION BY source ORDER BY events DESC) AS place FROM (
      SELECT ${NAMED_CATEGORIES} AS categories,
        iif(source IS NULL OR source IN (SELECT value FROM json_each(?4)), source, '${OTHER_NAMES}') AS source,
        policy, country, sum(events) AS events, sum(withheld) AS withheld
      FROM (
        SELECT ${CATEGORIES} AS said, ${PLATFORM} AS source, iif(${CATEGORIES} = '{}', ${COMMON} ->> '$.policy', NULL) AS policy,
          ${COMMON} ->> '$.country' AS country, count(*) AS events, total(skip_reason IS 'no_consent') AS withheld
        FROM ${EVENTS} GROUP BY 1, 2, 3, 4)
      GROUP BY 1, 2, 3, 4))
  ORDER BY place, events DESC LIMIT ${MAX_ROWS - 1}`;

type Row = {
  categories: string;
  source: string | null;
  policy: string | null;
  country: string | null;
  events: number;
  withheld: number;
};

/** Counts what the stored events said about consent. */
export class ConsentCounts {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  read(days: Days): ConsentReport {
    const between = betweenMs(days);
    const named = [this.#categories(between), this.#platforms(between)].map((names) => JSON.stringify(names));
    const rows = this.#sql.exec<Row>(ROWS, ...between, ...named).toArray();
    const [all = { events: 0, withheld: 0 }] = this.#sql
      .exec<{ events: number; withheld: number }>(
        `SELECT count(*) AS events, total(skip_reason IS 'no_consent') AS withheld FROM events
         WHERE ${arrivedFrom('?1')} AND received_at_ms >= ?1 AND received_at_ms < ?2`,
        ...between,
      )
      .toArray();
    const counts = rows.map(({ categories, source, policy, country, events, withheld }) => ({
      categories: v.parse(ConsentView.entries.categories, JSON.parse(categories)),
      source,
      policy,
      country,
      events,
      withheld,
    }));
    return { data: [...counts.toSorted((one, other) => other.events - one.events), ...rest(counts, all)], ...all };
  }

  /** Returns the categories that integrations require or required, and the most frequent others. */
  #categories(between: readonly number[]): string[] {
    const asked = this.#sql
      .exec<{ name: string }>(
        `SELECT DISTINCT asked.value AS name FROM consents, json_each(consents.body) AS list, json_each(list.value) AS asked
         WHERE list.type = 'array'`,
      )
      .toArray();
    const others = this.#sql
      .exec<{ name: string }>(
        `SELECT key AS name FROM (SELECT ${CATEGORIES} AS said FROM ${EVENTS}), json_each(said)
         WHERE key NOT IN (SELECT value FROM json_each(?3))
         GROUP BY 1 ORDER BY count(*) DESC LIMIT ${MAX_OTHER_CATEGORIES}`,
        ...between,
        JSON.stringify(asked.map(({ name }) => name)),
      )
      .toArray();
    return [...asked, ...others].map(({ name }) => name);
  }

  #platforms(between: readonly number[]): string[] {
    const known = [...CONSENT_PLATFORMS];
    const others = this.#sql
      .exec<{ name: string }>(
        `SELECT source AS name FROM (SELECT ${PLATFORM} AS source FROM ${EVENTS})
         WHERE source IS NOT NULL AND source NOT IN (SELECT value FROM json_each(?3))
         GROUP BY 1 ORDER BY count(*) DESC LIMIT ${MAX_OTHER_PLATFORMS}`,
        ...between,
        JSON.stringify(known),
      )
      .toArray();
    return [...known, ...others.map(({ name }) => name)];
  }
}

/** Returns the events without a row of their own, so that the rows add up. */
function rest(shown: readonly ConsentCount[], all: { events: number; withheld: number }): ConsentCount[] {
  const events = all.events - shown.reduce((sum, row) => sum + row.events, 0);
  const withheld = all.withheld - shown.reduce((sum, row) => sum + row.withheld, 0);
  return events <= 0 ? [] : [{ categories: {}, source: OTHER_NAMES, policy: null, country: null, events, withheld }];
}
