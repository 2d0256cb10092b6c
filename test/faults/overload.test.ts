/**
 * Sends more events than the Worker can store, for a while. It first finds out how many events the Worker can handle,
 * and then sends three times as many, whatever the answers are. `npm run test:overload` does it for a minute.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { processes } from '../../scripts/processes.ts';
import { startLocalProduct } from '../support/local-product.ts';
import type { LocalProduct } from '../support/local-product.ts';

const SECONDS = Number(process.env['OVERLOAD_SECONDS'] ?? 4);
const TIMES = 3;
const SENDERS = 8;
const BEARABLE_REQUESTS = 400;
const TICK_MS = 20;
const WITHIN = { timeout: SECONDS * 30_000 + 60_000, interval: 250 };
/**
 * The memory that workerd may use in addition to what it needs for a load that it can handle. V8 keeps garbage for a
 * while.
 */
const MEMORY_MB = 250;

let product: LocalProduct;
beforeAll(async () => {
  product = await startLocalProduct();
});
afterAll(() => product.stop());

type Answer = { id: string; status: number; retryAfter: string | null };

async function send(id: string): Promise<Answer> {
  const response = await fetch(`${product.url}/v1/track`, {
    method: 'POST',
    headers: { Authorization: 'Bearer wk_demo', 'Content-Type': 'application/json' },
    body: JSON.stringify({
      type: 'track',
      event: 'Lead Generated',
      messageId: id,
      properties: { li_fat_id: 'abc123-def456-ghi789' },
    }),
  });
  await response.arrayBuffer();
  return { id, status: response.status, retryAfter: response.headers.get('Retry-After') };
}

/** The resident memory of all workerd processes that this process has started, in MB. */
async function memoryMb(): Promise<number> {
  const all = await processes();
  const own = new Set([process.pid]);
  for (const { pid, parent } of all.toSorted((one, other) => one.pid - other.pid)) if (own.has(parent)) own.add(pid);
  const workerds = all.filter(({ pid, command }) => own.has(pid) && command.includes('workerd'));
  const sizes = await Promise.all(
    workerds.map(async ({ pid }) => /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]),
  );
  expect(sizes.length).toBeGreaterThan(0);
  return sizes.reduce((sum, size) => sum + Number(size), 0) / 1024;
}

/** Sends events for half of the time at a rate, whatever the answers are. */
async function flooded(name: string, inASecond: number): Promise<Answer[]> {
  const sent: Promise<Answer>[] = [];
  const all = (inASecond * SECONDS) / 2;
  const startedAtMs = performance.now();
  while (sent.length < all) {
    const due = ((performance.now() - startedAtMs) / 1_000) * inASecond;
    while (sent.length < Math.min(due, all)) sent.push(send(`${name}-${sent.length}`));
    await wait(TICK_MS);
  }
  return Promise.all(sent);
}

it(
  `answers ${TIMES} times what it can bear with 200, 429 or 503, loses nothing that got a 200, and recovers`,
  async () => {
    const answers: Answer[] = [];
    const startedAtMs = performance.now();
    let next = 0;
    const sender = async (): Promise<void> => {
      while (next < BEARABLE_REQUESTS) answers.push(await send(`borne-${next++}`));
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
    const borneInASecond = (BEARABLE_REQUESTS / (performance.now() - startedAtMs)) * 1_000;

    // Twice, because workerd first takes what V8 wants for garbage. After that, it may take little more.
    const memory: number[] = [];
    for (const flood of ['first', 'second']) {
      answers.push(...(await flooded(flood, borneInASecond * TIMES)));
      memory.push(await memoryMb());
    }
    await expect.poll(async () => (await send('afterwards')).status, WITHIN).toBe(200);

    const acknowledged = answers.filter(({ status }) => status === 200).map(({ id }) => id);
    const arrived = (): Set<string> => new Set(product.sandbox.events.map(({ element }) => String(element['eventId'])));
    await expect.poll(() => [...new Set(acknowledged).difference(arrived())].length, WITHIN).toBe(0);
    const refused = answers.filter(({ status }) => status !== 200);
    console.log(
      `${Math.round(borneInASecond)} requests a second borne, ${answers.length} sent, ${acknowledged.length} accepted, ` +
        `${refused.length} refused; ${memory.map(Math.round).join(' and ')} MB after the floods`,
    );
    expect(refused.filter(({ status }) => status !== 429 && status !== 503)).toEqual([]);
    expect(refused.filter(({ retryAfter }) => !(Number(retryAfter) > 0))).toEqual([]);
    expect(memory[1]).toBeLessThan((memory[0] ?? 0) + MEMORY_MB);
  },
  SECONDS * 90_000 + 180_000,
);
