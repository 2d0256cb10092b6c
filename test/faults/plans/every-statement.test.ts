/**
 * F1: a table that grows with the events is never read from one end to the other.
 *
 * Each statement of the outbox and the tally is collected when it runs, so a new one needs no test of its own. The first test fails
 * if the tour does not run it.
 */
import { beforeAll, describe, expect, it } from 'vitest';

import { tour } from './tour.ts';
import { placesInSource, planOf, scannedBy, watched } from './watched-statements.ts';
import type { Statement } from './watched-statements.ts';

/** Tables that stay small, and why. All others grow. */
const SMALL: Readonly<Record<string, string>> = {
  lanes: 'one row for each conversion rule',
  integration_holds: 'at most one row for each integration',
  learnt: 'a few facts of each integration',
  payload_keys: 'a page of keys for each day that something waits under',
  key_sweep: 'one row',
  deleted_source: 'one row',
  cleaned: 'one row',
  trigger_sets: 'one row for each version of the mappings that is in use',
  _migrations: 'one row for each migration',
  counted: 'one row',
  fresh_from: 'one row',
};

/** Accepted scans, by a part of the statement. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  // They read the end of a table in its own order, and stop.
  'SELECT seq FROM events WHERE seq < ? ORDER BY seq DESC LIMIT ?': 'reads as many rows as it returns',
  'SELECT seq FROM events WHERE seq > ? ORDER BY seq LIMIT ?': 'reads as many rows as it returns',
  'FROM events WHERE seq > ?3 ORDER BY seq LIMIT ?4': 'reads 500 events, the oldest first',
  'SELECT seq FROM events WHERE seq <= ? ORDER BY seq DESC LIMIT 1 OFFSET 5000': 'reads 5,001 rows at most',
  // The counters of metrics read each event once (progress-reader.ts).
  'FROM (SELECT seq, skip_reason FROM events WHERE seq > ? ORDER BY seq LIMIT 3000)': 'reads 3,000 rows at most',
  // A start of the outbox reads the events since the last check, which comes every 500 events (fresh-deliveries.ts).
  'SELECT seq, 1 AS events FROM events WHERE seq > ? ORDER BY seq': 'reads 1,000 rows at most',
  'FROM events CROSS JOIN json_each(events.deliveries) AS identity CROSS JOIN deliveries': 'the same',
  'SELECT id, body FROM sealed_people WHERE id > ?':
    'the first erasure after a start reads the people of the last days',
  // Reports of the tally read its log, which has at most 6,000 pages (LOG_ROOM); the start reads their sizes.
  'AS pages, sum(chars) AS chars FROM log_pages': 'the start reads the sizes of all pages',
  'SELECT last_seq FROM log_pages ORDER BY seq DESC LIMIT 1': 'reads one row',
  'SELECT seq FROM log_pages WHERE seq <= ? ORDER BY seq DESC LIMIT 1': 'reads one row',
  'SELECT seq FROM log_pages WHERE seq < ? ORDER BY seq DESC LIMIT 1': 'reads one row',
  'SELECT seq FROM log_pages WHERE seq > ? ORDER BY seq LIMIT 1': 'reads one row',
  'IN (SELECT seq FROM log_pages ORDER BY seq LIMIT ?)': 'reads the eight oldest pages',
  'DELETE FROM log_pages WHERE last_at_ms < ?': 'clean-up, every six hours, reads the times of all pages',
  'SELECT body FROM log_pages WHERE instr(body, ?) > 0': 'searches all pages for an event',
  'SELECT body FROM log_pages WHERE EXISTS ( SELECT 1 FROM json_each(?) AS id': 'searches all pages for an ID',
  'SELECT body FROM log_pages WHERE EXISTS (SELECT 1 FROM json_each(?) AS wanted': 'searches all pages for an order',
  'SELECT 1 FROM (SELECT 1 FROM hour_counts UNION ALL': 'reads one row',
  // Clean-up, once an hour.
  'DELETE FROM memberships WHERE seen_at_ms < ?': 'clean-up reads all memberships',
  'DELETE FROM element_waits WHERE NOT EXISTS': 'clean-up reads what LinkedIn refused for a while',
  'DELETE FROM consents WHERE used_day < ?': 'clean-up reads all answers about consent',
  // At the start of the object, and when an integration is deleted.
  'UPDATE element_waits SET due_at_ms = 0 WHERE due_at_ms > ?': 'the start reads what LinkedIn refused for a while',
  'DELETE FROM identity_waits WHERE lane_id IN': 'a deleted integration reads everything that waits for an e-mail',
  // The partial index on `writes < 2` contains only the needed rows.
  'EXISTS (SELECT 1 FROM condemned_buckets WHERE writes < 2)': 'reads one row of its partial index',
  'SELECT page FROM condemned_buckets WHERE writes < 2': 'reads the people erased in the last minutes',
  'SELECT DISTINCT name FROM (SELECT name FROM events ORDER BY seq DESC LIMIT 2000)':
    'the search reads the newest 2,000 events',
  'FROM (SELECT seq, facts, repeat_of FROM events ORDER BY seq DESC LIMIT 10000)':
    'the search for an order reads the newest 10,000 events',
  'AS queues FROM events ORDER BY seq DESC LIMIT 200': 'reads the newest 200 events',
  'SELECT DISTINCT asked.value AS name FROM consents': 'the consent report reads all answers about consent',
};

const oneLine = (query: string) => query.replaceAll(/\s+/g, ' ').trim();
const isException = (query: string) => Object.keys(EXCEPTIONS).some((part) => oneLine(query).includes(part));

let statements: Statement[];
beforeAll(async () => {
  statements = await watched(tour);
}, 600_000);

describe('the statements of the outbox and the tally', () => {
  it('are all run by the tour of this test', () => {
    const reached = new Set(statements.map(({ place }) => place));

    expect(placesInSource().filter((place) => !reached.has(place))).toEqual([]);
  });

  it('scan no table that grows', () => {
    const scans = statements.flatMap((statement) =>
      scannedBy(statement)
        .filter((table) => !(table in SMALL) && !isException(statement.query))
        .map((table) => `${statement.place} scans ${table}: ${oneLine(statement.query)}`),
    );

    expect(scans).toEqual([]);
  });

  it('include each exception of this test', () => {
    const queries = statements.map(({ query }) => oneLine(query));

    expect(Object.keys(EXCEPTIONS).filter((part) => !queries.some((query) => query.includes(part)))).toEqual([]);
  });

  it('find the requests of a delivery by its rule queue and its times', () => {
    const asking = statements.filter(({ query }) =>
      /^SELECT .*FROM attempts (?:WHERE attempts|JOIN)/.test(oneLine(query)),
    );
    const steps = asking.flatMap((statement) => planOf(statement)).filter((step) => / attempts\b/.test(step));

    expect(asking.length).toBeGreaterThan(2);
    expect([...new Set(steps)]).toEqual([
      'SEARCH attempts USING PRIMARY KEY (lane_id=? AND ended_at_ms>? AND ended_at_ms<?)',
    ]);
  });
});
