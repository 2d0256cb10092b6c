import { describe, expect, it } from 'vitest';

import { LOST } from '../../../../../worker/objects/outbox/keys/payload-keys.ts';
import type { Ports } from '../../../../../worker/objects/outbox/ports.ts';
import { BatchAssembly } from '../../../../../worker/objects/outbox/sending/assemble-batch.ts';
import type { Assembled } from '../../../../../worker/objects/outbox/sending/assemble-batch.ts';
import { Learned } from '../../../../../worker/objects/outbox/sending/learned-from-linkedin.ts';
import type { Integration } from '../../../../../worker/schema/settings/integration.ts';
import { NOW } from '../../../support/an-event.ts';
import { aDeliveryIn, anElement, inAnOutbox, INTEGRATION, rowOf } from '../../../support/an-outbox.ts';
import type { OutboxTables } from '../../../support/an-outbox.ts';
import { aReadableSeal, anIntegrationToSendTo, outboxPorts } from '../../../support/outbox-ports.ts';

const ELEMENT = JSON.stringify(anElement('event'));
const SEALED = { payload: `sealed:${ELEMENT}` };

const CONVERSION = {
  ruleId: '1001',
  hashNames: false,
  fillable: ['email'],
  facts: { happenedAtMs: NOW, eventId: 'event', identity: {}, value: { currencyCode: 'EUR', amount: '10.00' } },
};
const LATE = {
  identity: { emailSha256: 'b'.repeat(64) },
  consent: { categories: { advertising: true }, policy: 'denied', country: undefined },
};
const WAITED = { payload: `sealed:${JSON.stringify(CONVERSION)}`, waits_until_ms: NOW };
const COMPLETED = { ...WAITED, late: `sealed:${JSON.stringify(LATE)}` };

type Over = {
  payloads?: Partial<Ports['payloads']>;
  integration?: Integration;
  refusedIdTypes?: string[];
  sleep?: Ports['sleep'];
};

const assembling = <Result>(
  arrange: (tables: OutboxTables) => void,
  { payloads = {}, integration = anIntegrationToSendTo(), refusedIdTypes = [], sleep = async () => undefined }: Over,
  look: (assembled: Assembled, tables: OutboxTables, logged: string[]) => Result,
) =>
  inAnOutbox(async (tables) => {
    const { ports, said } = outboxPorts(tables, { payloads: { ...aReadableSeal, ...payloads }, sleep });
    const learned = new Learned(tables.database.sql);
    learned.refuseIdTypes(INTEGRATION, refusedIdTypes);
    arrange(tables);
    // An event's consent is granted unless its facts say otherwise.
    tables.database.sql.exec(
      `UPDATE events SET facts = '{"consent":{"categories":{"advertising":true},"policy":"denied"}}' WHERE facts = '{}'`,
    );
    const { queue, queues, deliveries } = tables;
    const assembly = new BatchAssembly(queue, { ports, queues, deliveries, learned, maxChars: 1_000_000 });
    return look(await assembly.assemble(integration), tables, said.logged);
  });

const payloadAfter = (row: Record<string, unknown>, over: Over = {}) =>
  assembling(
    (tables) => aDeliveryIn(tables, 'event', row),
    over,
    ({ batch: [first] }, tables) => ({ payload: first?.payload, row: rowOf(tables.database, 'event') }),
  );

const held = ({ database }: OutboxTables): string | null | undefined =>
  database.sql.exec<{ hold_reason: string | null }>('SELECT hold_reason FROM lanes').toArray()[0]?.hold_reason;

describe('a batch', () => {
  it('contains the opened elements of pending deliveries', async () => {
    const { payload } = await payloadAfter(SEALED);

    expect(payload).toEqual({ kind: 'element', element: ELEMENT, isRebuilt: false });
  });

  it('contains no more deliveries than the rule queue may send', async () => {
    const size = await assembling(
      (tables) => {
        for (const name of ['a', 'b', 'c']) aDeliveryIn(tables, name, SEALED);
        Object.assign(tables, { queue: { ...tables.queue, batchLimit: 2 } });
      },
      {},
      ({ batch }) => batch.length,
    );

    expect(size).toBe(2);
  });

  it('is opened in parts, so events are accepted in between, and each delivery is opened once', async () => {
    const opened: number[] = [];
    const open: Ports['payloads']['open'] = async (texts) => {
      opened.push(texts.length);
      return aReadableSeal.open(texts);
    };
    const turns: number[] = [];
    const ids = await assembling(
      (tables) => {
        for (let index = 0; index < 1_200; index += 1) aDeliveryIn(tables, `d${index}`, SEALED);
        Object.assign(tables, { queue: { ...tables.queue, batchLimit: 5_000 } });
      },
      { payloads: { open }, sleep: async () => void turns.push(opened.length) },
      ({ batch }) => new Set(batch.map(({ eventId }) => eventId)),
    );

    expect(ids.size).toBe(1_200);
    expect(opened.filter((texts) => texts > 0)).toEqual([500, 500, 200]);
    expect(turns).toHaveLength(2);
  });

  it('leaves out the identifier types that LinkedIn refuses, and says so', async () => {
    const element = anElement('event');
    const moat = { idType: 'ORACLE_MOAT_ID', idValue: 'moat' };
    const both = JSON.stringify({ ...element, user: { userIds: [...element.user.userIds, moat] } });

    const { payload } = await payloadAfter({ payload: `sealed:${both}` }, { refusedIdTypes: ['ORACLE_MOAT_ID'] });

    expect(payload).toEqual({ kind: 'element', element: ELEMENT, isRebuilt: true });
  });

  it('leaves out deliveries that have no other identifiers', async () => {
    const { row } = await payloadAfter(SEALED, { refusedIdTypes: ['SHA256_EMAIL'] });

    expect(row).toMatchObject({ state: 'skipped', reason: 'no_identity' });
  });

  it('contains the element built from a conversion and its late identity', async () => {
    const { payload } = await payloadAfter(COMPLETED);

    expect(payload).toMatchObject({ kind: 'element', isRebuilt: true });
    expect(payload?.element).toContain('b'.repeat(64));
  });

  it('leaves out conversions that nothing identifies even after their wait', async () => {
    expect((await payloadAfter(WAITED)).row).toMatchObject({ state: 'skipped', reason: 'no_identity' });
  });

  it('leaves out people who refused the consent that the integration requires by now', async () => {
    const integration = anIntegrationToSendTo({ consent_categories: ['advertising', 'analytics'] });

    expect((await payloadAfter(SEALED, { integration })).row).toMatchObject({ state: 'skipped', reason: 'no_consent' });
  });

  it('fails deliveries whose payload or late identity can never be opened again, and deletes both', async () => {
    const payloads: Over['payloads'] = {
      open: async (sealed) => sealed.map((text) => (text.includes('b'.repeat(64)) ? LOST : text.slice(7))),
    };

    const { row } = await payloadAfter(COMPLETED, { payloads });

    expect(row).toMatchObject({ state: 'dead', reason: 'payload_unreadable', payload: null, late: null });
  });

  it('fails a payload in another format by itself, and keeps it', async () => {
    const { row, logged } = await assembling(
      (tables) => aDeliveryIn(tables, 'event', { ...WAITED, payload: 'sealed:{"of":"another version"}' }),
      {},
      (_, tables, said) => ({ row: rowOf(tables.database, 'event'), logged: said }),
    );

    expect(row).toMatchObject({
      state: 'dead',
      reason: 'payload_unreadable',
      payload: 'sealed:{"of":"another version"}',
    });
    expect(logged).toEqual(['outbox.payload']);
  });

  it.each([
    ['held until ENCRYPTION_KEY is back', 'sealed', 'encryption_key_missing'],
    ['held until KV has the key again', 'missing', 'payload_key_missing'],
    ['postponed while KV is unreachable', 'absent', null],
  ] as const)('whose key cannot be read is %s', async (_, why, reason) => {
    const key = '2026-11-21-0123456789abcdef';
    const payloads: Over['payloads'] = {
      unreadable: () => new Map([[key, why]]),
      open: async (sealed) => sealed.map(() => undefined),
    };

    const seen = await assembling(
      (tables) => aDeliveryIn(tables, 'event', { payload: `k.${key}-0001.box` }),
      { payloads },
      ({ batch }, tables) => ({ batch, reason: held(tables), ready: tables.queues.ready(NOW).length }),
    );

    expect(seen).toEqual({ batch: [], reason, ready: 0 });
  });
});

describe('an integration in test mode', () => {
  const skipped = (payloads: Partial<Ports['payloads']>, row: Record<string, unknown>) =>
    inAnOutbox((tables) => {
      const { ports } = outboxPorts(tables, { payloads: { ...aReadableSeal, ...payloads } });
      const { queue, queues, deliveries, database } = tables;
      aDeliveryIn(tables, 'event', row);
      const learned = new Learned(database.sql);
      new BatchAssembly(queue, { ports, queues, deliveries, learned, maxChars: 1_000 }).skipForTest();
      return rowOf(database, 'event');
    });

  it('skips its deliveries', async () => {
    expect(await skipped({}, SEALED)).toMatchObject({ state: 'skipped', reason: 'test_mode' });
  });

  // They stayed pending, and the outbox was woken twice a second for them (seed 349 of the simulation).
  it('skips deliveries whose key cannot be read now', async () => {
    const key = '2026-11-21-0123456789abcdef';
    const unreadable = () => new Map([[key, 'absent' as const]]);
    const row = await skipped({ unreadable }, { payload: `k.${key}-0001.box` });

    expect(row).toMatchObject({ state: 'skipped', reason: 'test_mode' });
  });
});
