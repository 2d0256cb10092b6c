/** Deleted data is gone everywhere, even if one of the objects that store it was unreachable. */
import { createScheduledController, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import worker from '../../../worker/index.ts';
import { Credentials } from '../../../worker/objects/credentials/credentials.ts';
import { Outbox } from '../../../worker/objects/outbox/outbox.ts';
import { Refusals } from '../../../worker/objects/refusals/refusals.ts';
import { Tally } from '../../../worker/objects/tally/tally.ts';
import { admin, anIntegrationOf, anOrder, aSource, outcomes, send } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);
afterEach(() => vi.restoreAllMocks());

const lost = (): Promise<never> => Promise.reject(new Error('Network connection lost.'));

/** Runs the cron trigger, five minutes later. */
async function fiveMinutesLater(): Promise<void> {
  await worker.scheduled(createScheduledController(), env);
}

async function aShop(): Promise<{ source: MadeSource; id: string }> {
  const source = await aSource({ unknown_consent: 'granted' });
  const { id } = await anIntegrationOf(source);
  await send(source, [anOrder({ messageId: 'order-1' })]);
  return { source, id };
}

async function eventsIn({ id }: MadeSource): Promise<number> {
  const inTally = await runInDurableObject(
    env.TALLY.getByName(id),
    (_, { storage }) => storage.sql.exec('SELECT 1 FROM log_pages').toArray().length,
  );
  return runInDurableObject(
    env.OUTBOX.getByName(id),
    (_, { storage }) => inTally + storage.sql.exec('SELECT 1 FROM events').toArray().length,
  );
}

describe('a deleted source', () => {
  it.each([
    ['outbox', () => vi.spyOn(Outbox.prototype, 'erase').mockImplementationOnce(lost)],
    ['tally', () => vi.spyOn(Tally.prototype, 'erase').mockImplementationOnce(lost)],
    ['refused traffic', () => vi.spyOn(Refusals.prototype, 'erase').mockImplementationOnce(lost)],
  ])('leaves nothing, even if its %s was unreachable at that moment', async (_, breaks) => {
    const { source, id } = await aShop();
    await send(source, [{ type: 'page' }]);
    await env.REFUSALS.getByName(source.id).add([{ reason: 'event_invalid', requests: 1, events: 1, names: [] }]);
    await admin(`/integrations/${id}?deliveries=discard`, { method: 'DELETE' });
    breaks();

    await admin(`/sources/${source.id}`, { method: 'DELETE' });
    await fiveMinutesLater();

    expect(await eventsIn(source)).toBe(0);
    expect(await env.REFUSALS.getByName(source.id).lastHours(24)).toEqual([]);
  });

  it('frees its ID only when none of its data is left', async () => {
    const { source, id } = await aShop();
    await admin(`/integrations/${id}?deliveries=discard`, { method: 'DELETE' });
    vi.spyOn(Outbox.prototype, 'erase').mockImplementationOnce(lost);
    await admin(`/sources/${source.id}`, { method: 'DELETE' });

    expect((await admin('/sources', { body: { id: source.id } })).status).toBe(409);
    await fiveMinutesLater();
    expect((await admin('/sources', { body: { id: source.id } })).status).toBe(201);
    await fiveMinutesLater();
    expect((await admin(`/sources/${source.id}`)).status).toBe(200);
  });
});

describe('a deleted integration', () => {
  it('leaves no token, even if its credentials were unreachable at that moment', async () => {
    const { source, id } = await aShop();
    const incarnation = (await env.REGISTRY.getByName('registry').integration(id))?.incarnation;
    vi.spyOn(Credentials.prototype, 'erase').mockImplementationOnce(lost);

    await admin(`/integrations/${id}?deliveries=discard`, { method: 'DELETE' });
    await fiveMinutesLater();

    const vault = env.CREDENTIALS.getByName(incarnation === undefined ? id : `${id}/${incarnation}`);
    expect(await vault.access()).toMatchObject({ kind: 'none', reason: 'credentials_missing' });
    expect(await outcomes(source)).toMatchObject([{ state: 'skipped', reason: 'integration_deleted' }]);
  });

  it('sends none of its deliveries, even if the outbox was unreachable at that moment', async () => {
    const { source, id } = await aShop();
    vi.spyOn(Outbox.prototype, 'discard').mockImplementationOnce(() => {
      throw new Error('Network connection lost.');
    });

    await admin(`/integrations/${id}?deliveries=discard`, { method: 'DELETE' });
    await fiveMinutesLater();

    expect(await outcomes(source)).toMatchObject([{ state: 'skipped', reason: 'integration_deleted' }]);
  });
});
