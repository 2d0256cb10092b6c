import { describe, expect, it } from 'vitest';

// oxlint-disable-next-line import/default -- Vite gives the text of a file as its default.
import source from '../../../../worker/objects/outbox/delivery-states.ts?raw';
import type { DeliveryKey, KeptPayload, PendingDelivery } from '../../../../worker/objects/outbox/delivery-types.ts';
import { DAY_MS, NOW } from '../../support/an-event.ts';
import { aDeliveryIn, anElement, INTEGRATION, inAnOutbox, rowOf } from '../../support/an-outbox.ts';
import type { DeliveryRow, OutboxTables } from '../../support/an-outbox.ts';

const LATER = NOW + 60 * 60_000;
const END = { atMs: LATER };

/** Each state with its row. `[*]` means no row. */
const STATES: Record<string, DeliveryRow | undefined> = {
  '[*]': undefined,
  pending: { state: 'pending' },
  waiting: { state: 'waiting', waits_until_ms: NOW + 60_000 },
  delivered: { state: 'delivered', payload: null, person: null, done_at_ms: NOW },
  dead: { state: 'dead', reason: 'wrong', done_at_ms: NOW },
  expired: { state: 'expired', payload: null, person: null, done_at_ms: NOW },
  skipped: { state: 'skipped', payload: null, person: null, done_at_ms: NOW },
  erased: { state: 'erased', payload: null, person: null, done_at_ms: NOW },
};

type Change = (tables: OutboxTables, key: DeliveryKey) => void;

const asRead = (key: DeliveryKey): PendingDelivery => ({
  ...key,
  happenedAtMs: NOW,
  payload: { kind: 'element', element: '{}', isRebuilt: false },
  consent: { categories: {}, policy: 'granted', country: undefined },
});

const SEALED: KeptPayload = { kind: 'sealed', text: '{}' };

const begin =
  (payload: KeptPayload, waitsUntilMs?: number): Change =>
  ({ deliveries: { states } }, key) =>
    states.begin({
      ...key,
      eventSeq: 1,
      happenedAtMs: NOW,
      enqueuedAtMs: NOW,
      waitsUntilMs,
      payload,
      value: undefined,
      person: '',
      shape: null,
    });

const identify =
  (hasEmail: boolean): Change =>
  ({ deliveries: { states } }, key) =>
    states.identify(key, { late: 'late', hasEmail, person: 'jane', nowMs: LATER });

/** All changes of a delivery. */
const CHANGES: Record<string, Change> = {
  begin: begin(SEALED),
  beginAndWait: begin(SEALED, NOW + 60_000),
  beginErased: begin({ kind: 'erased', reason: 'erased_on_request', atMs: LATER }, NOW + 60_000),
  giveWay: ({ deliveries: { states } }, key) => states.giveWay(key),
  release: ({ deliveries: { states } }) => states.release({ nowMs: LATER, farAtMs: LATER + DAY_MS, atMost: 10 }),
  identifyByEmail: identify(true),
  identifyWithoutEmail: identify(false),
  deliver: ({ deliveries: { states } }, key) => states.deliver([asRead(key)], END),
  fail: ({ deliveries: { states } }, key) => states.fail([asRead(key)], { ...END, reason: 'wrong' }),
  skip: ({ deliveries: { states } }, key) => states.skip([key], { ...END, reason: 'no_consent' }),
  expire: ({ deliveries: { states } }) => states.expire({ happenedBeforeMs: LATER, nowMs: LATER }),
  replay: ({ deliveries: { states } }, key) => states.replay([key], { replayId: 'rep_1', atMs: LATER }),
  joinReplay: ({ deliveries: { states } }, key) => states.joinReplay([key], 'rep_1'),
  erase: ({ deliveries: { states } }, key) => states.erase([key], { reason: 'erased_on_request', atMs: LATER }),
  discard: ({ deliveries: { states } }) => states.discard(INTEGRATION, LATER),
  lose: ({ deliveries: { states } }, key) => states.lose([{ ...key, column: 'payload', text: '{}' }], LATER),
  reseal: ({ deliveries: { states } }, key) => states.reseal({ ...key, column: 'payload', text: '{}' }, '{"a":1}'),
  emptyDeadLetters: ({ deliveries: { states } }) => states.emptyDeadLetters({ doneBeforeMs: LATER }),
  forget: ({ deliveries }) =>
    deliveries.remove(
      deliveries.old({ afterSeq: 0, receivedBeforeMs: LATER, except: ['pending', 'waiting'], atMost: 10 }).due,
    ),
};

/** Returns the arrows of the diagram in the class's comment, once each. */
function arrowsDrawn(): string[] {
  return [...source.matchAll(/^ \*\s+(\S+) --> (\S+):/gm)].map(([, from, to]) => `${from} --> ${to}`);
}

function everyMethod(): string[] {
  return [...source.matchAll(/^ {2}([a-z]\w*)\(/gm)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'constructor');
}

describe('the state of a delivery', () => {
  it('changes as the diagram above the class shows, and in no other way', async () => {
    const seen = await inAnOutbox((tables) => {
      const arrows = new Set<string>();
      for (const [before, row] of Object.entries(STATES))
        for (const change of Object.values(CHANGES)) {
          for (const table of ['deliveries', 'events']) tables.database.sql.exec(`DELETE FROM ${table}`);
          const key = { queueId: tables.queue.id, eventId: 'event' };
          if (row !== undefined) aDeliveryIn(tables, key.eventId, row);
          change(tables, key);
          const after = rowOf(tables.database, key.eventId)?.state ?? '[*]';
          if (after !== before) arrows.add(`${before} --> ${after}`);
        }
      return [...arrows];
    });

    expect(arrowsDrawn().toSorted()).toEqual(seen.toSorted());
  });

  it("is changed by no method that isn't tested here", () => {
    const tried = Object.keys(CHANGES).map((name) => name.replace(/AndWait|Erased|ByEmail|WithoutEmail/, ''));

    expect(everyMethod().toSorted()).toEqual([...new Set(tried)].toSorted());
  });
});

/** Returns a delivery's row after a change. */
const after = (row: DeliveryRow, change: Change): Promise<DeliveryRow | undefined> =>
  inAnOutbox((tables) => {
    change(tables, aDeliveryIn(tables, 'event', { person: 'jane', late: 'late', ...row }));
    return rowOf(tables.database, 'event');
  });

describe('the end of a delivery', () => {
  it.each(['deliver', 'skip', 'expire', 'erase', 'discard', 'lose'])(
    'by `%s` leaves nothing of the person',
    async (name) => {
      const row = await after({}, (tables, key) => CHANGES[name]?.(tables, key));

      expect(row).toMatchObject({ payload: null, late: null, person: null, done_at_ms: LATER });
    },
  );

  it('by a refusal from LinkedIn keeps what a person may want to replay', async () => {
    const row = await after({}, ({ deliveries: { states } }, key) =>
      states.fail([asRead(key)], { atMs: LATER, reason: 'wrong', attemptId: 7 }),
    );

    expect(row).toMatchObject({ payload: '{}', late: 'late', person: 'jane', reason: 'wrong', attempt_id: 7 });
  });

  it('stores the sent payload when it differs from the stored one', async () => {
    const payload = { kind: 'element', element: JSON.stringify(anElement('event')), isRebuilt: true } as const;
    const row = await after({}, ({ deliveries: { states } }, key) =>
      states.deliver([{ ...asRead(key), payload }], END),
    );

    expect(row?.shape).toContain('SHA256_EMAIL');
  });

  it("by an erasure doesn't keep the shape of the sent payload either", async () => {
    const row = await after({ shape: '{"at":1,"ids":[]}' }, (tables, key) => CHANGES['erase']?.(tables, key));

    expect(row).toMatchObject({ shape: null, reason: 'erased_on_request' });
  });
});

describe('a delivery whose person was erased while it was sealed', () => {
  it('is stored without any of their data, already ended', async () => {
    const row = await inAnOutbox((tables) => {
      CHANGES['beginErased']?.(tables, { queueId: tables.queue.id, eventId: 'event' });
      return rowOf(tables.database, 'event');
    });

    expect(row).toMatchObject({
      reason: 'erased_on_request',
      payload: null,
      person: null,
      shape: null,
      done_at_ms: LATER,
    });
  });
});

describe('a failed delivery', () => {
  it('that is replayed keeps its earlier result', async () => {
    const row = await after({ state: 'dead', reason: 'wrong', done_at_ms: NOW, attempt_id: 7 }, (tables, key) =>
      CHANGES['replay']?.(tables, key),
    );

    expect(row).toMatchObject({ state: 'pending', reason: null, done_at_ms: null, attempt_id: null });
    expect(JSON.parse(row?.earlier ?? '')).toEqual([{ reason: 'wrong', done_at_ms: NOW, attempt_id: 7 }]);
  });

  it('is replayed only while it still has a payload', async () => {
    const row = await after({ state: 'dead', payload: null }, (tables, key) => CHANGES['replay']?.(tables, key));

    expect(row?.state).toBe('dead');
  });

  it("keeps LinkedIn's message when its payload is removed", async () => {
    const row = await after({ state: 'dead', reason: 'wrong', done_at_ms: NOW }, (tables, key) =>
      CHANGES['emptyDeadLetters']?.(tables, key),
    );

    expect(row).toMatchObject({ state: 'dead', reason: 'wrong', payload: null, late: null, person: null });
  });

  it('whose payload is unreadable keeps the reason for its failure', async () => {
    const row = await after({ state: 'dead', reason: 'wrong', done_at_ms: NOW }, (tables, key) =>
      CHANGES['lose']?.(tables, key),
    );

    expect(row).toMatchObject({ state: 'dead', reason: 'wrong', done_at_ms: NOW, payload: null });
  });
});

describe('a payload that was resealed since it was read', () => {
  it.each(['lose', 'reseal'])("isn't changed by `%s`", async (name) => {
    const row = await after({ payload: 'anew' }, (tables, key) => CHANGES[name]?.(tables, key));

    expect(row).toMatchObject({ state: 'pending', payload: 'anew', person: 'jane' });
  });
});

describe('a sender that is about to send', () => {
  it('can tell whether deliveries were taken back', async () => {
    const counts = await inAnOutbox((tables) => {
      const { states } = tables.deliveries;
      const count = (): number => tables.deliveries.takenBack;
      states.erase([], { reason: 'erased_on_request', atMs: LATER });
      const afterNobody = count();
      states.erase([aDeliveryIn(tables, 'event')], { reason: 'erased_on_request', atMs: LATER });
      const afterSomebody = count();
      states.discard(INTEGRATION, LATER);
      return [afterNobody, afterSomebody, count()];
    });

    expect(counts).toEqual([0, 1, 2]);
  });
});
