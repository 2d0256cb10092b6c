import { describe, expect, it } from 'vitest';

import type { AcceptedEvent } from '../../../../../worker/objects/outbox/delivery-types.ts';
import { IdentityWaits } from '../../../../../worker/objects/outbox/intake/identity-waits.ts';
import { sealEvents } from '../../../../../worker/objects/outbox/intake/seal-events.ts';
import { EventWriter } from '../../../../../worker/objects/outbox/intake/write-events.ts';
import type { Beside } from '../../../../../worker/objects/outbox/intake/write-events.ts';
import { NOW } from '../../../support/an-event.ts';
import { anAccepted, inAnOutbox } from '../../../support/an-outbox.ts';
import { aReadableSeal, outboxPorts } from '../../../support/outbox-ports.ts';

/** Stores a request. Returns the rows and what was reported. */
const write = (events: readonly AcceptedEvent[], beside: Partial<Beside> = {}, bytes = 0) =>
  inAnOutbox(async (tables) => {
    const { database, deliveries, queues } = tables;
    const { ports, said } = outboxPorts(tables, { databaseBytes: () => bytes });
    const waits = new IdentityWaits(database.sql, { states: deliveries.states, remember: () => undefined });
    const room = { conversionsOnlyBytes: 100, sheddingBytes: 150, fullBytes: 200 };
    const writer = new EventWriter({ ports, room, queues, deliveries, waits });
    const sealed = await sealEvents(events, aReadableSeal);
    const [duplicates] = database.transaction(() =>
      writer.write([{ events: sealed, beside: { rejected: [], triggerSets: [], consent: {}, ...beside } }]),
    );
    const { sql } = database;
    return {
      duplicates,
      remembered: said.remembered,
      counts: sql.exec('SELECT name, outcome, events FROM counts ORDER BY name, outcome').toArray(),
      lint: sql.exec('SELECT code, events FROM lint_counts').toArray(),
      events: sql.exec('SELECT 1 FROM events').toArray().length,
      triggerSets: sql.exec('SELECT fingerprint, used_day FROM trigger_sets').toArray(),
      overtaking: waits.overtaking(() => true).length,
    };
  });

describe('a request', () => {
  it('is counted by event, including duplicates', async () => {
    const again = anAccepted({ messageId: 'again' });

    const { duplicates, counts, events } = await write([again, again, anAccepted()]);

    expect({ duplicates, events }).toEqual({ duplicates: 1, events: 2 });
    expect(counts).toEqual([
      { name: 'Lead', outcome: 'received', events: 3 },
      { name: 'Lead', outcome: 'skipped:duplicate', events: 1 },
    ]);
  });

  it('counts refused events, and stores nothing of them', async () => {
    const { counts, events } = await write([], { rejected: [{ name: 'Bad', atMs: NOW }] });

    expect(events).toBe(0);
    expect(counts).toEqual([
      { name: 'Bad', outcome: 'received', events: 1 },
      { name: 'Bad', outcome: 'rejected', events: 1 },
    ]);
  });

  it('counts events without deliveries by reason when there is no room for them', async () => {
    const { counts, events } = await write([anAccepted({ to: [] }), anAccepted()], {}, 101);

    expect(events).toBe(1);
    expect(counts).toContainEqual({ name: 'Lead', outcome: 'skipped:no_mapping', events: 1 });
  });

  it('remembers the person of each stored payload, but not of duplicates', async () => {
    const again = anAccepted({ messageId: 'again' });

    expect((await write([again, again])).remembered).toHaveLength(1);
  });

  it("counts the linter's findings once per event", async () => {
    const { lint } = await write([
      anAccepted({ lint: ['email_malformed'] }),
      anAccepted({ lint: ['email_malformed'] }),
    ]);

    expect(lint).toEqual([{ code: 'email_malformed', events: 2 }]);
  });

  it('stores the trigger sets that its events name', async () => {
    const { triggerSets } = await write([anAccepted()], { triggerSets: [{ fingerprint: 'f', body: '[]' }] });

    expect(triggerSets).toEqual([{ fingerprint: 'f', used_day: '2026-11-21' }]);
  });

  it("uses a visitor's identity even from a duplicate", async () => {
    const event = anAccepted({
      messageId: 'again',
      introduction: {
        tags: ['browser'],
        person: ['jane'],
        integrationIds: [],
        identity: {},
        consent: { categories: {}, policy: 'granted', country: undefined },
        hasEmail: true,
        hasNames: false,
      },
    });

    expect((await write([anAccepted({ messageId: 'again' }), event])).overtaking).toBe(1);
  });
});
