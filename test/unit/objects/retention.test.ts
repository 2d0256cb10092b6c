/** How long data is stored: the source's `retention_days` and `dead_letter_days`, even when no event arrives. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { Ledger } from '../../../worker/schema/reports/ledger.ts';
import { admin, anIntegrationOf, anOrder, aSource, outcomes, send } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

afterEach(() => vi.restoreAllMocks());

/** Moves everything in the outbox some days into the past, then runs the cron trigger. */
async function daysLater({ id }: MadeSource, days: number): Promise<void> {
  const outbox = env.OUTBOX.getByName(id);
  await runInDurableObject(outbox, (_, { storage }) => {
    storage.sql.exec('UPDATE events SET received_at_ms = received_at_ms - ?', days * DAY_MS);
    storage.sql.exec('UPDATE deliveries SET done_at_ms = done_at_ms - ?', days * DAY_MS);
    storage.sql.exec('UPDATE cleaned SET at_ms = at_ms - ?', days * DAY_MS);
  });
  await evictDurableObject(outbox);
  await env.OUTBOX.getByName(id).wake();
}

async function aDeadLetter(settings: Record<string, unknown>): Promise<{ source: MadeSource; integrationId: string }> {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () =>
    Response.json({ message: 'Index: 0, ERROR :: /user :: wrong', status: 422 }, { status: 422 }),
  );
  const source = await aSource(settings);
  const { id } = await anIntegrationOf(source);
  await send(source, [anOrder({ messageId: 'refused' })]);
  await runDurableObjectAlarm(env.OUTBOX.getByName(source.id));
  await expect.poll(() => outcomes(source)).toMatchObject([{ state: 'dead' }]);
  return { source, integrationId: id };
}

async function replayable(integrationId: string): Promise<number> {
  const answer = await admin(`/integrations/${integrationId}/replay`, {
    body: { filter: { state: 'dead' }, preview: true },
  });
  const { dead } = await answer.json<{ dead: number }>();
  return dead;
}

describe('a failed delivery', () => {
  it("keeps its payload for the source's `dead_letter_days`, and its history longer", async () => {
    const { source, integrationId } = await aDeadLetter({ dead_letter_days: 7 });
    expect(await replayable(integrationId)).toBe(1);

    await daysLater(source, 6);
    expect(await replayable(integrationId)).toBe(1);

    await daysLater(source, 2);
    expect(await replayable(integrationId)).toBe(0);
    expect(await outcomes(source)).toMatchObject([{ state: 'dead', message_id: 'refused' }]);
  });
});

describe('the outcome of an event', () => {
  it("is stored for the source's `retention_days`, and the ledger still balances afterwards", async () => {
    const { source } = await aDeadLetter({ retention_days: 10 });

    await daysLater(source, 9);
    expect(await outcomes(source)).toHaveLength(1);

    await daysLater(source, 2);
    expect(await outcomes(source)).toEqual([]);
    const ledger = await admin(`/sources/${source.id}/ledger`);
    const { totals } = await ledger.json<Ledger>();
    expect(totals.dead).toBe(1);
  });

  it('is stored while the event waits, however short the retention', async () => {
    noLinkedIn();
    const source = await aSource({ retention_days: 1 });
    await anIntegrationOf(source);
    await send(source, [anOrder({ messageId: 'waits' })]);

    await daysLater(source, 5);

    expect(await outcomes(source)).toMatchObject([{ state: 'pending', message_id: 'waits' }]);
  });
});
