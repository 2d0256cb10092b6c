/**
 * A problem that only a person can fix: the events wait with a reason in plain words, and are sent when it is fixed.
 * Tested with the real product and the management API alone.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type LocalProduct, startLocalProduct } from '../support/local-product.ts';

let product: LocalProduct;
beforeAll(async () => {
  product = await startLocalProduct();
});
afterAll(() => product.stop());
beforeEach(() => product.sandbox.reset());

const INTEGRATION = '/integrations/int_demo';
const RULE = '987655';

async function change(config: Record<string, unknown>): Promise<void> {
  const { status } = await product.admin(INTEGRATION, { method: 'PATCH', body: { config } });
  expect(status).toBe(200);
}

async function send(messageId: string): Promise<void> {
  const lead = { type: 'track', event: 'Lead Generated', messageId, traits: { email: 'jane@example.com' } };
  const { status } = await product.collect({ batch: [{ ...lead, properties: { value: 5, currency: 'EUR' } }] });
  expect(status).toBe(200);
}

const story = async (messageId: string): Promise<unknown> =>
  (await product.admin(`${INTEGRATION}/deliveries/${RULE}:${messageId}`)).body;

async function untilItIs(messageId: string, expected: object): Promise<void> {
  await expect.poll(() => story(messageId), { timeout: 20_000, interval: 100 }).toMatchObject(expected);
}

describe('a delivery', () => {
  it('waits for a new token when the old one was revoked, and is then sent', async () => {
    await change({ access_token: 'tok-revoked', refresh_token: null });

    await send('revoked');
    await untilItIs('revoked', { state: 'held', reason: 'token_refused' });
    await change({ access_token: 'tok-ok', refresh_token: 'ref-ok' });

    await untilItIs('revoked', { state: 'delivered' });
    expect(product.sandbox.events.map(({ element }) => element['eventId'])).toEqual(['revoked']);
  });

  it('is sent with the newest version that we know when its own was retired', async () => {
    await change({ linkedin_version: '202511' });

    await send('retired');

    await untilItIs('retired', { state: 'delivered', requests: [{ status: 426 }, { status: 200 }] });
    await change({ linkedin_version: '202609' });
  });

  it("fails with LinkedIn's message, and is sent when a person replays it", async () => {
    product.sandbox.fault({
      status: 400,
      body: { message: 'Something is wrong, indices [0] (0-indexed)', status: 400 },
    });
    await send('refused');
    await untilItIs('refused', { state: 'dead', reason: 'Something is wrong, indices [0] (0-indexed)' });

    const filter = { state: 'dead', event: 'Lead Generated' };
    const preview = await product.admin(`${INTEGRATION}/replay`, { body: { filter, preview: true } });
    const replay = await product.admin(`${INTEGRATION}/replay`, { body: { filter } });

    const one = { dead: 1, held: 0, too_old: 0, value: [{ currency: 'EUR', amount: '5' }] };
    expect(preview.body).toEqual({ id: null, preview: true, ...one });
    expect(replay.body).toEqual({ id: expect.any(String), preview: false, ...one });
    await untilItIs('refused', {
      state: 'delivered',
      earlier: [{ reason: 'Something is wrong, indices [0] (0-indexed)' }],
    });
    expect(product.sandbox.events).toHaveLength(1);
  });

  it('for a disabled rule waits, and delays no other rule', async () => {
    await change({ conversion_rule_id: { 'Lead Generated': RULE, Off: '1002' } });
    const off = { type: 'track', event: 'Off', messageId: 'off', traits: { email: 'jane@example.com' } };
    await product.collect({ batch: [off] });

    await send('beside');

    await untilItIs('beside', { state: 'delivered' });
    const { body } = await product.admin(`${INTEGRATION}/status`);
    expect(body).toMatchObject({
      backlog: {
        pending: 0,
        held: 1,
        rules: [{ conversion_rule_id: '1002', hold: { reason: 'rule_disabled' } }, { hold: null }],
      },
    });
  });

  it('is in a ledger that balances', async () => {
    const { body } = await product.admin('/sources/src_demo/ledger');

    expect(body).toMatchObject({ balanced: true, totals: { received: 5, delivered: 4, held: 1, dead: 0, pending: 0 } });
  });
});
