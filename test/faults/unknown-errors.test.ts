/** An unknown message from LinkedIn stops as little as possible, and is checked again soon: L1, L3, L5. */
import { describe, expect, it } from 'vitest';

import { readBatchResponse } from '../../worker/linkedin/batch/read-batch-response.ts';
import { OutboxReader } from '../../worker/objects/outbox/outbox-reader.ts';
import { CalmWorld } from './calm-world.ts';
import { aReceipt } from './simulation/a-receipt.ts';
import { parseElements } from './simulation/simulated-linkedin.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

const TARGET =
  'Invalid conversion target, failed to grant access. Conversion must be a CAPI conversion and not deleted.';

type Reply = { status: number; text: string };

/** A calm world whose LinkedIn gives a custom answer to a batch, where a test asks for it. */
class OddWorld extends CalmWorld {
  /** The time of each request, with its rule. */
  readonly asked: { ruleId: string; atMs: number }[] = [];
  odd: (ruleId: string, eventIds: readonly string[]) => Reply | undefined = () => undefined;

  constructor() {
    super();
    const { linkedIn } = this.simulation;
    const usual = linkedIn.receive.bind(linkedIn);
    linkedIn.receive = (request) => {
      const elements = parseElements(request.elements);
      const { ruleId = '' } = elements[0] ?? {};
      this.asked.push({ ruleId, atMs: this.nowMs });
      const reply = this.odd(
        ruleId,
        elements.map(({ eventId }) => eventId),
      );
      if (reply === undefined) return usual(request);
      const response = readBatchResponse(
        { ...reply, headers: new Headers() },
        { batchSize: elements.length, nowMs: this.nowMs },
      );
      return { ms: 50, answer: () => ({ status: reply.status, response }) };
    };
  }

  /** Sends one event for each rule. */
  async send(name: string, ruleIds: readonly string[]): Promise<void> {
    const receipts = ruleIds.map((ruleId) =>
      aReceipt({
        messageId: `${name}-${ruleId}`,
        happenedAtMs: this.nowMs,
        receivedAtMs: this.nowMs,
        to: [{ integrationId: ruleId.startsWith('3') ? 'int_c' : 'int_a', ruleId }],
      }),
    );
    await this.simulation.enqueue('src_a', receipts);
  }

  delivered(): string[] {
    return this.taken.map(({ eventId }) => eventId).toSorted();
  }

  rows(query: string): Record<string, unknown>[] {
    return (
      this.simulation.databases.get('src_a')?.sql.exec<Record<string, string | number | null>>(query).toArray() ?? []
    );
  }

  integrationHolds(): unknown[] {
    return this.rows('SELECT reason FROM integration_holds').map(({ reason }) => reason);
  }
}

/** Sends events while time passes. */
async function sent(world: OddWorld, name: string, ruleIds: readonly string[]): Promise<void> {
  const isKept = world.send(name, ruleIds);
  await world.pass(2 * SECOND_MS);
  await isKept;
}

describe('L1: unknown messages', () => {
  it.each([
    ['about an Insight Tag rule', { status: 403, text: JSON.stringify({ message: TARGET, status: 403 }) }],
    ['about a rule, with a code', { status: 403, text: JSON.stringify({ message: TARGET, code: 'ACCESS_DENIED' }) }],
    ['with a 403', { status: 403, text: JSON.stringify({ message: 'Something about a policy', status: 403 }) }],
    ['with a 403 and no body', { status: 403, text: '' }],
    ['with a 403 and an HTML page', { status: 403, text: '<html>Forbidden</html>' }],
    ['with a 404', { status: 404, text: '{"code":"RESOURCE_NOT_FOUND"}' }],
    ['with a 409', { status: 409, text: '{"message":"Write Conflict"}' }],
    ['with a 412', { status: 412, text: '' }],
  ])("%s hold that rule, and the integration's other rules keep sending", async (_name, reply) => {
    const world = new OddWorld();
    world.odd = (ruleId) => (ruleId === '1001' ? reply : undefined);

    for (const name of ['a', 'b', 'c']) await sent(world, name, ['1001', '1002']);
    await world.pass(5 * MINUTE_MS);

    expect(world.delivered()).toEqual(['a-1002', 'b-1002', 'c-1002']);
    expect(world.integrationHolds()).toEqual([]);
    expect(world.holds()).toHaveLength(1);
    expect(world.states()).toEqual({ delivered: 3, pending: 3 });
  });

  it('are retried within seconds at first, and later still once in 15 minutes', async () => {
    const world = new OddWorld();
    world.odd = () => ({ status: 403, text: '' });
    await sent(world, 'a', ['1001']);

    await world.pass(MINUTE_MS);
    const inFirstMinute = world.asked.length;
    await world.pass(12 * HOUR_MS);
    const before = world.asked.length;
    await world.pass(HOUR_MS);

    expect(inFirstMinute).toBeGreaterThanOrEqual(3);
    expect(world.asked.length - before).toBeGreaterThanOrEqual(3);
    expect(world.asked.length - before).toBeLessThanOrEqual(9);
  });

  it.each([
    [403, 'access_denied'],
    [404, 'refused_unknown'],
  ])('hold the whole integration when a second rule gets them too: %i', async (status, reason) => {
    const world = new OddWorld();
    world.odd = () => ({ status, text: '' });

    await sent(world, 'a', ['1001']);
    const afterOne = world.integrationHolds();
    await sent(world, 'a', ['1002']);

    expect(afterOne).toEqual([]);
    expect(world.integrationHolds()).toEqual([reason]);
  });

  it('hold no other integration', async () => {
    const world = new OddWorld();
    world.odd = (ruleId) => (ruleId.startsWith('1') ? { status: 403, text: '' } : undefined);

    await sent(world, 'a', ['1001', '1002', '3001', '3002']);
    await world.pass(MINUTE_MS);

    expect(world.delivered()).toEqual(['a-3001', 'a-3002']);
  });

  it('are over for all rules as soon as LinkedIn accepts an event', async () => {
    const world = new OddWorld();
    world.odd = () => ({ status: 403, text: '' });
    for (const name of ['a', 'b', 'c']) await sent(world, name, ['1001', '1002']);
    await world.pass(10 * MINUTE_MS);

    world.odd = () => undefined;
    await world.pass(HOUR_MS);

    expect(world.states()).toEqual({ delivered: 6 });
    expect(world.holds()).toEqual([]);
    expect(world.integrationHolds()).toEqual([]);
  });

  it('blame the rule once another rule of the integration is accepted', async () => {
    const world = new OddWorld();
    world.odd = (ruleId) => (ruleId === '1001' ? { status: 403, text: '' } : undefined);

    await sent(world, 'a', ['1001']);
    const alone = world.holds();
    await sent(world, 'a', ['1002']);

    expect(alone).toEqual(['refused_unknown']);
    expect(world.holds()).toEqual(['rule_refused']);

    // So a second rule with the same message later doesn't blame the integration either.
    await world.pass(MINUTE_MS);
    world.odd = () => ({ status: 403, text: '' });
    await sent(world, 'b', ['1002']);
    expect(world.integrationHolds()).toEqual([]);
  });

  it('about a single event keep no other event of its rule waiting', async () => {
    const world = new OddWorld();
    world.odd = (_, eventIds) => (eventIds.includes('a-1001') ? { status: 409, text: '' } : undefined);

    await sent(world, 'a', ['1001']);
    for (const name of ['b', 'c', 'd']) await sent(world, name, ['1001']);
    await world.pass(10 * MINUTE_MS);

    expect(world.delivered()).toEqual(['b-1001', 'c-1001', 'd-1001']);
    expect(world.states()).toEqual({ delivered: 3, pending: 1 });
  });

  it("don't make the whole app wait", async () => {
    const world = new OddWorld();
    world.odd = (ruleId) => (ruleId === '1001' ? { status: 404, text: '' } : undefined);
    await sent(world, 'a', ['1001']);
    await world.pass(5 * MINUTE_MS);

    expect(world.simulation.deskStates.get('app-1')?.breaker.failures).toBe(0);
  });
});

describe('L2: the code in an answer', () => {
  it('is stored with its message', async () => {
    const world = new OddWorld();
    world.odd = () => ({ status: 400, text: '{"code":"INVALID_VALUE","status":400}' });

    await sent(world, 'a', ['1001']);
    await world.pass(MINUTE_MS);

    expect(world.rows('SELECT code, message FROM attempts')).toEqual([
      { code: 'INVALID_VALUE', message: 'INVALID_VALUE' },
    ]);
    expect(world.rows('SELECT state, reason FROM deliveries')).toEqual([{ state: 'dead', reason: 'INVALID_VALUE' }]);
  });
});

describe('L3: an unreadable answer', () => {
  it.each([
    ['an HTML page', 200, '<html>Sign in</html>'],
    ['no body', 200, ''],
    ['an empty object', 200, '{}'],
    ['null elements', 200, '{"elements":[null,null]}'],
    ['too few elements', 200, '{"elements":[{"status":201}]}'],
    ['a truncated answer', 200, '{"elements":[{"status":201},'],
    ['a 202', 202, ''],
    ['a 204', 204, ''],
  ])('is unconfirmed in history, ledger and status, and nothing is sent again: %s', async (_name, status, text) => {
    const world = new OddWorld();
    world.odd = () => ({ status, text });
    await world.enqueue(['a', 'b']);

    await world.pass(HOUR_MS);

    expect(world.asked).toHaveLength(1);
    const outbox = world.simulation.outboxOf('int_a');
    const looked = outbox.call(async (engine) => {
      const reader = new OutboxReader(engine.ports, engine.changes);
      return {
        story: reader.event('a'),
        ledger: await reader.ledger({ from: '2026-11-20', to: '2026-11-24' }),
        rules: await reader.ruleLedger({ from: '2026-11-20', to: '2026-11-24' }),
        backlog: reader.backlog('int_a'),
      };
    });
    await world.pass(SECOND_MS);
    const { story, ledger, rules, backlog } = await looked;
    expect(story).toMatchObject({
      state: 'delivered',
      reason: 'unconfirmed',
      sentence: expect.stringContaining('could not be read'),
      deliveries: [
        {
          state: 'delivered',
          reason: 'unconfirmed',
          requests: [{ outcome: 'unconfirmed', message: expect.stringContaining(`HTTP ${status}`) }],
        },
      ],
    });
    expect(ledger).toMatchObject({ balanced: true, totals: { received: 2, delivered: 2, unconfirmed: 2 } });
    expect(rules.totals).toMatchObject({ deliveries: 2, delivered: 2, unconfirmed: 2 });
    expect(backlog).toMatchObject({ pending: 0, unconfirmed: 2 });
  });

  it('stays in the ledger when the rows are deleted', async () => {
    const world = new OddWorld();
    world.odd = () => ({ status: 200, text: '{}' });
    await world.enqueue(['a']);
    await world.pass(HOUR_MS);
    world.withWatchdog();
    await world.pass(95 * 24 * HOUR_MS);

    const looked = world.simulation
      .outboxOf('int_a')
      .call(async ({ ports, changes }) =>
        new OutboxReader(ports, changes).ledger({ from: '2026-11-20', to: '2026-11-24' }),
      );
    await world.pass(SECOND_MS);

    expect(world.rows('SELECT seq FROM events')).toEqual([]);
    expect(await looked).toMatchObject({ balanced: true, totals: { received: 1, delivered: 1, unconfirmed: 1 } });
  });

  it('that names some elements is unconfirmed for the others only', async () => {
    const world = new OddWorld();
    world.odd = () => ({
      status: 200,
      text: '{"elements":[{"status":201},null,{"status":422,"error":{"code":"BAD"}}]}',
    });
    await world.enqueue(['a', 'b', 'c']);

    await world.pass(MINUTE_MS);

    expect(world.rows('SELECT event_id, state, reason FROM deliveries ORDER BY event_id')).toEqual([
      { event_id: 'a', state: 'delivered', reason: null },
      { event_id: 'b', state: 'delivered', reason: 'unconfirmed' },
      { event_id: 'c', state: 'dead', reason: 'BAD' },
    ]);
  });
});

describe('L5: an outage of some seconds', () => {
  it.each([[500], [503], [408]])('is over for every integration some seconds after its end: %i', async (status) => {
    const world = new OddWorld();
    world.odd = () => ({ status, text: '' });
    const rules = ['1001', '1002', '3001', '3002'];
    for (const name of ['a', 'b']) await sent(world, name, rules);
    await world.pass(SECOND_MS);

    world.odd = () => undefined;
    await world.pass(20 * SECOND_MS);

    expect(world.delivered()).toHaveLength(8);
  });
});
