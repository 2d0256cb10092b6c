import { describe, expect, it } from 'vitest';

import { IdentityWaits } from '../../../../../worker/objects/outbox/intake/identity-waits.ts';
import type { Ports } from '../../../../../worker/objects/outbox/ports.ts';
import { Dispatcher } from '../../../../../worker/objects/outbox/sending/dispatcher.ts';
import { ElementWaits } from '../../../../../worker/objects/outbox/sending/element-waits.ts';
import { Learned } from '../../../../../worker/objects/outbox/sending/learned-from-linkedin.ts';
import { DAY_MS, NOW } from '../../../support/an-event.ts';
import { aDeliveryIn, anElement, aQueue, inAnOutbox, rowOf } from '../../../support/an-outbox.ts';
import type { DeliveryRow, OutboxTables } from '../../../support/an-outbox.ts';
import { ACCEPTED, anIntegrationToSendTo, outboxPorts } from '../../../support/outbox-ports.ts';

const FACTS = '{"consent":{"categories":{"advertising":true},"policy":"denied"}}';

const aWaitingDelivery = (tables: OutboxTables, name: string, row: DeliveryRow = {}): void => {
  aDeliveryIn(tables, name, { payload: `sealed:${JSON.stringify(anElement(name))}`, ...row });
  tables.database.sql.exec('UPDATE events SET facts = ?', FACTS);
};

const dispatching = <Result>(
  arrange: (tables: OutboxTables) => void,
  over: Partial<Ports>,
  look: (dispatcher: Dispatcher, tables: OutboxTables, logged: string[]) => Result | Promise<Result>,
) =>
  inAnOutbox(async (tables) => {
    const { database, deliveries, queues } = tables;
    const { ports, said } = outboxPorts(tables, over);
    arrange(tables);
    const waits = new IdentityWaits(database.sql, { states: deliveries.states, remember: () => undefined });
    const learned = new Learned(database.sql);
    const elementWaits = new ElementWaits(database.sql);
    const dispatcher = new Dispatcher({ ports, queues, deliveries, waits, learned, elementWaits });
    return look(dispatcher, tables, said.logged);
  });

const statesAfterRun = (arrange: (tables: OutboxTables) => void, names: readonly string[], over: Partial<Ports> = {}) =>
  dispatching(arrange, over, async (dispatcher, { database }, logged) => {
    await dispatcher.run();
    return { states: names.map((name) => rowOf(database, name)?.state), logged };
  });

describe('a run', () => {
  it('sends the due deliveries of each rule queue', async () => {
    const { states } = await statesAfterRun(
      (tables) => {
        aWaitingDelivery(tables, 'a');
        aWaitingDelivery({ ...tables, queue: aQueue(tables.queues, { ruleId: '1002' }) }, 'b');
      },
      ['a', 'b'],
    );

    expect(states).toEqual(['delivered', 'delivered']);
  });

  it('continues with the other rule queues when one of them fails, and lets that one wait', async () => {
    const integration: Ports['integration'] = async (id) => {
      if (id === 'int_2') throw new Error('The registry is unreachable');
      return anIntegrationToSendTo();
    };
    const { states, logged } = await statesAfterRun(
      (tables) => {
        aWaitingDelivery({ ...tables, queue: aQueue(tables.queues, { integrationId: 'int_2' }) }, 'a');
        aWaitingDelivery(tables, 'b');
      },
      ['a', 'b'],
      { integration },
    );

    expect({ states, logged }).toEqual({ states: ['pending', 'delivered'], logged: ['outbox.batch'] });
  });

  it('expires deliveries that are too old for LinkedIn, and does not send them', async () => {
    const { states } = await statesAfterRun(
      (tables) => aWaitingDelivery(tables, 'old', { happened_at_ms: NOW - 90 * DAY_MS }),
      ['old'],
    );

    expect(states).toEqual(['expired']);
  });

  it('is joined by a second alarm, so that only one runs at a time', async () => {
    let sent = 0;
    const send: Ports['send'] = async () => {
      sent += 1;
      return { response: ACCEPTED, status: 201 };
    };
    await dispatching(
      (tables) => aWaitingDelivery(tables, 'a'),
      { send },
      (dispatcher) => Promise.all([dispatcher.run(), dispatcher.run()]),
    );

    expect(sent).toBe(1);
  });
});

describe('the next run', () => {
  const nextAfter = (arrange: (tables: OutboxTables) => void) =>
    dispatching(arrange, {}, (dispatcher) => dispatcher.nextRunAtMs());

  it.each<[string, (tables: OutboxTables) => void, number | undefined]>([
    ['is never due while nothing is pending', () => undefined, undefined],
    [
      'is due when a wait for an e-mail is over',
      (tables) => aWaitingDelivery(tables, 'a', { state: 'waiting', waits_until_ms: NOW + 5_000 }),
      NOW + 5_000,
    ],
    [
      'is due when a rule queue may send again',
      (tables) => {
        aWaitingDelivery(tables, 'a');
        tables.queues.wait(tables.queue, { nowMs: NOW, afterMs: 60_000 });
      },
      NOW + 60_000,
    ],
    [
      'is due at the deadline of a held delivery, which expires without being sent',
      (tables) => {
        aWaitingDelivery(tables, 'a', { happened_at_ms: NOW + 120_000 - 90 * DAY_MS });
        tables.queues.wait(tables.queue, { nowMs: NOW, afterMs: 600_000 });
      },
      NOW + 60_000,
    ],
  ])('%s', async (_, arrange, atMs) => {
    expect(await nextAfter(arrange)).toBe(atMs);
  });
});
