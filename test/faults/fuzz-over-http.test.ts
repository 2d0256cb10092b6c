/**
 * Hostile requests over HTTP, many at once, against the running product. None is a 5xx, nothing is logged as an error,
 * and the ledger counts exactly the accepted events.
 *
 * `npm run test:fuzz` sends 100,000; `FUZZ_SEED` repeats a run.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { hostileCall, hostileRequest } from '../hostile/hostile-requests.ts';
import { type LocalProduct, startLocalProduct } from '../support/local-product.ts';

const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 2_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const AT_ONCE = 8;
const PAGE = 500;
const TIMEOUT_MS = 120_000 + REQUESTS * 30;

type Answer = { accepted?: number };
type LedgerRow = { received: number; rejected: number };

let product: LocalProduct;
beforeAll(async () => {
  product = await startLocalProduct();
});
afterAll(() => product.stop());

/** Sends all items, a few at a time. */
async function sendAll<Item>(
  items: readonly Item[],
  sendOne: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const left = items.entries();
  const sender = async (): Promise<void> => {
    for (const [index, item] of left) await sendOne(item, index);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
}

describe('the running product', () => {
  it(
    'answers no hostile request with a 5xx, and its ledger counts exactly the accepted events',
    async () => {
      const faults: string[] = [];
      let accepted = 0;
      const statuses = new Map<number, number>();
      for (let first = 0; first < REQUESTS; first += PAGE) {
        const seed = SEED + first;
        const requests = fc.sample(hostileRequest('wk_demo'), { seed, numRuns: Math.min(PAGE, REQUESTS - first) });
        await sendAll(requests, async ({ path, body, headers }, index) => {
          const response = await fetch(`${product.url}${path}`, { method: 'POST', body, headers });
          const text = await response.text();
          if (response.status >= 500) faults.push(`seed ${seed}, request ${index}: ${text}`);
          statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
          const answer: Answer = response.status === 200 ? JSON.parse(text) : {};
          accepted += answer.accepted ?? 0;
        });
      }

      const { body } = await product.admin('/sources/src_demo/ledger');
      const { data }: { data: LedgerRow[] } = Object(body);
      const kept = data.reduce((sum, { received, rejected }) => sum + received - rejected, 0);
      expect(faults).toEqual([]);
      expect(kept).toBe(accepted);
      // Otherwise the generator is too wild, or too tame, to prove anything.
      expect(statuses.get(200) ?? 0).toBeGreaterThan(REQUESTS / 20);
      expect(statuses.get(400) ?? 0).toBeGreaterThan(REQUESTS / 20);
      expect(product.output).not.toContain('"level":"error"');
    },
    TIMEOUT_MS,
  );

  it(
    'answers no hostile call of the management API with a 5xx',
    async () => {
      const faults: string[] = [];
      await product.admin('/sources', { body: { id: 'src_fuzz' } });
      for (let first = 0; first < REQUESTS / 4; first += PAGE) {
        const calls = fc.sample(hostileCall, { seed: SEED + first, numRuns: Math.min(PAGE, REQUESTS / 4 - first) });
        await sendAll(calls, async ({ method, path, body }, index) => {
          const response = await fetch(`${product.url}/v1/admin${path}`, {
            method,
            headers: { Authorization: `Bearer ${product.adminToken}`, 'Content-Type': 'application/json' },
            ...(body !== undefined && { body }),
          });
          const text = await response.text();
          if (response.status >= 500) faults.push(`seed ${SEED + first}, call ${index}, ${method} ${path}: ${text}`);
        });
      }

      expect(faults).toEqual([]);
      const health = await fetch(`${product.url}/healthz`);
      expect(health.status).toBe(200);
    },
    TIMEOUT_MS,
  );
});
