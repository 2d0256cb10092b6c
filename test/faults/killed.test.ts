/**
 * The Worker is killed with kill -9 between its 200 and the delivery, while LinkedIn answers 503. An answered event is
 * on disk, so it must be delivered once LinkedIn and the Worker are back: with its ID, by alarm, without any request.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type LocalProduct, startLocalProduct } from '../support/local-product.ts';

const LEAD = {
  type: 'track',
  event: 'Lead Generated',
  messageId: 'lead-of-a-killed-worker',
  properties: { li_fat_id: 'abc123-def456-ghi789', value: 500, currency: 'USD' },
};

/** When the Worker dies during an alarm, the next alarm comes after a minute. */
const ARRIVES_WITHIN_MS = 75_000;

let product: LocalProduct;
beforeEach(async () => {
  product = await startLocalProduct();
  product.sandbox.fault({ status: 503, times: 1_000_000, path: '/rest/conversionEvents' });
});
afterEach(() => product.stop());

const acknowledged = async (): Promise<void> => {
  const { status } = await product.collect({ batch: [LEAD] });
  expect(status).toBe(200);
};

const linkedInIsBack = async (): Promise<void> => {
  const response = await fetch(`${product.sandbox.url}/_sandbox/faults`, { method: 'DELETE' });
  expect(response.status).toBe(204);
};

const arrived = async (): Promise<unknown[]> => {
  const events = await product.sandbox.waitForEvents(1, ARRIVES_WITHIN_MS);
  return events.map(({ element }) => element['eventId']);
};

describe('an event that got a 200', () => {
  it('survives kill -9 right after the answer', async () => {
    await acknowledged();

    await product.kill();
    await linkedInIsBack();
    await product.restart();

    expect(await arrived()).toEqual([LEAD.messageId]);
  });

  it('survives kill -9 after LinkedIn refused it with a 503', async () => {
    await acknowledged();
    await expect.poll(() => product.sandbox.requests.map(({ status }) => status), { timeout: 30_000 }).toContain(503);

    await product.kill();
    await linkedInIsBack();
    await product.restart();

    expect(await arrived()).toEqual([LEAD.messageId]);
  });

  it("survives kill -9 while LinkedIn has it and hasn't answered", async () => {
    await linkedInIsBack();
    product.sandbox.fault({ kind: 'hang', path: '/rest/conversionEvents' });
    await acknowledged();
    await expect.poll(() => product.sandbox.requests, { timeout: 30_000 }).toHaveLength(1);

    await product.kill();
    await product.restart();

    expect(await arrived()).toEqual([LEAD.messageId]);
  });

  it('survives kill -9 of workerd alone, which restarts by itself', async () => {
    await acknowledged();

    await product.crash();
    await linkedInIsBack();

    expect(await arrived()).toEqual([LEAD.messageId]);
  });

  it('is recognized after kill -9: the same event sent again is a duplicate', async () => {
    await acknowledged();

    await product.kill();
    await linkedInIsBack();
    await product.restart();
    await acknowledged();
    await arrived();

    await expect
      .poll(() => product.admin('/sources/src_demo/events'), { timeout: 30_000 })
      .toMatchObject({ body: { data: [{ message_id: LEAD.messageId, state: 'delivered' }] } });
    expect(product.sandbox.events).toHaveLength(1);
  });
});
