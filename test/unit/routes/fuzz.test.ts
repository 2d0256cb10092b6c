/**
 * Hostile events and requests, in process. None is a 5xx, none stores a row when it is refused, none stores more than
 * its budget, and none reaches `Object.prototype`, which is frozen here.
 *
 * `npm run test:fuzz` does it with 1,000,000 inputs; `FUZZ_SEED` repeats a run.
 */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { hostileBeside, hostileEvent, hostileRequest, shortEvent } from '../../hostile/hostile-requests.ts';
import { anIntegrationOf, ask, aSource } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

const INPUTS = Number(env.FUZZ_INPUTS ?? 20_000);
const SEED = Number(env.FUZZ_SEED ?? 1);
const EVENTS_A_BATCH = 100;
/** Each whole request costs one call, while events in batches cost little. This is the number of whole requests. */
const REQUESTS = Math.ceil(INPUTS / 40);
const BATCHES = Math.ceil((INPUTS - REQUESTS) / EVENTS_A_BATCH / 2);
const SECONDS = 60 + INPUTS / 500;

/** SQLite uses whole pages, and splits a full one into halves. */
const PAGES_SLACK_BYTES = 512 * 1024;

let source: MadeSource;
beforeAll(async () => {
  noLinkedIn();
  source = await aSource();
  const integration = await anIntegrationOf(source, {
    config: { hold_for_identity_minutes: 10, send_external_id: true },
  });
  const response = await ask(`/v1/admin/integrations/${integration.id}/mappings`, {
    headers: { Authorization: `Bearer ${env.ADMIN_TOKEN}` },
    body: {
      name: 'Leads with a value',
      trigger: 'type = "track" and event = "Lead Generated" and properties.value != 0',
      conversion_rule_id: '987654',
      fields: {},
    },
  });
  if (response.status !== 201) throw new Error(await response.text());
  freezeObjectPrototype();
});

/**
 * Freezes it so that objects may still have properties of the same names. With a plain `Object.freeze`, an assignment
 * such as `error.toString = …` throws, even in the test runner, which then waits for ever for this file to end.
 */
function freezeObjectPrototype(): void {
  for (const key of Reflect.ownKeys(Object.prototype)) {
    const { value, configurable } = Object.getOwnPropertyDescriptor(Object.prototype, key) ?? {};
    if (value === undefined || configurable !== true) continue;
    // oxlint-disable-next-line no-extend-native -- The existing properties keep their values.
    Object.defineProperty(Object.prototype, key, {
      get: () => value,
      set(own: unknown) {
        Object.defineProperty(this, key, { value: own, writable: true, enumerable: true, configurable: true });
      },
    });
  }
  Object.freeze(Object.prototype);
}

type Stored = { rows: number; bytes: number };

/** Returns how many events are stored, from the counts: counting rows takes longer and longer. */
async function stored(): Promise<Stored> {
  const inOutbox = await runInDurableObject(env.OUTBOX.getByName(source.id), (_, { storage: { sql } }) => ({
    rows: sql
      .exec<{ rows: number }>(
        `SELECT total(CASE outcome WHEN 'received' THEN events WHEN 'skipped:duplicate' THEN -events ELSE 0 END) AS rows
         FROM counts`,
      )
      .one().rows,
    bytes: sql.databaseSize,
  }));
  const inTally = await runInDurableObject(env.TALLY.getByName(source.id), async (tally, { storage: { sql } }) => {
    const { totals } = await tally.ledger({ from: '2026-01-01', to: '2099-12-31' });
    const { received, rejected, skipped } = totals;
    return { rows: received - rejected - (skipped['duplicate'] ?? 0), bytes: sql.databaseSize };
  });
  return { rows: inOutbox.rows + inTally.rows, bytes: inOutbox.bytes + inTally.bytes };
}

const bytesOf = (body: string): number => new TextEncoder().encode(body).byteLength;

async function sendBatch(events: fc.Arbitrary<unknown>, seed: number, sum: Sum): Promise<void> {
  const before = await stored();
  const [beside] = fc.sample(hostileBeside, { seed, numRuns: 1 });
  const batch = fc.sample(events, { seed, numRuns: EVENTS_A_BATCH });
  const body = JSON.stringify({ ...beside, writeKey: source.write_key, batch });
  const response = await ask('/v1/batch', { body });
  const answer = await response.json<Answer>();
  const { accepted = 0, rejected = [] } = answer;
  if (response.status >= 500 || (response.status === 200 && accepted + rejected.length !== EVENTS_A_BATCH))
    sum.faults.push(`seed ${seed}: ${response.status} ${JSON.stringify(answer)}`);
  const after = await stored();
  sum.rows += after.rows - before.rows;
  sum.storedBytes += after.bytes - before.bytes;
  sum.accepted += response.status === 200 ? accepted : 0;
  sum.refused += response.status === 200 ? rejected.length : EVENTS_A_BATCH;
  sum.sentBytes += response.status === 200 ? bytesOf(body) : 0;
}

type Answer = { accepted?: number; rejected?: unknown[] };

/** How much batches of one kind of event have sent and stored. */
type Sum = {
  sentBytes: number;
  storedBytes: number;
  accepted: number;
  refused: number;
  rows: number;
  faults: string[];
};

describe('any input with a write key', () => {
  it.each([
    ['wild', hostileEvent, 0.05],
    ['short', shortEvent, 0],
  ] as const)(
    'is answered without a 5xx, stores nothing when it is refused, and stays within its budget: %s events',
    async (_, events, leastRefused) => {
      const sum: Sum = { sentBytes: 0, storedBytes: 0, accepted: 0, refused: 0, rows: 0, faults: [] };
      for (let seed = SEED; seed < SEED + BATCHES; seed += 1) await sendBatch(events, seed, sum);

      expect(sum.faults).toEqual([]);
      expect(sum.rows).toBeLessThanOrEqual(sum.accepted);
      expect(sum.storedBytes).toBeLessThanOrEqual(2 * sum.sentBytes + 300 * sum.accepted + PAGES_SLACK_BYTES);
      // Otherwise the generator is too wild, or too tame, to prove anything.
      expect(sum.accepted).toBeGreaterThan((BATCHES * EVENTS_A_BATCH) / 20);
      expect(sum.refused).toBeGreaterThanOrEqual(BATCHES * EVENTS_A_BATCH * leastRefused);
    },
    SECONDS * 1_000,
  );

  it(
    'is refused as a whole request without storing a row',
    async () => {
      const faults: string[] = [];
      let refused = 0;
      let { rows } = await stored();
      const requests = fc.sample(hostileRequest(source.write_key), { seed: SEED, numRuns: REQUESTS });
      for (const [index, { path, body, headers }] of requests.entries()) {
        const response = await ask(path, { body, headers });
        const answer = `request ${index}: ${response.status} ${await response.text()}`;
        const { rows: rowsNow } = await stored();
        if (response.status >= 500) faults.push(answer);
        if (response.status !== 200 && rowsNow !== rows) faults.push(`refused, and yet a row was kept: ${answer}`);
        if (response.status !== 200) refused += 1;
        rows = rowsNow;
      }

      expect(faults).toEqual([]);
      expect(refused).toBeGreaterThan(REQUESTS / 20);
      expect(refused).toBeLessThan(REQUESTS);
    },
    SECONDS * 1_000,
  );

  it("doesn't reach Object.prototype", () => {
    expect(Object.isFrozen(Object.prototype)).toBe(true);
    expect(() => Reflect.set(Object.prototype, 'toString', 1)).toThrow(TypeError);
    expect(Reflect.set(Object.prototype, 'polluted', 1)).toBe(false);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
