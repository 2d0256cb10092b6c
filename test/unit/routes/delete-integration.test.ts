import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { admin, anIntegrationOf, anOrder, aSource, outcomes, problemOf, send } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(() => noLinkedIn());
afterEach(() => vi.restoreAllMocks());

async function withOneWaiting() {
  const source = await aSource({ unknown_consent: 'granted' });
  const { id } = await anIntegrationOf(source);
  await send(source, [anOrder({ messageId: 'order-1' })]);
  return { source, id };
}

const remove = (id: string, query = '') => admin(`/integrations/${id}${query}`, { method: 'DELETE' });

describe('deleting an integration while deliveries wait', () => {
  it('is refused with the number of deliveries, until a choice is made', async () => {
    const { id } = await withOneWaiting();

    const response = await remove(id);

    expect(await response.clone().json()).toMatchObject({ waiting: 1, dead: 0 });
    expect(await problemOf(response)).toMatchObject({ status: 409, code: 'deliveries_waiting' });
    expect((await admin(`/integrations/${id}`)).status).toBe(200);
  });

  it('deletes them with ?deliveries=discard, and none is sent', async () => {
    const { source, id } = await withOneWaiting();

    const response = await remove(id, '?deliveries=discard');

    expect(response.status).toBe(204);
    expect(await outcomes(source)).toMatchObject([
      { message_id: 'order-1', state: 'skipped', reason: 'integration_deleted' },
    ]);
    const payloads = await runInDurableObject(env.OUTBOX.getByName(source.id), (_, { storage }) =>
      storage.sql.exec('SELECT payload, person FROM deliveries').toArray(),
    );
    expect(payloads).toEqual([{ payload: null, person: null }]);
  });

  it('keeps the ledger balanced', async () => {
    const { source, id } = await withOneWaiting();
    await remove(id, '?deliveries=discard');

    const ledger = await (await admin(`/sources/${source.id}/ledger`)).json<{ data: unknown[] }>();

    expect(ledger.data).toMatchObject([{ received: 1, pending: 0, held: 0, skipped: { integration_deleted: 1 } }]);
  });

  it('leaves them to a new integration with the same ID with ?deliveries=keep', async () => {
    const { source, id } = await withOneWaiting();

    const removed = await remove(id, '?deliveries=keep');
    await anIntegrationOf(source, { id });

    const status = await (
      await admin(`/integrations/${id}/status`)
    ).json<{
      backlog: { pending: number; held: number };
    }>();
    expect(removed.status).toBe(204);
    expect(status.backlog.pending + status.backlog.held).toBe(1);
  });

  it('accepts no other choice', async () => {
    const { id } = await withOneWaiting();

    expect(await problemOf(await remove(id, '?deliveries=send'))).toMatchObject({
      status: 400,
      pointer: '/deliveries',
    });
  });
});

it('deleting an integration needs no choice when nothing waits', async () => {
  const { id } = await anIntegrationOf(await aSource());

  expect((await remove(id)).status).toBe(204);
});
