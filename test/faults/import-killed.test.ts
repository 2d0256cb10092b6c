/** The Worker is killed with kill -9 while it imports a file. Every row must reach LinkedIn, under one ID. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type LocalProduct, startLocalProduct } from '../support/local-product.ts';

/** `IMPORT_ROWS=300000` is LinkedIn's limit; `npm run bench -- imports` measures such an import. */
const ROWS = Number(process.env['IMPORT_ROWS'] ?? 3_000);
const ENDS_WITHIN_MS = 60_000 + ROWS * 20;

let product: LocalProduct;
let folder: string;
let path: string;
beforeAll(async () => {
  product = await startLocalProduct();
  folder = await mkdtemp(join(tmpdir(), 'directflight-import-'));
  path = join(folder, 'leads.csv');
  const line = (index: number): string =>
    `person${index}@firm${index % 97}.de,${new Date(Date.now() - 3_600_000 - index).toISOString()},Lead Generated,${index % 90},EUR`;
  const lines = Array.from({ length: ROWS }, (_, index) => line(index));
  await writeFile(path, ['email,timestamp,eventtype,amount,currency', ...lines].join('\n'));
});
afterAll(async () => {
  await product.stop();
  await rm(folder, { recursive: true, force: true });
});

type View = { id: string; state: string; rows: number; checked: number; accepted: number; duplicates: number };

async function latest(): Promise<View> {
  const { body } = await product.admin('/sources/src_demo/imports?limit=1');
  return Object(body).data[0];
}

describe('an import', () => {
  it(
    'sends each row under one ID, although the Worker is killed',
    async () => {
      const begun = await fetch(`${product.url}/v1/admin/sources/src_demo/imports?lawful_basis=consent`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${product.adminToken}`, 'Content-Type': 'text/csv' },
        body: await readFile(path),
      });
      expect(begun.status).toBe(201);
      await expect.poll(async () => (await latest()).accepted, { timeout: ENDS_WITHIN_MS }).toBeGreaterThan(200);

      await product.kill();
      await product.restart();

      await expect
        .poll(async () => (await latest()).state, { timeout: ENDS_WITHIN_MS + 90_000, interval: 500 })
        .toBe('done');
      expect(await latest()).toMatchObject({ rows: ROWS, accepted: ROWS, duplicates: 0 });
      const ids = (): Set<unknown> => new Set(product.sandbox.events.map(({ element }) => element['eventId']));
      // LinkedIn may have taken the batch whose answer was lost with the Worker. It gets that one again, with the same IDs.
      await expect.poll(() => ids().size, { timeout: ENDS_WITHIN_MS }).toBe(ROWS);
      expect(product.sandbox.events.length).toBeLessThan(2 * ROWS);
    },
    2 * ENDS_WITHIN_MS + 300_000,
  );
});
