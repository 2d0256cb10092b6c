/** The search finds an ID in any spelling, and reads an index for it, not all events. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { array, assert, asyncProperty } from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { WantedEvents } from '../../../../worker/objects/event-store/found-events.ts';
import { EventHistory } from '../../../../worker/objects/outbox/reports/event-history.ts';
import { FoundInOutbox } from '../../../../worker/objects/outbox/reports/found-in-outbox.ts';
import type { Sql } from '../../../../worker/objects/sql.ts';
import { aPageView, aTallyRequest, inATally } from '../../support/a-tally.ts';
import { aDeliveryIn, inAnOutbox } from '../../support/an-outbox.ts';
import { anId, respelled, SPELLED } from '../../support/other-spellings.ts';

const WANTED: WantedEvents = { messageIds: [], eventIds: [], name: 'none', sinceDay: '2026-11-01', atMost: 50 };
const inOutbox = (sql: Sql, wanted: Partial<WantedEvents>): string[] =>
  new FoundInOutbox(sql, new EventHistory(sql)).find({ ...WANTED, ...wanted }).events.map((event) => event.message_id);

const stored = array(anId, { minLength: 1, maxLength: 15 });
const spelled = respelled(SPELLED);

describe('an ID in another spelling', () => {
  it('is found among message IDs and event IDs of the outbox', async () => {
    await assert(
      asyncProperty(stored, spelled, spelled, async (others, store, type) => {
        await inAnOutbox((tables) => {
          const ids = [...new Set(others.map(store))];
          for (const id of ids) aDeliveryIn(tables, id);

          for (const id of ids) {
            const { sql } = tables.database;
            expect(inOutbox(sql, { messageIds: [type(id)] })).toContain(id);
            expect(inOutbox(sql, { eventIds: [type(id)] })).toContain(id);
          }
        });
      }),
      { numRuns: 8 },
    );
  });

  it('is found in the log of the tally', async () => {
    await assert(
      asyncProperty(stored, spelled, spelled, async (others, store, type) => {
        await inATally(async ({ engine, reader }) => {
          const ids = [...new Set(others.map(store))];
          await engine.count(aTallyRequest(ids.map((messageId) => aPageView({ messageId }))));

          for (const id of ids) {
            const { events } = reader.find({ ...WANTED, messageIds: [type(id)] });
            expect(events.map((event) => event.message_id)).toContain(id);
          }
        });
      }),
      { numRuns: 8 },
    );
  });
});

/** Each mixture of capitals and small letters of a text. */
const mixtures = (text: string): string[] =>
  Array.from(text).reduce<string[]>(
    (all, one) => all.flatMap((id) => [id + one.toLowerCase(), id + one.toUpperCase()]),
    [''],
  );

const MANY = [
  ...Array.from({ length: 4_000 }, (_, n) => `Msg-${n.toString(16).padStart(8, '0')}-4F89-41D3-9A0C-0305E82C3301`),
  ...mixtures('abcdefghijkl'),
];

/** Searches thousands of events. Returns how many were found, and the rows read as Cloudflare counts them. */
const foundAmongMany = (typed: string) =>
  runInDurableObject(env.OUTBOX.getByName(crypto.randomUUID()), (_, { storage: { sql } }) => {
    sql.exec(
      `INSERT INTO events (message_id, type, name, happened_at_ms, received_at_ms, facts, deliveries)
       SELECT value, 'track', 'Lead', 0, 0, '{}', '[]' FROM json_each(?)`,
      JSON.stringify(MANY),
    );
    const cost = { rowsRead: 0 };
    const counted: Sql = {
      exec: (query, ...bindings) => {
        const cursor = sql.exec<Record<string, string | number | null>>(query, ...bindings);
        const rows = cursor.toArray();
        if (query.includes('WITH RECURSIVE')) cost.rowsRead += cursor.rowsRead;
        return { toArray: () => Object(rows) };
      },
    };
    const found = inOutbox(counted, { messageIds: [typed], atMost: 7 });
    return { found: found.length, ...cost };
  });

it.each([
  ['a whole ID', 'MSG-00000abc-4f89-41d3-9a0c-0305e82c3301', 1, 500],
  ['the beginning of thousands', 'msg-0', 7, 500],
  ['an ID that is not there', 'msg-00000abc-4f89-41d3-9a0c-0305e82c3302', 0, 500],
  ['an ID that is there in each mixture of capitals and small letters', 'abcdefghijkl', 7, 20_000],
  ['a longer ID than that', 'abcdefghijklm', 0, 20_000],
])('%s is searched for without reading all events', async (_what, typed, found, most) => {
  const searched = await foundAmongMany(typed);

  expect(searched.found).toBe(found);
  expect(searched.rowsRead).toBeLessThanOrEqual(most);
});
