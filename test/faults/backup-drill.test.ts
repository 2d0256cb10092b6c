/**
 * The drill of docs/how-to/backup.md with real workerd and the command's own code: back up under load, destroy, restore
 * into an empty instance with another ENCRYPTION_KEY, deliver. LinkedIn must have seen each event once.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { backUp, restore } from '../../cli/backup.ts';
import { Instance } from '../../cli/instance.ts';
import { type Sandbox, startSandbox } from '../sandbox/start.ts';
import { type LocalProduct, startLocalProduct } from '../support/local-product.ts';

const OLD_KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
const NEW_KEY = '//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=';
const SENDERS = 3;

let sandbox: Sandbox;
let folder: string;
let file: string;
let target: LocalProduct;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'directflight-backup-'));
  file = join(folder, 'backup.ndjson');
  sandbox = await startSandbox();
  target = await startLocalProduct({ sandbox });
});
afterEach(async () => {
  await target.stop();
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

const instanceOf = ({ url, adminToken }: LocalProduct): Instance =>
  new Instance({ DIRECTFLIGHT_URL: url, DIRECTFLIGHT_TOKEN: adminToken });

async function backUpTo(how: { isStopped: boolean }): Promise<void> {
  const output = createWriteStream(file);
  const lines = await backUp(instanceOf(target), output, how);
  await new Promise<void>((resolve) => output.end(resolve));
  const { size } = await stat(file);
  console.log(`The backup has ${lines} lines and ${(size / 1000).toFixed(0)} kB`);
}

/** Destroys the instance with all its data, and restores the backup into another one. */
async function moveToAnother(): Promise<void> {
  await target.kill();
  await target.stop().catch(() => undefined);
  target = await startLocalProduct({
    sandbox,
    isEmpty: true,
    vars: { ENCRYPTION_KEY: `${NEW_KEY},${OLD_KEY}` },
  });
  await restore(instanceOf(target), createReadStream(file));
}

/** Senders that send each batch again until it gets a 200, as the tag and the SDKs do. */
function startLoad(): { acknowledged: Set<string>; stop(): Promise<void> } {
  const acknowledged = new Set<string>();
  const stopping = new AbortController();
  const sender = async (name: string): Promise<void> => {
    for (let count = 0; !stopping.signal.aborted; count += 1) {
      const batch = Array.from({ length: 1 + (count % 4) }, (_, index) => ({
        type: 'track',
        event: index % 2 === 0 ? 'Lead Generated' : 'Order Completed',
        messageId: `${name}-${count}-${index}`,
        properties: { email: `${name}-${count}@example.com`, total: 10, currency: 'EUR' },
      }));
      while (!(await isAcknowledged([...batch, { type: 'page', messageId: `${name}-${count}-page` }]))) await wait(200);
      for (const { messageId } of batch) acknowledged.add(messageId);
      await wait(20);
    }
  };
  const senders = Array.from({ length: SENDERS }, (_, index) => sender(`sender${index}`));
  return {
    acknowledged,
    async stop() {
      stopping.abort();
      await Promise.all(senders);
    },
  };
}

async function isAcknowledged(batch: readonly object[]): Promise<boolean> {
  try {
    return (await target.collect({ batch })).status === 200;
  } catch {
    // The old instance is gone, and the new one isn't there yet.
    return false;
  }
}

const arrivals = (): string[] => sandbox.events.map(({ element }) => String(element['eventId']));
const missing = (expected: ReadonlySet<string>): string[] => [...expected.difference(new Set(arrivals()))];
const twice = (): string[] => arrivals().filter((id, index, all) => all.indexOf(id) !== index);

async function receivedIn(product: LocalProduct): Promise<{ balanced: boolean; received: number }> {
  const { body } = await product.admin('/sources/src_demo/ledger');
  const { balanced, totals }: { balanced: boolean; totals: { received: number } } = Object(body);
  return { balanced, received: totals.received };
}

describe('a restored backup', () => {
  it('of a stopped instance continues where that one stopped: nothing is lost, and nothing is sent twice', async () => {
    const load = startLoad();
    await expect.poll(() => load.acknowledged.size).toBeGreaterThan(100);
    await expect.poll(() => arrivals().length).toBeGreaterThan(20);

    await backUpTo({ isStopped: true });
    await moveToAnother();
    const atMove = load.acknowledged.size;
    await expect.poll(() => load.acknowledged.size).toBeGreaterThan(atMove + 50);
    await load.stop();

    await expect.poll(() => missing(load.acknowledged), { timeout: 60_000 }).toEqual([]);
    expect(twice()).toEqual([]);
    console.log(`${load.acknowledged.size} events, each seen once by LinkedIn`);
    expect((await receivedIn(target)).balanced).toBe(true);
  });

  it('that was made while LinkedIn was down delivers everything that was accepted before it', async () => {
    sandbox.fault({ status: 503, times: 1_000_000, path: '/rest/conversionEvents' });
    const load = startLoad();
    await expect.poll(() => load.acknowledged.size).toBeGreaterThan(100);

    const accepted = new Set(load.acknowledged);
    await backUpTo({ isStopped: false });
    await load.stop();
    await moveToAnother();
    await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'DELETE' });

    await expect.poll(() => missing(accepted), { timeout: 150_000 }).toEqual([]);
    expect(twice()).toEqual([]);
  }, 300_000);
});
