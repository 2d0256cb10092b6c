/**
 * Counts the rows that an event costs, because Cloudflare charges for them (docs/scale.md). Entries of indexes count as
 * rows too, as at Cloudflare. The budgets only go down.
 */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';

import { anIntegrationOf, anOrder, aSource, outcomes, send } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { aLinkedIn } from '../support/linkedin.ts';

type Cost = { rows: number; alarms: number };

/** Counts what an object writes from now on. */
async function counting(object: DurableObjectStub): Promise<() => Cost> {
  const cursors: { rowsWritten: number }[] = [];
  let alarms = 0;
  await runInDurableObject(object, (_, { storage }) => {
    const exec = storage.sql.exec.bind(storage.sql);
    const setAlarm = storage.setAlarm.bind(storage);
    Object.assign(storage.sql, {
      exec: (query: string, ...bindings: unknown[]) => {
        const cursor = exec(query, ...bindings);
        cursors.push(cursor);
        return cursor;
      },
    });
    Object.assign(storage, {
      setAlarm: (...args: Parameters<typeof setAlarm>) => {
        alarms += 1;
        return setAlarm(...args);
      },
    });
  });
  return () => ({ rows: cursors.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0), alarms });
}

const aLead = () => anOrder({ traits: { email: `${crypto.randomUUID()}@example.com` } });

async function delivered(source: MadeSource, count: number): Promise<void> {
  await expect
    .poll(async () => (await outcomes(source)).filter(({ state }) => state === 'delivered').length, { timeout: 20_000 })
    .toBe(count);
}

describe('the rows that a delivered event costs', () => {
  it.each([
    [1, { rows: 7, alarms: 4 }],
    [10, { rows: 4.4, alarms: 0.5 }],
    [100, { rows: 4.04, alarms: 0.05 }],
  ])('in a request of %i, until it is delivered, with its alarms: at most %o', async (size, budget) => {
    aLinkedIn();
    const source = await aSource();
    await anIntegrationOf(source);
    // The first event also writes the rule queue, the key and the trigger set.
    await send(source, [aLead()]);
    await delivered(source, 1);
    const cost = await counting(env.OUTBOX.getByName(source.id));

    await send(source, Array.from({ length: size }, aLead));
    await delivered(source, size + 1);

    expect(cost().rows / size).toBeLessThanOrEqual(budget.rows);
    expect(cost().alarms / size).toBeLessThanOrEqual(budget.alarms);
  });
});

describe('the rows that a page view costs', () => {
  it.each([
    [1, 1],
    [10, 0.1],
    [100, 0.01],
  ])('in a request of %i, in both of its objects: at most %d', async (size, budget) => {
    const source = await aSource();
    await anIntegrationOf(source);
    await send(source, [{ type: 'page' }]);
    const costs = await Promise.all([env.OUTBOX, env.TALLY].map((objects) => counting(objects.getByName(source.id))));

    await send(
      source,
      Array.from({ length: size }, () => ({ type: 'page' })),
    );

    const rows = costs.reduce((sum, cost) => sum + cost().rows, 0);
    expect(rows / size).toBeLessThanOrEqual(budget);
    expect(rows).toBeGreaterThan(0);
    expect(costs.map((cost) => cost().alarms)).toEqual([0, 0]);
  });
});
