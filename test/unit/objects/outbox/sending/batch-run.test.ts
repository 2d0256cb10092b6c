import { describe, expect, it } from 'vitest';

import { NEWEST_KNOWN_VERSION } from '../../../../../worker/linkedin/versions.ts';
import type { Ports } from '../../../../../worker/objects/outbox/ports.ts';
import { BatchRun } from '../../../../../worker/objects/outbox/sending/batch-run.ts';
import { ElementWaits } from '../../../../../worker/objects/outbox/sending/element-waits.ts';
import { Learned } from '../../../../../worker/objects/outbox/sending/learned-from-linkedin.ts';
import { NOW } from '../../../support/an-event.ts';
import { aDeliveryIn, anElement, inAnOutbox, INTEGRATION, rowOf } from '../../../support/an-outbox.ts';
import type { OutboxTables } from '../../../support/an-outbox.ts';
import { ACCEPTED, anIntegrationToSendTo, outboxPorts } from '../../../support/outbox-ports.ts';

const FACTS = '{"consent":{"categories":{"advertising":true},"policy":"denied"}}';
const asks = anIntegrationToSendTo;

/** Runs a rule queue with deliveries a to d. LinkedIn refuses batches that contain some of them. */
const run = (
  over: Partial<Ports> = {},
  {
    bad = [] as string[],
    probeFor = undefined as string | undefined,
    replaced = false,
    whileWaiting = (_: OutboxTables): void => undefined,
  } = {},
) =>
  inAnOutbox(async (tables) => {
    const { database, deliveries, queues, queue } = tables;
    const sent: { version: string; eventIds: string[] }[] = [];
    const { ports } = outboxPorts(tables, {
      send: async ({ version, elements }) => {
        const eventIds = elements.map((element) => String(JSON.parse(element).eventId));
        sent.push({ version, eventIds });
        return eventIds.some((id) => bad.includes(id))
          ? { response: { kind: 'batch_refused', message: 'wrong' }, status: 400 }
          : { response: ACCEPTED, status: 201 };
      },
      access: async () => {
        whileWaiting(tables);
        return { kind: 'token', token: 'token', tokenId: 'token-1', limiterKey: 'app' };
      },
      ...over,
    });
    for (const name of ['a', 'b', 'c', 'd'])
      aDeliveryIn(tables, name, { payload: `sealed:${JSON.stringify(anElement(name))}` });
    database.sql.exec('UPDATE events SET facts = ?', FACTS);
    const learned = new Learned(database.sql);
    if (replaced) learned.replaceVersion(INTEGRATION, { retired: '202609', working: '202610' });
    const elementWaits = new ElementWaits(database.sql);
    const parts = { ports, queues, deliveries, learned, elementWaits, maxChars: 1_000_000 };
    await new BatchRun({ ...queue, probeFor }, parts).run();
    const [hold] = database.sql.exec<{ reason: string }>('SELECT reason FROM integration_holds').toArray();
    return {
      sent,
      hold: hold?.reason,
      states: ['a', 'b', 'c', 'd'].map((name) => rowOf(database, name)?.state).join(' '),
    };
  });

describe('a run of a rule queue', () => {
  it('sends all pending deliveries in one request', async () => {
    const { sent, states } = await run();

    expect(sent.map(({ eventIds }) => eventIds)).toEqual([['a', 'b', 'c', 'd']]);
    expect(states).toBe('delivered delivered delivered delivered');
  });

  it('continues until it finds the one event that LinkedIn refuses', async () => {
    const { sent, states } = await run({}, { bad: ['c'] });

    expect(states).toBe('delivered delivered dead delivered');
    expect(sent.length).toBeLessThanOrEqual(5);
  });

  it.each<[string, Partial<Ports>, string]>([
    ['holds the deliveries of a deleted integration', { integration: async () => undefined }, 'integration_missing'],
    [
      'holds the deliveries of a disabled integration',
      { integration: async () => asks({ enabled: false }) },
      'integration_disabled',
    ],
    ["holds the deliveries of another source's integration", { sourceId: 'src_2' }, 'integration_missing'],
  ])('%s, and sends nothing', async (_, over, reason) => {
    const { sent, hold, states } = await run(over);

    expect({ sent, hold, states }).toEqual({ sent: [], hold: reason, states: 'pending pending pending pending' });
  });

  // Seed 563 of the simulation.
  it('leaves out what expired while it waited for its token and permit', async () => {
    const { sent, states } = await run(
      {},
      {
        whileWaiting: ({ database: { sql }, deliveries }) => {
          sql.exec("UPDATE deliveries SET happened_at_ms = happened_at_ms - 1 WHERE event_id = 'b'");
          deliveries.states.expire({ happenedBeforeMs: NOW, nowMs: NOW });
        },
      },
    );

    expect(sent.map(({ eventIds }) => eventIds)).toEqual([['a', 'c', 'd']]);
    expect(states).toBe('delivered expired delivered delivered');
  });

  it('sends nothing in test mode', async () => {
    const { sent, states } = await run({ integration: async () => asks({ config: { test_mode: true } }) });

    expect({ sent, states }).toEqual({ sent: [], states: 'skipped skipped skipped skipped' });
  });

  it.each([
    ['that is configured', {}, '202609'],
    ['that was found to work in its place', { replaced: true }, '202610'],
    [
      'that is the newest, while a retired version holds the integration',
      { probeFor: 'version_sunset' },
      NEWEST_KNOWN_VERSION,
    ],
  ])('uses the version %s', async (_, how, version) => {
    const { sent } = await run({ integration: async () => asks({ config: { linkedin_version: '202609' } }) }, how);

    expect(sent[0]?.version).toBe(version);
  });
});
