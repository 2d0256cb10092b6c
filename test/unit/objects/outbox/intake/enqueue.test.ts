import { describe, expect, it } from 'vitest';

import type { Unsealed } from '../../../../../worker/objects/outbox/keys/payload-keys.ts';
import { OutboxEngine } from '../../../../../worker/objects/outbox/outbox-engine.ts';
import { anAccepted, inAnOutbox } from '../../../support/an-outbox.ts';
import { aReadableSeal, outboxPorts } from '../../../support/outbox-ports.ts';

const counted = 'SELECT name, outcome, events FROM counts ORDER BY name, outcome';

describe('requests of one moment', () => {
  it('are stored in few transactions, each with its own answer', async () => {
    const { answers, transactions, events } = await inAnOutbox(async (tables) => {
      let began = 0;
      const { ports } = outboxPorts(tables, {
        database: {
          ...tables.database,
          transaction: (work) => {
            began += 1;
            return tables.database.transaction(work);
          },
        },
      });
      const engine = new OutboxEngine(ports);
      const before = began;
      const sent = ['a', 'b', 'b', 'c', 'd'].map((messageId) => engine.enqueue([anAccepted({ messageId })], []));
      return {
        answers: await Promise.all(sent),
        transactions: began - before,
        events: tables.database.sql.exec('SELECT 1 FROM events').toArray().length,
      };
    });

    expect(answers).toEqual([0, 0, 1, 0, 0].map((duplicates) => ({ kind: 'kept', duplicates })));
    expect(events).toBe(4);
    expect(transactions).toBe(2);
  });

  it('are stored although one of them cannot be, and the counts have only the stored ones', async () => {
    const { answers, counts, rules } = await inAnOutbox(async (tables) => {
      const { ports } = outboxPorts(tables);
      const engine = new OutboxEngine(ports);
      // No date has this time, so counting the event throws.
      const bad = anAccepted({ messageId: 'bad', receivedAtMs: Number.NaN });
      const sent = [
        anAccepted({ messageId: 'a' }),
        anAccepted({ messageId: 'b' }),
        bad,
        anAccepted({ messageId: 'c' }),
      ];
      const answered = await Promise.allSettled(sent.map((receipt) => engine.enqueue([receipt], [])));
      return {
        answers: answered.map(({ status }) => status),
        counts: tables.database.sql.exec(counted).toArray(),
        // Nothing that the failed transaction wrote may be relied on: a rule queue, say, that was rolled back.
        rules: tables.database.sql
          .exec('SELECT count(*) AS lost FROM deliveries WHERE lane_id NOT IN (SELECT id FROM lanes)')
          .toArray(),
      };
    });

    expect(answers).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(counts).toEqual([{ name: 'Lead', outcome: 'received', events: 3 }]);
    expect(rules).toEqual([{ lost: 0 }]);
  });
});

describe('a request', () => {
  it('is sealed again when its key was condemned meanwhile, while others are stored', async () => {
    const sealed: string[] = [];
    const { answers, payloads } = await inAnOutbox(async (tables) => {
      const { ports } = outboxPorts(tables, {
        payloads: {
          ...aReadableSeal,
          seal: async (texts: readonly Unsealed[]) =>
            texts.map(({ tags: [person = ''] }) => {
              sealed.push(person);
              return `key-${sealed.filter((other) => other === person).length}:${person}`;
            }),
          unusable: (texts) => new Set(texts.flatMap((text, index) => (text === 'key-1:jane' ? [index] : []))),
        },
      });
      const engine = new OutboxEngine(ports);
      const sent = ['joe', 'jane', 'jim'].map((person) =>
        engine.enqueue([anAccepted({ messageId: person, person: [person] })], []),
      );
      return {
        answers: await Promise.all(sent),
        payloads: tables.database.sql.exec('SELECT payload FROM deliveries ORDER BY event_id').toArray(),
      };
    });

    expect(sealed).toEqual(['joe', 'jane', 'jim', 'jane']);
    expect(answers.map(({ kind }) => kind)).toEqual(['kept', 'kept', 'kept']);
    expect(payloads).toEqual(['key-2:jane', 'key-1:jim', 'key-1:joe'].map((payload) => ({ payload })));
  });
});
