/**
 * `npm run dev` is killed with kill -9, so nothing is cleaned up. Its workerd keeps running, holds the port and uses
 * the database. The next run on the same ports must end it, find all data, and deliver the waiting events.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { isRunning } from '../../scripts/processes.ts';
import { type DevPorts, removeStateOf, startDevProcess } from '../support/dev-process.ts';
import { freePort } from '../support/free-port.ts';

const LEAD = {
  type: 'track',
  event: 'Lead Generated',
  messageId: 'lead-of-a-killed-run',
  properties: { li_fat_id: 'abc123-def456-ghi789' },
};

let ports: DevPorts;
beforeAll(async () => {
  ports = { port: await freePort(), sandboxPort: await freePort() };
});
afterAll(() => removeStateOf(ports));

const atWorker = (path: string) => `http://localhost:${ports.port}${path}`;
const atSandbox = (path: string) => `http://localhost:${ports.sandboxPort}/_sandbox${path}`;
const post = (url: string, body: unknown) =>
  fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
const jsonOf = async (url: string): Promise<unknown> => (await fetch(url)).json();

describe('npm run dev', () => {
  it("finds its state and delivers the waiting events after kill -9, and ends the old run's processes", async () => {
    const killed = await startDevProcess(ports);
    await post(atSandbox('/faults'), { status: 503, times: 1_000_000 });
    const { status } = await post(atWorker('/v1/batch'), { writeKey: 'wk_demo', batch: [LEAD] });
    const leftovers = await killed.workerds();

    await killed.kill();
    const areLeft = await Promise.all(leftovers.map(isRunning));
    const next = await startDevProcess(ports);
    await expect
      .poll(() => jsonOf(atSandbox('/events')), { timeout: 130_000, interval: 200 })
      .toMatchObject({ count: 1, data: [{ element: { eventId: LEAD.messageId } }] });
    await expect
      .poll(() => jsonOf(atWorker('/demo/outcomes')), { timeout: 30_000 })
      .toMatchObject({ data: [{ message_id: LEAD.messageId, state: 'delivered' }] });
    const areLeftNow = await Promise.all(leftovers.map(isRunning));
    await next.interrupt();

    expect(status).toBe(200);
    expect({ areLeft, areLeftNow }).toEqual({ areLeft: [true], areLeftNow: [false] });
  }, 400_000);
});
