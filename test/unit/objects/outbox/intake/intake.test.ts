import { describe, expect, it } from 'vitest';

import { ArrivalOrder } from '../../../../../worker/objects/event-store/arrival-order.ts';
import { Consents } from '../../../../../worker/objects/event-store/consents.ts';
import { RowMemory } from '../../../../../worker/objects/event-store/row-memory.ts';
import type { AcceptedEvent } from '../../../../../worker/objects/outbox/delivery-types.ts';
import { IdentityWaits } from '../../../../../worker/objects/outbox/intake/identity-waits.ts';
import { Intake } from '../../../../../worker/objects/outbox/intake/intake.ts';
import { sealEvents } from '../../../../../worker/objects/outbox/intake/seal-events.ts';
import { NOW } from '../../../support/an-event.ts';
import { aDeliveryIn, anAccepted, inAnOutbox, rowOf } from '../../../support/an-outbox.ts';
import type { DeliveryRow } from '../../../support/an-outbox.ts';
import { aReadableSeal } from '../../../support/outbox-ports.ts';

type Room = 'for_all' | 'for_conversions';

/** Stores events one after the other. Returns the results and the rows of the table `events`. */
const keep = (
  events: readonly AcceptedEvent[],
  { room = 'for_all', standing }: { room?: Room; standing?: DeliveryRow } = {},
) =>
  inAnOutbox(async (tables) => {
    const { database, deliveries, queues } = tables;
    if (standing !== undefined) aDeliveryIn(tables, 'order-1', standing);
    const { states } = deliveries;
    const waits = new IdentityWaits(database.sql, { states, remember: () => undefined });
    const intake = new Intake(database.sql, { queues, waits, states, memory: new RowMemory() });
    const consents = new Consents(database.sql).keeper({}, '2026-11-21');
    const arrivals = new ArrivalOrder('outbox', 0);
    const nextSeq = () => arrivals.next(NOW);
    const sealed = await sealEvents(events, aReadableSeal);
    return {
      became: sealed.map((event) => intake.keep(event, { consents, room, nextSeq })),
      row: rowOf(database, 'order-1'),
      skipped: database.sql
        .exec<{ skip_reason: string | null }>('SELECT skip_reason FROM events ORDER BY seq')
        .toArray()
        .map(({ skip_reason }) => skip_reason),
    };
  });

const order = (over: Parameters<typeof anAccepted>[0] = {}): AcceptedEvent =>
  anAccepted({ messageId: 'order-1', ...over });
const fromServer = order({ isFromServer: true, person: ['server'] });

describe('an event', () => {
  it('is stored with its delivery', async () => {
    const { became, row } = await keep([order({ person: ['jane', 'browser'] })]);

    expect(became).toEqual(['kept']);
    expect(row).toMatchObject({ state: 'pending', person: 'jane browser', currency: 'EUR', amount: '10.00' });
    expect(row?.payload).toMatch(/^sealed:/);
    expect(row?.shape).toContain('SHA256_EMAIL');
  });

  it('that arrives again is a duplicate', async () => {
    expect((await keep([order(), order()])).became).toEqual(['kept', 'duplicate']);
  });

  it('with a known ID is stored when it has a delivery for another rule', async () => {
    expect((await keep([order(), order({ to: [{ ruleId: '1002' }] })])).became).toEqual(['kept', 'kept']);
  });

  it('that was skipped does not block a later one with the same ID', async () => {
    expect((await keep([order({ to: [] }), order()])).became).toEqual(['kept', 'kept']);
  });

  it('that is skipped again in the same way is a duplicate; skips that differ are stored up to four times', async () => {
    const skip = (name: string) => order({ to: [], name });

    expect((await keep(['a', 'a', 'b', 'c', 'd', 'e'].map(skip))).became).toEqual([
      'kept',
      'duplicate',
      'kept',
      'kept',
      'kept',
      'duplicate',
    ]);
  });

  it('without a conversion is not stored when there is room for conversions only', async () => {
    const { became, skipped } = await keep([order({ to: [] }), order(), order()], { room: 'for_conversions' });

    expect(became).toEqual(['skipped', 'kept', 'duplicate']);
    expect(skipped).toHaveLength(1);
  });

  it('waits for an e-mail if its mapping says so', async () => {
    const wait = {
      untilMs: 5,
      conversion: {
        ruleId: '1001',
        hashNames: false,
        fillable: [],
        facts: {
          happenedAtMs: 0,
          eventId: 'order-1',
          value: undefined,
          identity: {},
          clickId: undefined,
          ip: undefined,
          externalId: undefined,
        },
      },
    };

    expect((await keep([order({ to: [{ wait }] })])).row).toMatchObject({
      state: 'waiting',
      waits_until_ms: 5,
      shape: null,
    });
  });
});

describe("a server's event", () => {
  it.each([
    ['waits for its e-mail', { state: 'waiting', waits_until_ms: 1 }],
    ['failed', { state: 'dead' }],
    ['expired', { state: 'expired', payload: null }],
    ['was withdrawn by a refusal', { state: 'erased', reason: 'consent_withdrawn', payload: null }],
  ])("replaces a page's delivery that %s", async (_, standing) => {
    const { became, row, skipped } = await keep([fromServer], { standing });

    expect({ became, state: row?.state, person: row?.person }).toEqual({
      became: ['kept'],
      state: 'pending',
      person: 'server',
    });
    expect(skipped).toEqual(['replaced', null]);
  });

  it.each([
    ['is on its way', { state: 'pending' }],
    ['was delivered', { state: 'delivered', payload: null }],
    ['was erased because its person asked for it', { state: 'erased', reason: 'erased_on_request', payload: null }],
  ])("does not replace a page's delivery that %s", async (_, standing) => {
    const { became, row, skipped } = await keep([fromServer], { standing });

    expect({ became, state: row?.state, skipped }).toEqual({
      became: ['duplicate'],
      state: standing.state,
      skipped: [null],
    });
  });
});

describe("a page's event", () => {
  it('replaces no delivery that is waiting or failed', async () => {
    expect((await keep([order()], { standing: { state: 'dead' } })).row?.state).toBe('dead');
  });

  it('replaces a delivery that was skipped without identifiers, if it has some', async () => {
    const standing = { state: 'skipped', reason: 'no_identity', payload: null };

    expect((await keep([order()], { standing })).row?.state).toBe('pending');
    expect((await keep([order({ to: [{ element: undefined }] })], { standing })).row?.state).toBe('skipped');
  });

  it('replaces one that was skipped in test mode, unless test mode would skip it too', async () => {
    const standing = { state: 'skipped', reason: 'test_mode', payload: null };

    expect((await keep([order()], { standing })).row?.state).toBe('pending');
    expect((await keep([order({ to: [{ isTest: true }] })], { standing })).row?.state).toBe('skipped');
  });
});
