import * as v from 'valibot';

import type { ConsentCount, ConsentReport } from '../schema/consent-report.ts';
import { ConsentView } from '../schema/event-view.ts';
import { OTHER_NAMES } from './ledger-names.ts';
import { betweenMs } from './ledger.ts';
import type { Days } from './ledger.ts';
import type { Sql } from './sql.ts';

/** Whoever knows the write key chooses the names of categories, so there may be many. */
const MAX_ROWS = 200;

/** Before those that say the same in another order are added up. Each may have 64 long names. */
const MAX_GROUPS = 500;

/** Rows of older releases have all of it themselves. */
const COMMON = `ifnull(facts -> '$.consent', ifnull(consents.body, '{}'))`;
const SAID = `json_patch(ifnull(${COMMON} -> '$.categories', '{}'), ifnull(facts -> '$.own', '{}'))`;

/** As many as an event may have now, as JSON; of older rows one may have thousands. */
const MAX_SAID_CHARS = 6_144;
const CATEGORIES = `iif(length(${SAID}) > ${MAX_SAID_CHARS}, '{"${OTHER_NAMES}":false}', ${SAID})`;

type Row = {
  categories: string;
  source: string | null;
  policy: string | null;
  country: string | null;
  events: number;
  withheld: number;
};

/** Counts what events said about consent, of all that are still kept. */
export class ConsentCounts {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  read(days: Days): ConsentReport {
    const between = betweenMs(days);
    const rows = this.#sql
      .exec<Row>(
        `SELECT ${CATEGORIES} AS categories, ifnull(facts ->> '$.from', ${COMMON} ->> '$.source') AS source,
           iif(${CATEGORIES} = '{}', ${COMMON} ->> '$.policy', NULL) AS policy,
           ${COMMON} ->> '$.country' AS country, count(*) AS events, total(skip_reason IS 'no_consent') AS withheld
         FROM events LEFT JOIN consents ON consents.id = facts ->> '$.said'
         WHERE received_at_ms >= ? AND received_at_ms < ? GROUP BY 1, 2, 3, 4 ORDER BY events DESC LIMIT ${MAX_GROUPS}`,
        ...between,
      )
      .toArray();
    const [all] = this.#sql
      .exec<{ events: number; withheld: number }>(
        `SELECT count(*) AS events, total(skip_reason IS 'no_consent') AS withheld FROM events
         WHERE received_at_ms >= ? AND received_at_ms < ?`,
        ...between,
      )
      .toArray();
    return { data: merged(rows).slice(0, MAX_ROWS), events: all?.events ?? 0, withheld: all?.withheld ?? 0 };
  }
}

/** The same answers may have come in another order. */
function merged(rows: readonly Row[]): ConsentCount[] {
  const counts = new Map<string, ConsentCount>();
  for (const { categories: text, source, policy, country, events, withheld } of rows) {
    const said = v.parse(ConsentView.entries.categories, JSON.parse(text));
    const categories = Object.fromEntries(Object.entries(said).toSorted(([a], [b]) => a.localeCompare(b)));
    const key = JSON.stringify([categories, source, policy, country]);
    const known = counts.get(key);
    counts.set(key, {
      categories,
      source,
      policy,
      country,
      events: (known?.events ?? 0) + events,
      withheld: (known?.withheld ?? 0) + withheld,
    });
  }
  return [...counts.values()].toSorted((one, other) => other.events - one.events);
}
