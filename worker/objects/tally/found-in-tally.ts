import { beginningWith } from '../../domain/search/beginning-with.ts';
import { piecesOf } from '../../domain/search/spellings.ts';
import { namesWith, orderInFacts } from '../event-store/found-events.ts';
import type { WantedEvents } from '../event-store/found-events.ts';
import { OTHER_NAMES } from '../event-store/ledger-names.ts';
import type { Sql } from '../sql.ts';
import { readPage } from './log-page.ts';
import type { LogEntry } from './log-page.ts';
import type { TallySums } from './tally-sums.ts';

/** A page may contain the text in other places than an ID, so more pages are read than entries are needed. */
const MOST_PAGES = 24;

/** Returns the newest entries of the log whose message ID begins with one of these. The log's size is limited. */
export function entriesWith(sql: Sql, { messageIds, atMost }: WantedEvents): LogEntry[] {
  const isWanted = messageIds.map(beginningWith);
  return sql
    .exec<{ body: string }>(
      `SELECT body FROM log_pages
       WHERE EXISTS (
         SELECT 1 FROM json_each(?) AS id WHERE NOT EXISTS (
           SELECT 1 FROM json_each(id.value) AS piece WHERE NOT EXISTS (
             SELECT 1 FROM json_each(piece.value) AS spelling WHERE instr(lower(body), spelling.value) > 0)))
       ORDER BY seq DESC LIMIT ${MOST_PAGES}`,
      JSON.stringify(messageIds.map(piecesInPage)),
    )
    .toArray()
    .flatMap(({ body }) => readPage(body).toReversed())
    .filter(({ event }) => event !== undefined && isWanted.some((is) => is(event.messageId)))
    .slice(0, atMost);
}

/** Returns the pieces of an ID's beginning as a page has them. An event begins with its ID there. */
function piecesInPage(id: string): string[][] {
  return piecesOf(id)
    .map((spellings, place) => spellings.map((one) => (place === 0 ? '["' : '') + JSON.stringify(one).slice(1, -1)))
    .filter((spellings) => !spellings.includes(''));
}

/** Returns the newest entries of the log with one of these orders. */
export function entriesOfOrder(sql: Sql, { orders = [], atMost }: WantedEvents): LogEntry[] {
  if (orders.length === 0) return [];
  const texts = orders.map(orderInFacts);
  return sql
    .exec<{ body: string }>(
      `SELECT body FROM log_pages
       WHERE EXISTS (SELECT 1 FROM json_each(?) AS wanted WHERE instr(body, wanted.value) > 0)
       ORDER BY seq DESC LIMIT ${MOST_PAGES}`,
      JSON.stringify(texts),
    )
    .toArray()
    .flatMap(({ body }) => readPage(body).toReversed())
    .filter(({ event }) => texts.some((text) => event?.facts.includes(text)))
    .slice(0, atMost);
}

/** Returns the names of events since a day that contain a text. */
export function namesInTally(sql: Sql, uncounted: TallySums, { name, sinceDay, atMost }: WantedEvents): string[] {
  const names = sql
    .exec<{ name: string }>(
      `SELECT DISTINCT name FROM counts WHERE day >= ?1
       UNION SELECT DISTINCT value ->> 1 FROM json_each(?2)`,
      sinceDay,
      uncounted.byHour(),
    )
    .toArray()
    .map((row) => row.name);
  return namesWith(
    name,
    names.filter((one) => one !== OTHER_NAMES),
    atMost,
  );
}
