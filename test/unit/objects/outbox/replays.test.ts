import { describe, expect, it } from 'vitest';

import { inOneTurn } from '../../../../worker/objects/event-store/in-parts.ts';
import { deliveryId } from '../../../../worker/objects/outbox/delivery-id.ts';
import { Replays } from '../../../../worker/objects/outbox/replays.ts';
import { replayProgress } from '../../../../worker/objects/outbox/reports/replay-progress.ts';
import { DAY_MS, NOW } from '../../support/an-event.ts';
import { aDeliveryIn, aQueue, inAnOutbox, INTEGRATION, rowOf, RULE } from '../../support/an-outbox.ts';
import type { OutboxTables } from '../../support/an-outbox.ts';

const EVERYTHING = { filter: {} };
const AT_ONCE = { nowMs: NOW, pause: async (): Promise<void> => undefined };

const applied = (replays: Replays, which: Parameters<Replays['parts']>[1], id = 'rep_1') =>
  inOneTurn(replays.parts(INTEGRATION, which, { nowMs: NOW, id }));

const inReplays = <Result>(work: (replays: Replays, tables: OutboxTables) => Result) =>
  inAnOutbox((tables) => work(new Replays(tables.database.sql, tables.deliveries.states), tables));

describe('a replay', () => {
  it('sends failed deliveries again and returns their value', async () => {
    const seen = await inReplays((replays, tables) => {
      aDeliveryIn(tables, 'a', { state: 'dead', currency: 'EUR', amount: '10.00' });
      aDeliveryIn(tables, 'b', { state: 'dead', currency: 'EUR', amount: '2.50' });
      return {
        answer: applied(replays, EVERYTHING),
        a: rowOf(tables.database, 'a')?.state,
      };
    });

    expect(seen).toMatchObject({ answer: { preview: false, dead: 2, held: 0, too_old: 0 }, a: 'pending' });
    expect(seen.answer.value).toEqual([{ currency: 'EUR', amount: '12.5' }]);
  });

  it('knows the progress of its own deliveries, and of no others', async () => {
    const seen = await inReplays((replays, tables) => {
      for (const name of ['a', 'b']) aDeliveryIn(tables, name, { state: 'dead' });
      aDeliveryIn(tables, 'other', { state: 'dead' });
      const ids = ['a', 'b'].map((eventId) => deliveryId({ ruleId: RULE, eventId }));
      applied(replays, { ids });
      const before = replayProgress(tables.database.sql, INTEGRATION, 'rep_1');
      tables.database.sql.exec(`UPDATE deliveries SET state = 'delivered' WHERE event_id = 'a'`);
      tables.queues.holdRule(tables.queue, { reason: 'rule_unknown', nowMs: NOW, probeAfterMs: 1_000 });
      const after = replayProgress(tables.database.sql, INTEGRATION, 'rep_1');
      return {
        before,
        after,
        elsewhere: replayProgress(tables.database.sql, 'int_2', 'rep_1'),
        unknown: replayProgress(tables.database.sql, INTEGRATION, 'x'),
      };
    });

    expect(seen.before).toMatchObject({ id: 'rep_1', total: 2, pending: 2, held: 0, dead: 0 });
    expect(seen.after).toMatchObject({ total: 2, pending: 0, held: 1, delivered: 1, dead: 0 });
    expect([seen.elsewhere, seen.unknown]).toEqual([undefined, undefined]);
  });

  it('changes nothing when only a preview is requested', async () => {
    const seen = await inReplays(async (replays, tables) => {
      aDeliveryIn(tables, 'a', { state: 'dead' });
      return { answer: await replays.preview(INTEGRATION, EVERYTHING, AT_ONCE), a: rowOf(tables.database, 'a')?.state };
    });

    expect(seen).toMatchObject({ answer: { preview: true, dead: 1 }, a: 'dead' });
  });

  it('previews any number in parts, and counts each delivery once that is there all the time', async () => {
    let pauses = 0;
    const answer = await inReplays((replays, tables) => {
      for (let index = 0; index < 4_100; index += 1) aDeliveryIn(tables, `d${index}`, { state: 'dead' });
      const pause = async (): Promise<void> => {
        pauses += 1;
        aDeliveryIn(tables, `later${pauses}`, { state: 'dead' });
        tables.database.sql.exec(`UPDATE deliveries SET state = 'delivered' WHERE event_id = 'd${pauses}'`);
      };
      return replays.preview(INTEGRATION, EVERYTHING, { nowMs: NOW, pause });
    });

    expect(pauses).toBe(3);
    expect(answer.dead).toBe(4_100 + 2);
  });

  it('puts any number back in parts, of which each stays after a crash, and goes on with the others', async () => {
    const seen = await inReplays((replays, tables) => {
      for (let index = 0; index < 4_100; index += 1) aDeliveryIn(tables, `d${index}`, { state: 'dead' });
      const pending = (): number =>
        tables.database.sql
          .exec<{ pending: number }>(`SELECT count(*) AS pending FROM deliveries WHERE state = 'pending'`)
          .toArray()[0]?.pending ?? 0;
      const crashing = replays.parts(INTEGRATION, EVERYTHING, { nowMs: NOW, id: 'rep_1' });
      crashing.next();
      const afterCrash = pending();
      const again = applied(replays, EVERYTHING, 'rep_2');
      const progress = ['rep_1', 'rep_2'].map((id) => replayProgress(tables.database.sql, INTEGRATION, id)?.total);
      return { afterCrash, dead: again.dead, atTheEnd: pending(), progress };
    });

    expect(seen).toEqual({ afterCrash: 2_000, dead: 2_100, atTheEnd: 4_100, progress: [2_000, 2_100] });
  });

  it('leaves out deliveries that are too old for LinkedIn, have no payload left, or are pending', async () => {
    const answer = await inReplays((replays, tables) => {
      aDeliveryIn(tables, 'old', { state: 'dead', happened_at_ms: NOW - 91 * DAY_MS });
      aDeliveryIn(tables, 'empty', { state: 'dead', payload: null });
      aDeliveryIn(tables, 'pending');
      aDeliveryIn(tables, 'delivered', { state: 'delivered', payload: null });
      return applied(replays, EVERYTHING);
    });

    expect(answer).toMatchObject({ dead: 0, held: 0, too_old: 1 });
  });

  it('counts held deliveries separately from failed ones', async () => {
    const answer = await inReplays((replays, tables) => {
      aDeliveryIn(tables, 'held');
      tables.queues.holdRule(tables.queue, { reason: 'rule_unknown', nowMs: NOW, probeAfterMs: 1_000 });
      return applied(replays, EVERYTHING);
    });

    expect(answer).toMatchObject({ dead: 0, held: 1 });
  });

  it('takes the deliveries that are listed by ID, of this integration only', async () => {
    const seen = await inReplays((replays, tables) => {
      for (const name of ['a', 'b']) aDeliveryIn(tables, name, { state: 'dead' });
      const elsewhere = aQueue(tables.queues, { integrationId: 'int_2' });
      aDeliveryIn({ ...tables, queue: elsewhere }, 'c', { state: 'dead' });
      const ids = [...['a', 'c'].map((eventId) => deliveryId({ ruleId: RULE, eventId })), 'no id'];
      const { dead } = applied(replays, { ids });
      return { dead, states: ['a', 'b', 'c'].map((name) => rowOf(tables.database, name)?.state) };
    });

    expect(seen).toEqual({ dead: 1, states: ['pending', 'dead', 'dead'] });
  });

  it.each([
    ['the reason', { reason: 'Index: 0' }, 1],
    ['the event', { event: 'Lead' }, 2],
    ['another event', { event: 'Other' }, 0],
    ['the day of their arrival', { from: '2026-11-21', to: '2026-11-21' }, 2],
    ['a later day', { from: '2026-11-22' }, 0],
    ['a state that they do not have', { state: 'held' as const }, 0],
  ])('takes the deliveries that a filter finds by %s', async (_, filter, dead) => {
    const answer = await inReplays((replays, tables) => {
      aDeliveryIn(tables, 'a', { state: 'dead', reason: 'Index: 0, ERROR :: wrong' });
      aDeliveryIn(tables, 'b', { state: 'dead', reason: 'other' });
      return replays.preview(INTEGRATION, { filter }, AT_ONCE);
    });

    expect(answer.dead).toBe(dead);
  });
});
